"""The mypy plugin: models get the types of their fields in expressions, whatever style they are written in.

Enable it with `plugins = ["pydamodb.mypy"]` below `[tool.mypy]`. It does three things, and only to pydamodb's own
classes: `Character.attr.age` becomes `ExpressionField[int]`, and so do longer paths, so that operands are checked; a
field that the model does not have is an error; and in `updates={field: value}` each value is checked against its field.
Nothing of it runs outside of mypy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

# `types` first: mypy's modules import each other in circles, and this is where one can step in.
from mypy import types
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.messages import format_type
from mypy.nodes import CallExpr, Decorator, DictExpr, Expression, OverloadedFuncDef, RefExpr, TypeInfo, Var
from mypy.plugin import AttributeContext, CheckerPluginInterface, MethodContext, MethodSigContext, Plugin
from mypy.subtypes import is_subtype
from mypy.typeops import make_simplified_union

__all__ = ["PydamoPlugin", "plugin"]

# A test resolves each of these names, so that a class that moves takes its name along.
NAMESPACE = "pydamodb._expressions.namespace.AttributePath"
FIELD = "pydamodb._expressions.fields.ExpressionField"
PATH = "pydamodb._expressions.paths.PathTo"
COMPUTED_VALUE = "pydamodb._expressions.updates.UpdateValue"
TRANSACTION = "pydamodb._models._sync.transactions.WriteTransaction"
ASYNC_TRANSACTION = "pydamodb._models._async.transactions.AsyncWriteTransaction"
PATH_FIELD = "pydamodb._expressions.fields.PathField"
DESCRIPTOR = "pydamodb._models.attr.Attr"
DYNAMO_MODEL = "pydamodb._models.base.DynamoModel"
MODEL = "pydantic.main.BaseModel"
COMPUTED_FIELD = "pydantic.fields.computed_field"

# The methods that lead from a field, or from the namespace, to a field further in.
STEPS = {f"{owner}.{name}" for owner in (NAMESPACE, FIELD, PATH_FIELD) for name in ("__getitem__", "__call__")}

TRANSACTIONS = {f"{owner}.update" for owner in (TRANSACTION, ASYNC_TRANSACTION)}


class PydamoPlugin(Plugin):
    """Answers where mypy asks about `attr`, about the attributes of a namespace or field, and about updates."""

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], types.Type] | None:
        """Make a namespace of `Character.attr`; mypy names it by the class that it is asked of."""
        return self._namespace if fullname.endswith(".attr") else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], types.Type] | None:
        """Find out which field of which model an attribute stands for."""
        owner, _, name = fullname.rpartition(".")
        if fullname == f"{DYNAMO_MODEL}.attr":
            return self._namespace
        if owner not in {NAMESPACE, PATH_FIELD} or name.startswith("__"):
            return None
        return partial(self._field_type, name=name)

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], types.Type] | None:
        """Show what lies behind a field further in."""
        return self._with_fields_behind if fullname in STEPS else None

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], types.FunctionLike] | None:
        """Check the values of updates before an overload is chosen; mypy names the method by the user's class."""
        if fullname in TRANSACTIONS:
            return _check_pairs
        return _check_updates if fullname.endswith((".update_item", ".update")) else None

    def _namespace(self, context: AttributeContext) -> types.Type:
        """Return the type of `attr`: the namespace also in the strict style, which knows more than the class does."""
        namespace = self._class(NAMESPACE)
        model = _instance_of(context.type)
        if namespace is None or model is None or not _is_dynamo_model(context.type):
            return context.default_attr_type
        return types.Instance(namespace, [model])

    def _field_type(self, context: AttributeContext, name: str) -> types.Type:
        """Return the type of the expression field for `attr.name`; a field's own attributes stay as they are."""
        base = types.get_proper_type(context.type)
        if not isinstance(base, types.Instance) or not base.args or base.type.get(name) is not None:
            return context.default_attr_type
        models = _models(base.args[0])
        if any(model.type.fullname.startswith("pydamodb.") for model in models):
            return context.default_attr_type  # any model at all
        found = [value for model in models if (value := _value_type(model, name)) is not None]
        if models and not found:
            owners = " | ".join(f'"{model.type.name}"' for model in models)
            context.api.fail(f'{owners} has no field "{name}"', context.context)
        return self._expression_field(make_simplified_union(found)) if found else context.default_attr_type

    def _with_fields_behind(self, context: MethodContext) -> types.Type:
        """Return the type of a field further in as one that knows its own fields."""
        field = types.get_proper_type(context.default_return_type)
        if not isinstance(field, types.Instance) or not field.args or not field.type.has_base(FIELD):
            return context.default_return_type
        return self._expression_field(field.args[0])

    def _expression_field(self, value: types.Type) -> types.Type:
        """Return the type of a field, one with further fields behind it where the value is a model or unknown."""
        field = self._class(PATH_FIELD if _models(value) or _is_open(value) else FIELD)
        return types.Instance(field, [value]) if field else types.AnyType(types.TypeOfAny.special_form)

    def _class(self, fullname: str) -> TypeInfo | None:
        symbol = self.lookup_fully_qualified(fullname)
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None


def plugin(version: str) -> type[PydamoPlugin]:  # noqa: ARG001 - mypy's interface
    """Return the plugin for mypy, whatever its version."""
    return PydamoPlugin


def _models(value: types.Type) -> list[types.Instance]:
    """Return the models, and dataclasses, that a type may be; options and type variables are seen through."""
    proper = types.get_proper_type(value)
    if isinstance(proper, types.TypeVarType):
        return _models(proper.upper_bound)
    if isinstance(proper, types.UnionType):
        return [model for item in proper.items for model in _models(item)]
    is_record = isinstance(proper, types.Instance) and (proper.type.has_base(MODEL) or _is_dataclass(proper.type))
    return [proper] if isinstance(proper, types.Instance) and is_record else []


def _is_open(value: types.Type) -> bool:
    """Tell whether a type may have fields that are not known here: Any, and typed dicts."""
    proper = types.get_proper_type(value)
    if isinstance(proper, types.UnionType):
        return any(map(_is_open, proper.items))
    return isinstance(proper, (types.AnyType, types.TypedDictType))


def _is_dataclass(info: TypeInfo) -> bool:
    return any("dataclass_tag" in base.metadata for base in info.mro)


def _value_type(model: types.Instance, name: str) -> types.Type | None:
    """Return the type of a field or computed field, None if the model has none of that name."""
    symbol = model.type.get(name)
    node = symbol.node if symbol else None
    if isinstance(node, OverloadedFuncDef):
        node = node.items[0]
    if isinstance(node, Decorator) and _is_computed(node):
        node = node.var
    if not isinstance(node, Var) or node.is_classvar or node.info.fullname == MODEL:
        return None
    declared = types.get_proper_type(node.type) if node.type else types.AnyType(types.TypeOfAny.unannotated)
    if node.is_property and isinstance(declared, types.CallableType):
        declared = types.get_proper_type(declared.ret_type)
    if isinstance(declared, types.Instance) and declared.type.fullname == DESCRIPTOR:
        (declared,) = map(types.get_proper_type, declared.args)
    return expand_type_by_instance(declared, map_instance_to_supertype(model, node.info))


def _is_computed(property_: Decorator) -> bool:
    """Tell a computed field from a property, which is not stored."""
    names = (each.callee if isinstance(each, CallExpr) else each for each in property_.original_decorators)
    return any(isinstance(name, RefExpr) and name.fullname == COMPUTED_FIELD for name in names)


def _check_updates(context: MethodSigContext) -> types.FunctionLike:
    """Check each pair of a mapping that is written out in the call of a method of ours, and accept any other dict.

    Fields of several types have no type in common but object for mypy: a dict of them, made elsewhere, fits nowhere.
    """
    return _check_pairs(context) if _is_dynamo_model(context.type) else context.default_signature


def _check_pairs(context: MethodSigContext) -> types.FunctionLike:
    signature = context.default_signature
    accepted: list[types.Type] = []
    for name, wanted, arguments in zip(signature.arg_names, signature.arg_types, context.args, strict=True):
        updates = arguments[0] if name == "updates" and arguments else None
        if isinstance(updates, DictExpr):
            for key, value in updates.items:
                _check_pair(context.api, key, value)
        made_elsewhere = updates is not None and _is_dict_made_elsewhere(context.api, updates)
        accepted.append(types.AnyType(types.TypeOfAny.special_form) if made_elsewhere else wanted)
    return signature.copy_modified(arg_types=accepted)


def _is_dict_made_elsewhere(api: CheckerPluginInterface, updates: Expression) -> bool:
    """Tell whether the argument is a variable with a dict whose keys have no type but object."""
    if not isinstance(updates, RefExpr):
        return False
    given = types.get_proper_type(api.get_expression_type(updates))
    is_dict = isinstance(given, types.Instance) and given.type.fullname == "builtins.dict"
    key = types.get_proper_type(given.args[0]) if isinstance(given, types.Instance) and is_dict else None
    return isinstance(key, types.Instance) and key.type.fullname == "builtins.object"


def _is_dynamo_model(owner: types.Type) -> bool:
    return any(model.type.has_base(DYNAMO_MODEL) for model in _models(_instance_of(owner) or owner))


def _instance_of(owner: types.Type) -> types.Type | None:
    """Return the type of the instances of a class; of an instance, its own."""
    proper = types.get_proper_type(owner)
    if isinstance(proper, types.FunctionLike) and proper.is_type_obj():
        return types.get_proper_type(proper.items[0].ret_type)
    if isinstance(proper, types.TypeType):
        return proper.item
    return proper if isinstance(proper, (types.Instance, types.TypeVarType)) else None


def _value_behind(given: types.Type) -> types.Type:
    """Return the type of the values that a field, or a computed value, stands for; any other type as it is."""
    proper = types.get_proper_type(given)
    for name in (PATH, COMPUTED_VALUE):
        if isinstance(proper, types.Instance) and proper.type.has_base(name):
            base = next(info for info in proper.type.mro if info.fullname == name)
            (value,) = map_instance_to_supertype(proper, base).args
            return value
    return given


def _check_pair(api: CheckerPluginInterface, key: Expression | None, value: Expression) -> None:
    field = types.get_proper_type(api.get_expression_type(key)) if key else None
    if not isinstance(field, types.Instance) or not field.type.has_base(FIELD):
        return
    base = next(info for info in field.type.mro if info.fullname == FIELD)
    (wanted,) = map_instance_to_supertype(field, base).args
    given = api.get_expression_type(value, wanted)
    if not is_subtype(_value_behind(given), wanted):
        message = f"the value has type {format_type(given, api.options)}, its field {format_type(wanted, api.options)}"
        api.fail(message, value)
