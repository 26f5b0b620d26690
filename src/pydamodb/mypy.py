"""The mypy plugin: fields in expressions get the types of the model's fields, in the plain and in the strict style.

Add `plugins = ["pydamodb.mypy"]` to `[tool.mypy]`. Then `Character.attr.age` is an `ExpressionField[int]`, and longer
paths have their types too, so that mypy checks operands. A field that the model does not have is an error. In
`updates={field: value}` each value must fit its field. The plugin changes only classes of pydamodb.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

# `types` first: mypy's modules import each other in circles, and only this one can be imported first.
from mypy import types
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.messages import format_type
from mypy.nodes import CallExpr, Decorator, DictExpr, Expression, OverloadedFuncDef, RefExpr, TypeInfo, Var
from mypy.plugin import AttributeContext, CheckerPluginInterface, MethodContext, MethodSigContext, Plugin
from mypy.subtypes import is_subtype
from mypy.typeops import make_simplified_union

__all__ = ["PydamoPlugin", "plugin"]

# A test checks that each of these names exists.
NAMESPACE = "pydamodb._expressions.namespace.AttributePath"
FIELD = "pydamodb._expressions.fields.ExpressionField"
PATH = "pydamodb._expressions.paths.FieldOf"
COMPUTED_VALUE = "pydamodb._expressions.updates.UpdateValue"
TRANSACTION = "pydamodb._models._sync.transactions.WriteTransaction"
ASYNC_TRANSACTION = "pydamodb._models._async.transactions.AsyncWriteTransaction"
PATH_FIELD = "pydamodb._expressions.fields.PathField"
DESCRIPTOR = "pydamodb._models.attr.Attr"
DYNAMO_MODEL = "pydamodb._models.base.DynamoModel"
MODEL = "pydantic.main.BaseModel"
COMPUTED_FIELD = "pydantic.fields.computed_field"
COMPUTED_DESCRIPTOR = "pydamodb._models.attr.computed_attr"

# The methods that return a nested field of a field or of the namespace.
STEPS = {f"{owner}.{name}" for owner in (NAMESPACE, FIELD, PATH_FIELD) for name in ("__getitem__", "__call__")}

COMPUTED = {COMPUTED_FIELD, COMPUTED_DESCRIPTOR}
TRANSACTIONS = {f"{owner}.update" for owner in (TRANSACTION, ASYNC_TRANSACTION)}


class PydamoPlugin(Plugin):
    """Gives mypy the types of `attr`, of the attributes of namespaces and fields, and of updates."""

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], types.Type] | None:
        """Return a namespace for `Character.attr`; mypy names it after the user's class."""
        return self._namespace if fullname.endswith(".attr") else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], types.Type] | None:
        """Return the type of a field for an attribute of a namespace or of a field."""
        owner, _, name = fullname.rpartition(".")
        if fullname == f"{DYNAMO_MODEL}.attr":
            return self._namespace
        if owner not in {NAMESPACE, PATH_FIELD} or name.startswith("__"):
            return None
        return partial(self._field_type, name=name)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], types.Type] | None:
        """Give a nested field its own fields."""
        return self._nested_field if fullname in STEPS else None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], types.FunctionLike] | None:
        """Check the values of updates before mypy chooses an overload; it names the method after the user's class."""
        if fullname in TRANSACTIONS:
            return _check_pairs
        return _check_updates if fullname.endswith((".update_item", ".update")) else None

    def _namespace(self, context: AttributeContext) -> types.Type:
        """Return the type of `attr`: the namespace, also in the strict style, where the class itself knows less."""
        namespace = self._class(NAMESPACE)
        model = _instance_of(context.type)
        if namespace is None or model is None or not _is_dynamo_model(context.type):
            return context.default_attr_type
        return types.Instance(namespace, [model])

    def _field_type(self, context: AttributeContext, name: str) -> types.Type:
        """Return the type of `attr.name`; attributes of the field itself keep their types."""
        base = types.get_proper_type(context.type)
        if not isinstance(base, types.Instance) or not base.args or base.type.get(name) is not None:
            return context.default_attr_type
        models = _models(base.args[0])
        if any(model.type.fullname.startswith("pydamodb.") for model in models):
            return context.default_attr_type  # a base class, so any model
        values = [value for model in models if (value := _value_type(model, name)) is not None]
        if models and not values:
            owners = " | ".join(f'"{model.type.name}"' for model in models)
            context.api.fail(f'{owners} has no field "{name}"', context.context)
        return self._expression_field(make_simplified_union(values)) if values else context.default_attr_type

    def _nested_field(self, context: MethodContext) -> types.Type:
        field = types.get_proper_type(context.default_return_type)
        if not isinstance(field, types.Instance) or not field.args or not field.type.has_base(FIELD):
            return context.default_return_type
        return self._expression_field(field.args[0])

    def _expression_field(self, value: types.Type) -> types.Type:
        """Return the type of a field; it has nested fields if the value is a model or unknown."""
        field = self._class(PATH_FIELD if _models(value) or _is_open(value) else FIELD)
        return types.Instance(field, [value]) if field else types.AnyType(types.TypeOfAny.special_form)

    def _class(self, fullname: str) -> TypeInfo | None:
        symbol = self.lookup_fully_qualified(fullname)
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None


def plugin(version: str) -> type[PydamoPlugin]:  # noqa: ARG001 - mypy's interface
    """Return the plugin, for any version of mypy."""
    return PydamoPlugin


def _models(value: types.Type) -> list[types.Instance]:
    """Return the models and dataclasses that a type may be, also as options of a union or bound of a type variable."""
    proper = types.get_proper_type(value)
    if isinstance(proper, types.TypeVarType):
        return _models(proper.upper_bound)
    if isinstance(proper, types.UnionType):
        return [model for item in proper.items for model in _models(item)]
    if not isinstance(proper, types.Instance):
        return []
    is_dataclass = any("dataclass_tag" in base.metadata for base in proper.type.mro)
    return [proper] if is_dataclass or proper.type.has_base(MODEL) else []


def _is_open(value: types.Type) -> bool:
    """Return True if a type may have unknown fields: Any, and typed dicts."""
    proper = types.get_proper_type(value)
    if isinstance(proper, types.UnionType):
        return any(map(_is_open, proper.items))
    return isinstance(proper, (types.AnyType, types.TypedDictType))


def _value_type(model: types.Instance, name: str) -> types.Type | None:
    """Return the type of a field or computed field, None if the model has no field of that name."""
    symbol = model.type.get(name)
    node = symbol.node if symbol else None
    if isinstance(node, OverloadedFuncDef):
        node = node.items[0]
    if isinstance(node, Decorator):
        names = [each.callee if isinstance(each, CallExpr) else each for each in node.original_decorators]
        is_computed = any(isinstance(each, RefExpr) and each.fullname in COMPUTED for each in names)
        node = node.var if is_computed else None  # any other property is not stored
    if not isinstance(node, Var) or node.is_classvar or node.info.fullname == MODEL:
        return None
    declared = types.get_proper_type(node.type) if node.type else types.AnyType(types.TypeOfAny.unannotated)
    if node.is_property and isinstance(declared, types.CallableType):
        declared = types.get_proper_type(declared.ret_type)
    if isinstance(declared, types.Instance) and declared.type.fullname in {DESCRIPTOR, COMPUTED_DESCRIPTOR}:
        (declared,) = map(types.get_proper_type, declared.args)
    return expand_type_by_instance(declared, map_instance_to_supertype(model, node.info))


def _check_updates(context: MethodSigContext) -> types.FunctionLike:
    """Check the updates of a model; leave methods of other classes as they are."""
    return _check_pairs(context) if _is_dynamo_model(context.type) else context.default_signature


def _check_pairs(context: MethodSigContext) -> types.FunctionLike:
    """Check each pair of a dict display. Accept a variable with a dict of fields of several types."""
    signature = context.default_signature
    accepted: list[types.Type] = []
    for name, wanted, arguments in zip(signature.arg_names, signature.arg_types, context.args, strict=True):
        updates = arguments[0] if name == "updates" and arguments else None
        if isinstance(updates, DictExpr):
            for key, value in updates.items:
                _check_pair(context.api, key, value)
        is_mixed = updates is not None and _is_dict_of_objects(context.api, updates)
        accepted.append(types.AnyType(types.TypeOfAny.special_form) if is_mixed else wanted)
    return signature.copy_modified(arg_types=accepted)


def _is_dict_of_objects(api: CheckerPluginInterface, updates: Expression) -> bool:
    """Return True for a variable with a dict of fields of several types: mypy joins their types to object."""
    given = types.get_proper_type(api.get_expression_type(updates)) if isinstance(updates, RefExpr) else None
    if not isinstance(given, types.Instance) or given.type.fullname != "builtins.dict":
        return False
    key = types.get_proper_type(given.args[0])
    return isinstance(key, types.Instance) and key.type.fullname == "builtins.object"


def _is_dynamo_model(owner: types.Type) -> bool:
    return any(model.type.has_base(DYNAMO_MODEL) for model in _models(_instance_of(owner) or owner))


def _instance_of(owner: types.Type) -> types.Type | None:
    """Return the type of the instances of a class; an instance keeps its type."""
    proper = types.get_proper_type(owner)
    if isinstance(proper, types.FunctionLike) and proper.is_type_obj():
        return types.get_proper_type(proper.items[0].ret_type)
    if isinstance(proper, types.TypeType):
        return proper.item
    return proper if isinstance(proper, (types.Instance, types.TypeVarType)) else None


def _check_pair(api: CheckerPluginInterface, key: Expression | None, value: Expression) -> None:
    wanted = _argument_of(FIELD, api.get_expression_type(key)) if key else None
    if wanted is None:
        return
    given = api.get_expression_type(value, wanted)
    operands = (_argument_of(base, given) for base in (PATH, COMPUTED_VALUE))
    if not is_subtype(next((each for each in operands if each is not None), given), wanted):
        message = f"the value has type {format_type(given, api.options)}, its field {format_type(wanted, api.options)}"
        api.fail(message, value)


def _argument_of(base: str, given: types.Type) -> types.Type | None:
    """Return the type argument of a generic base class, None if the type does not have this base."""
    proper = types.get_proper_type(given)
    if not isinstance(proper, types.Instance) or not proper.type.has_base(base):
        return None
    info = next(each for each in proper.type.mro if each.fullname == base)
    return map_instance_to_supertype(proper, info).args[0]
