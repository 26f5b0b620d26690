"""Attributes that no model declares: `raw_attribute("legacy")`, wherever a field is accepted."""

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    AttributeExists,
    Between,
    Condition,
    Eq,
    In,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    Size,
    raw_attribute,
    transact_write,
)
from pydamodb.updates import UpdateAction


class Character(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int]


class PlainCharacter(PrimaryKeyModel):
    name: str
    age: int


class Member(PrimaryKeyAndSortKeyModel[str, str]):
    family: Attr[str]
    name: Attr[str]


class AsyncCharacter(AsyncPrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int]


def condition(*_: Condition) -> None: ...


def updates(*_: UpdateAction) -> None: ...


legacy = raw_attribute("legacy")
condition(legacy.exists(), legacy.not_exists(), legacy == 3, legacy != "x", legacy < 3, legacy >= 1.5, legacy == None)
condition(legacy.between(1, 2), legacy.in_("a", "b"), legacy.begins_with("a"), legacy.contains("a"), legacy.size() > 3)
condition(legacy["a"][0].b == 3, legacy == Character.attr.name, Character.attr.name == legacy)
condition(Character.attr.age > legacy, PlainCharacter.attr.age > legacy, PlainCharacter.attr.age.between(legacy, 3))
condition(Eq("ttl", 3), Between("ttl", 3, 4), In("ttl", 3), AttributeExists("ttl"), Size("ttl") > 3, Eq(legacy, 3))
updates(legacy.set(3), legacy.remove(), legacy["a"].set("x"), legacy.set(legacy + 1), legacy.add(1), legacy.add({"a"}))
updates(legacy.append("a"), legacy.delete({"a"}), legacy.set(Character.attr.age), legacy.set(legacy.if_not_exists(0)))
updates(Character.attr.name.set(legacy), Character.attr.age.set(legacy), PlainCharacter.attr.name.set(legacy))
updates(Character.attr.name.set(legacy.if_not_exists("x")), Character.attr.age.set(Character.attr.age.if_not_exists(legacy)))

Character.update_item("Homer", updates=[legacy.remove(), Character.attr.age.set(3)], condition=legacy.exists())
Character.update_item("Homer", updates={legacy: 3})
Character.update_item("Homer", updates={Character.attr.name: legacy})
Character.update_item("Homer", updates={legacy: 3, Character.attr.age: 3})
PlainCharacter.update_item("Homer", updates={legacy: 3, PlainCharacter.attr.age: 3})
Character.update_item("Homer", updates={legacy: 3}, return_values="ALL_NEW")
Character(name="Homer", age=39).update(updates={legacy: 3}, condition=legacy == 2)
Character(name="Homer", age=39).save(condition=legacy.not_exists())
Member.query("Simpson", filter_condition=legacy.exists(), sort_key_condition=raw_attribute("name").begins_with("B"))
Character.scan_all(filter_condition=legacy == 3)
with transact_write() as tx:
    tx.update(Character.key("Homer"), updates=[legacy.remove()], condition=legacy.exists())
    tx.update(Character.key("Homer"), updates={legacy: 3})


async def main() -> None:
    await AsyncCharacter.update_item("Homer", updates=[legacy.remove()], condition=legacy.exists())
    await AsyncCharacter.update_item("Homer", updates={legacy: 3, AsyncCharacter.attr.age: 3})


# The name of an attribute is a text.
raw_attribute(3)  # E
raw_attribute()  # E
