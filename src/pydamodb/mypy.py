"""The mypy plugin: fields in expressions get the types of the model's fields, in the plain and in the strict style.

Add `plugins = ["pydamodb.mypy"]` to `[tool.mypy]`. Then `Character.attr.age` is an `ExpressionField[int]`, and longer
paths have their types too, so that mypy checks operands. A field that the model does not have is an error. In
`updates={field: value}` each value must fit its field. The plugin changes only classes of pydamodb.

Beside `pydantic.mypy`, that plugin makes the constructors of models, as it does for all other models. In the daemon of
mypy, a change of a field is a change of what uses it in expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module

# `types` first: mypy's modules import each other in circles, and only this one can be imported first.
from mypy import types
from mypy.erasetype import erase_typevars
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.messages import format_type
from mypy.nodes import (
    ARG_NAMED_OPT,
    MDEF,
    AssignmentStmt,
    Block,
    CallExpr,
    Decorator,
    DictExpr,
    Expression,
    FuncDef,
    IfStmt,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OverloadedFuncDef,
    RefExpr,
    SymbolTableNode,
    TypeAlias,
    TypeInfo,
    Var,
    get_member_expr_fullname,
)
from mypy.options import Options
from mypy.plugin import (
    AttributeContext,
    CheckerPluginInterface,
    ClassDefContext,
    DynamicClassDefContext,
    MethodContext,
    MethodSigContext,
    Plugin,
)
from mypy.subtypes import is_subtype
from mypy.typeops import make_simplified_union
from mypy.version import __version__

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
PYDANTIC_FIELD = "pydantic.fields.Field"
FIELD_FUNCTION = "pydamodb._models.attr.Field"
METACLASS = "pydamodb._models.attr.ModelType"
DECLARED_MODEL = "pydamodb._models.attr.DeclaredModel"
INDEXES = {f"pydamodb._models.named_indexes.{name}" for name in ("GlobalIndex", "LocalIndex", "VectorIndex")}
PYDANTIC_METADATA = "pydantic-mypy-metadata"
COMPUTED_FIELD = "pydantic.fields.computed_field"
COMPUTED_DESCRIPTOR = "pydamodb._models.attr.computed_attr"

# The methods that return a nested field of a field or of the namespace.
STEPS = {f"{owner}.{name}" for owner in (NAMESPACE, FIELD, PATH_FIELD) for name in ("__getitem__", "__call__")}

COMPUTED = {COMPUTED_FIELD, COMPUTED_DESCRIPTOR}
TRANSACTIONS = {f"{owner}.update" for owner in (TRANSACTION, ASYNC_TRANSACTION)}


class PydamoPlugin(Plugin):
    """Gives mypy the types of `attr`, of the attributes of namespaces and fields, and of updates."""

    def __init__(self, options: Options) -> None:
        """Prepare Pydantic's plugin, if it is used too: what ours does depends on it, in either order."""
        super().__init__(options)
        self._pydantic: Plugin | None = None
        if any(name.partition(":")[0] == "pydantic.mypy" for name in options.plugins):
            self._pydantic = import_module("pydantic.mypy").plugin(__version__)(options)

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """Give the modules to Pydantic's plugin too."""
        super().set_modules(modules)
        if self._pydantic is not None:
            self._pydantic.set_modules(modules)

    def get_metaclass_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Leave the constructors of models to Pydantic's plugin."""
        return _forget_dataclasses if self._pydantic is not None and fullname == METACLASS else None

    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Let Pydantic's plugin see models whose base class is an alias, such as `PKModel`: it ignores them."""
        symbol = self.lookup_fully_qualified(fullname) if self._pydantic is not None else None
        target = types.get_proper_type(symbol.node.target) if symbol and isinstance(symbol.node, TypeAlias) else None
        if self._pydantic is None or not isinstance(target, types.Instance) or not target.type.has_base(DYNAMO_MODEL):
            return None
        return self._pydantic.get_base_class_hook(target.type.fullname)

    def get_dynamic_class_hook(self, fullname: str) -> Callable[[DynamicClassDefContext], None] | None:
        """Let Pydantic's plugin read the arguments of our `Field`; mypy calls this hook for each assignment."""
        return _show_as_pydantic if self._pydantic is not None and fullname == FIELD_FUNCTION else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        """Tell mypy's daemon what depends on the fields of a class. This is the first hook of each class."""
        if self._pydantic is None:
            return _add_dependencies
        return _keep_constructor if fullname.startswith("pydamodb.") else _prepare_beside_pydantic

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], types.Type] | None:
        """Return a namespace for `Character.attr`; mypy names it after the user's class."""
        if fullname.endswith(".changes"):
            return self._changes
        return self._namespace if fullname.endswith(".attr") else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], types.Type] | None:
        """Return the type of a field for an attribute of a namespace or of a field."""
        owner, _, name = fullname.rpartition(".")
        if fullname == f"{DYNAMO_MODEL}.attr":
            return self._namespace
        if name == "changes":
            return self._changes
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

    def _changes(self, context: AttributeContext) -> types.Type:
        """Give `changes` the fields as parameters beside Pydantic's plugin, which makes no `__replace__`."""
        function = types.get_proper_type(context.default_attr_type)
        models = _models(_instance_of(context.type) or context.type)
        if len(models) != 1 or not isinstance(function, types.CallableType) or not _is_ours(models[0].type, "changes"):
            return context.default_attr_type
        parameters: dict[str, types.Type] = {}
        for name, field in models[0].type.metadata.get(PYDANTIC_METADATA, {}).get("fields", {}).items():
            value = _value_type(models[0], name)
            parameters |= {each: erase_typevars(value) for each in (name, field["alias"]) if value and each}
        names, values = list(parameters), list(parameters.values())
        optional = [ARG_NAMED_OPT] * len(names)
        return function.copy_modified(values, optional, names) if names else function

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


def _prepare_beside_pydantic(context: ClassDefContext) -> None:
    """Tell the daemon what depends on the fields, and Pydantic's plugin that an index needs no annotation.

    That plugin accepts assignments without annotation only to class variables of base classes. It does not know
    `ignored_types`, which is how the model itself leaves indexes alone.
    """
    _add_dependencies(context)
    base = next((each for each in context.cls.info.mro if each.fullname == DYNAMO_MODEL), None)
    if base is None or PYDANTIC_METADATA not in base.metadata:
        return
    for statement in context.cls.defs.body:
        if isinstance(statement, AssignmentStmt) and statement.unanalyzed_type is None:
            for target in statement.lvalues:
                if isinstance(target, NameExpr) and _makes_index(context, statement.rvalue):
                    base.metadata[PYDANTIC_METADATA]["class_vars"].setdefault(target.name, {"name": target.name})


def _makes_index(context: ClassDefContext, value: Expression) -> bool:
    """Return True for a call of an index class, with type arguments or without; its names are not bound yet."""
    called = value.callee if isinstance(value, CallExpr) else None
    called = called.base if isinstance(called, IndexExpr) else called
    name = called.name if isinstance(called, NameExpr) else None
    if isinstance(called, MemberExpr):
        name = get_member_expr_fullname(called)
    symbol = context.api.lookup_qualified(name, value, suppress_errors=True) if name else None
    return symbol is not None and symbol.fullname in INDEXES


def _add_dependencies(context: ClassDefContext) -> None:
    """Let mypy's daemon check each use of `attr.age`, of any model, again if the field `age` of this class changes."""
    definition = context.cls
    if not definition.decorators and not definition.info.has_base(MODEL):
        return
    for name in _names_in(definition.defs):
        for owner in (NAMESPACE, PATH_FIELD):
            context.api.add_plugin_dependency(f"<{definition.fullname}.{name}>", f"<{owner}.{name}>")
    # Pydantic's plugin makes this method: its parameters are those of `changes`.
    context.api.add_plugin_dependency(f"<{definition.fullname}.model_construct>", f"<{definition.fullname}.changes>")


def _keep_constructor(context: ClassDefContext) -> None:
    """Let our model classes have the constructor of `BaseModel`, so that a model that is not known takes any field."""
    info = context.cls.info
    constructor = info.get("__init__")
    if info.has_base(DECLARED_MODEL) and constructor is not None and "__init__" not in info.names:
        info.names["__init__"] = SymbolTableNode(MDEF, constructor.node)


def _names_in(block: Block) -> Iterator[str]:
    """Yield the names of the fields and methods in a class body."""
    for each in block.body:
        if isinstance(each, AssignmentStmt):
            yield from (target.name for target in each.lvalues if isinstance(target, NameExpr))
        elif isinstance(each, (Decorator, FuncDef, OverloadedFuncDef)):
            yield each.name
        elif isinstance(each, IfStmt):
            for inner in (*each.body, *filter(None, [each.else_body])):
                yield from _names_in(inner)


def _forget_dataclasses(context: ClassDefContext) -> None:
    """Remove the mark of classes with a constructor like the one of dataclasses, as Pydantic's plugin does."""
    for each in context.cls.info.mro:
        each.dataclass_transform_spec = None
    metaclass = context.cls.info.declared_metaclass
    if metaclass is not None:
        metaclass.type.dataclass_transform_spec = None


def _show_as_pydantic(context: DynamicClassDefContext) -> None:
    """Show a call of our `Field` to Pydantic's plugin as one of Pydantic's; mypy checks the call as it was."""
    call = context.call
    if isinstance(call.callee, RefExpr):
        ours = NameExpr("Field")
        ours.kind, ours.node, ours.fullname = call.callee.kind, call.callee.node, FIELD_FUNCTION
        call.analyzed = CallExpr(ours, call.args, call.arg_kinds, call.arg_names)
        for each in (ours, call.analyzed):
            each.set_line(call)
        call.callee.fullname = PYDANTIC_FIELD


def _is_ours(model: TypeInfo, name: str) -> bool:
    """Return True if an attribute of a class is declared in pydamodb."""
    owner = model.get_containing_type_info(name)
    return owner is not None and owner.fullname.startswith("pydamodb.")


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
