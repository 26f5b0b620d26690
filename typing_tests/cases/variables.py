"""Conditions and actions as programs keep them: in variables that change, in lists that grow, in dicts, in branches."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import NamedTuple

from typing_extensions import reveal_type

from pydamodb import (
    And,
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    Attr,
    Condition,
    Field,
    Or,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    transact_write,
    transact_write_async,
)
from pydamodb.updates import Remove, Set, UpdateAction


class User(PrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = Field(default=0)
    note: Attr[str | None] = Field(default=None)
    tags: Attr[list[str]] = Field(default_factory=list)
    groups: Attr[set[str]] = Field(default_factory=set)


class Plain(PrimaryKeyModel):
    id: str
    age: int = 0
    note: str | None = None
    tags: list[str] = []


class AsyncUser(AsyncPrimaryKeyModel[str]):
    id: Attr[str]
    age: Attr[int] = Field(default=0)
    note: Attr[str | None] = Field(default=None)


class AsyncPlain(AsyncPrimaryKeyAndSortKeyModel):
    id: str
    number: int
    note: str | None = None


class Event(PrimaryKeyAndSortKeyModel[str, int]):
    id: Attr[str]
    number: Attr[int]
    kind: Attr[str]


# What makes a condition or an action returns the base of all of them.
reveal_type(User.attr.age == 3)  # R: Condition
reveal_type(User.attr.age.between(1, 3))  # R: Condition
reveal_type(User.attr.note.exists())  # R: Condition
reveal_type(User.attr.tags.contains("x"))  # R: Condition
reveal_type(User.attr.id.begins_with("x"))  # R: Condition
reveal_type(User.attr.id.size() > 3)  # R: Condition
reveal_type((User.attr.age == 3) & (User.attr.age == 3))  # R: Condition
reveal_type((User.attr.age == 3) | ~(User.attr.age == 3))  # R: Condition
reveal_type(Plain.attr.age > 3)  # R: Condition
reveal_type(User.attr.age.set(3))  # R: UpdateAction
reveal_type(User.attr.age.add(3))  # R: UpdateAction
reveal_type(User.attr.note.remove())  # R: UpdateAction
reveal_type(User.attr.tags.append("x"))  # R: UpdateAction
reveal_type(User.attr.groups.delete({"x"}))  # R: UpdateAction
reveal_type(Plain.attr.note.remove())  # R: UpdateAction


# Conditions that grow.
def and_them(name: str | None) -> Condition:
    condition = User.attr.age > 3
    if name:
        condition &= User.attr.id == name
    return condition


def or_them(names: list[str]) -> Condition:
    condition = (User.attr.age > 3) & (User.attr.age < 9)
    for name in names:
        condition = condition | (User.attr.id == name)
        condition |= User.attr.note.contains(name)
    return ~condition


def plain_too(name: str | None) -> Condition:
    condition = Plain.attr.age > 3
    if name:
        condition &= Plain.attr.id == name
    condition |= Plain.attr(lambda plain: plain.tags).contains("x")
    return condition


def optional(name: str | None, age: int | None) -> Condition | None:
    condition: Condition | None = None
    if name is not None:
        condition = User.attr.id == name
    if age is not None:
        older = User.attr.age > age
        condition = older if condition is None else condition & older
    return condition


# Branches.
def branches(flag: bool) -> Condition:
    if flag:
        condition = User.attr.age > 3
    else:
        condition = User.attr.age.between(1, 3)
    return condition


def ternary(flag: bool) -> Condition:
    test = User.attr.note.exists() if flag else User.attr.note.not_exists()
    return ~test


def match_them(kind: str) -> Condition:
    if kind == "a":
        test = User.attr.id.begins_with("a")
    elif kind == "b":
        test = User.attr.id.in_("b", "c")
    else:
        test = ~(User.attr.id.size() > 3)
    return test


# Lists, dicts and other containers of conditions.
def lists(names: list[str]) -> list[Condition]:
    parts = [User.attr.id == name for name in names]
    parts.append(User.attr.age > 3)
    parts.extend([User.attr.note.exists(), ~User.attr.note.exists()])
    parts += [User.attr.tags.contains("x")]
    parts[0] = User.attr.age.between(1, 3)
    return parts


def dicts(name: str) -> Condition:
    known = {"name": User.attr.id == name, "age": User.attr.age > 3}
    known["note"] = User.attr.note.exists()
    known.setdefault("tags", User.attr.tags.contains("x"))
    return known[name]


TESTS: dict[str, Callable[[int], Condition]] = {
    "over": lambda age: User.attr.age > age,
    "under": lambda age: User.attr.age < age,
    "not": lambda age: ~(User.attr.age == age),
}


def functions(name: str) -> Condition:
    make = {"over": User.attr.age.__gt__, "under": User.attr.age.__lt__}
    return make[name](3)


def generated(names: Iterable[str]) -> Iterator[Condition]:
    for name in names:
        yield User.attr.id == name
    yield User.attr.age > 3


class Named(NamedTuple):
    name: str
    test: Condition


def named() -> list[Named]:
    return [Named("age", User.attr.age > 3), Named("note", User.attr.note.exists() & (User.attr.age > 3))]


# Reducing.
def reduced(names: list[str]) -> Condition:
    return reduce(lambda left, right: left | right, [User.attr.id == name for name in names])


def reduced_from(names: list[str]) -> Condition:
    return reduce(lambda left, right: left & right, (User.attr.id == name for name in names), User.attr.age > 3)


def combined(names: list[str]) -> Condition:
    parts = [User.attr.id == name for name in names]
    return And(*parts) if names else Or(User.attr.age > 3, *parts)


# Conditions from variables, in all that takes one.
grown = and_them("x")
User(id="x").save(condition=grown)
User.delete_item("x", condition=grown & (User.attr.age > 3))
Event.query("x", sort_key_condition=Event.attr.number.between(1, 3), filter_condition=optional("x", None))
Event.query_all("x", sort_key_condition=Event.attr.number > 3, filter_condition=Event.attr.kind.in_("a", "b") | grown)


# Actions in lists that grow.
actions = [User.attr.age.add(1), User.attr.note.remove()]
actions.append(User.attr.tags.append("x"))
actions += [User.attr.groups.delete({"x"}), User.attr.age.set(User.attr.age + 1)]
reveal_type(actions)  # R: list[UpdateAction]
User.update_item("x", updates=actions)
User(id="x").update(updates=[*actions, User.attr.tags[0].remove()])
more = [User.attr.age.set(1)]
more.append(User.attr.note.remove())
more.extend(actions)
User.update_item("x", updates=more + actions, return_values="ALL_NEW")
User.update_item("x", updates=tuple(more))
User.update_item("x", updates=(action for action in more))
plain_actions = [Plain.attr.age.add(1)]
plain_actions.append(Plain.attr.note.remove())
plain_actions += [Plain.attr.tags.append("x"), Plain.attr.tags[0].remove()]
Plain.update_item("x", updates=plain_actions)


def changes(age: int | None, note: str | None) -> list[UpdateAction]:
    parts = [User.attr.age.add(1)]
    if age is not None:
        parts = [User.attr.age.set(age)]
    parts.append(User.attr.note.set(note) if note else User.attr.note.remove())
    return parts


def one_of_them(flag: bool) -> UpdateAction:
    action = User.attr.age.add(1)
    if flag:
        action = User.attr.age.remove()
    return action


def by_name(name: str) -> UpdateAction:
    known = {"age": User.attr.age.add(1)}
    known["note"] = User.attr.note.remove()
    return known[name]


def grouped() -> dict[str, list[UpdateAction]]:
    groups: defaultdict[str, list[UpdateAction]] = defaultdict(list)
    groups["x"].append(User.attr.age.add(1))
    groups["x"].append(User.attr.note.remove())
    return groups


def described(action: UpdateAction) -> str:
    if isinstance(action, Set):
        return f"{action.word} {action.path} {action.value}"  # X: basedpyright+default
    return action.word if isinstance(action, Remove) else str(action.path)


with transact_write() as transaction:
    transaction.update(User.key("x"), updates=actions, condition=grown)
    transaction.update(Plain.key("x"), updates=plain_actions)


async def asynchronous(name: str | None) -> None:
    condition = AsyncUser.attr.age > 3
    if name:
        condition &= AsyncUser.attr.id == name
    parts = [AsyncUser.attr.age.add(1)]
    parts.append(AsyncUser.attr.note.remove())
    await AsyncUser.update_item("x", updates=parts, condition=condition)
    await AsyncUser(id="x").update(updates=parts, condition=condition | AsyncUser.attr.note.exists())
    plain_parts = [AsyncPlain.attr.note.set("x")]
    plain_parts.append(AsyncPlain.attr.note.remove())
    plain_test = AsyncPlain.attr.note.exists()
    plain_test &= AsyncPlain.attr.note == "x"
    await AsyncPlain.update_item("x", 3, updates=plain_parts, condition=plain_test)
    await AsyncPlain.query("x", sort_key_condition=AsyncPlain.attr.number > 3, filter_condition=plain_test)
    async with transact_write_async() as block:
        await block.update(AsyncUser.key("x"), updates=parts, condition=condition)
        await block.update(AsyncPlain.key("x", 3), updates=plain_parts, condition=plain_test)


# topic: a condition joined with something that is no condition
grown & True  # E
grown | User.attr.age  # E
True & (User.attr.age == 3)  # E
User.attr.age == 1 & (User.attr.age == 2)  # E
grown &= "x"  # E

# topic: something that is no action in a list of actions
declared: list[UpdateAction] = []
declared.append(User.attr.age > 3)  # E
declared.append(User.attr.age)  # E
declared += [3]  # E
