"""Everyday words: items that must exist or must be new, keys as values, and what is returned."""

from typing import Annotated

from pydantic import BaseModel
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyModel,
    Attr,
    Collection,
    Field,
    GlobalIndex,
    ItemExistsError,
    ItemNotFoundError,
    Key,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    PydamoConfig,
    SortKey,
    TransactionCanceledError,
    transact_write,
    transact_write_async,
)


class Character(PrimaryKeyModel[str]):
    pydamo_config = PydamoConfig(table="characters")

    name: Attr[Annotated[str, PartitionKey]]
    age: Attr[int] = Field(default=0)


class Member(PrimaryKeyAndSortKeyModel[str, int]):
    pydamo_config = PydamoConfig(table="members")

    family: Attr[Annotated[str, PartitionKey]]
    number: Attr[Annotated[int, SortKey]]

    by_number = GlobalIndex[int]("by-number", partition_key="number")


class Later(AsyncPrimaryKeyModel[str]):
    name: Attr[Annotated[str, PartitionKey]]


class Small(BaseModel):
    age: int


def flag() -> bool:
    return True


homer = Character(name="Homer")

# A read of an item that must exist.
reveal_type(Character.get_item("Homer", must_exist=True))  # R: Character
reveal_type(Character.get_item("Homer"))  # R: Character | None
reveal_type(Character.get_item("Homer", must_exist=False))  # R: Character | None
reveal_type(Character.get_item("Homer", must_exist=flag()))  # R: Character | None
reveal_type(Character.get_item("Homer", must_exist=True, projection=Small))  # R: Small
reveal_type(Character.get_item("Homer", must_exist=flag(), projection=Small))  # R: Small | None
reveal_type(Member.get_item("Simpson", 1, must_exist=True, consistent_read=True))  # R: Member
print(Character.get_item("Homer", must_exist=True).age + 1)
Character.get_item("Homer", must_exist="yes")  # E
Character.get_item(3, must_exist=True)  # E
Member.get_item("Simpson", "1", must_exist=True)  # E

# Writes of items that must exist or must be new.
homer.save(must_be_new=True, condition=Character.attr.age < 3)
homer.save(must_exist=True, return_item_on_failure=True)
homer.update(updates={Character.attr.age: 3}, must_exist=True)
homer.delete(must_exist=True)
Character.update_item("Homer", updates={Character.attr.age: 3}, must_exist=True)
Character.delete_item("Homer", must_exist=True)
homer.save(must_be_new="yes")  # E
homer.save(must_be_here=True)  # E: all, pyrefly+basic
homer.delete(must_be_new=True)  # E

with transact_write() as tx:
    tx.put(homer, must_be_new=True)
    tx.put(homer, must_exist=True)
    tx.update(Character.key("Homer"), updates={Character.attr.age: 3}, must_exist=True)
    tx.delete(homer, must_exist=True)
    tx.put(homer, must_be_new=3.5)  # E
    tx.delete(homer, must_be_new=True)  # E: all, pyrefly+basic

try:
    homer.save()
except (ItemExistsError, ItemNotFoundError) as error:
    reveal_type(error.item)  # R: BaseModel | None
except TransactionCanceledError as canceled:
    reveal_type(canceled.reasons[0].is_not_found)  # R: bool
    reveal_type(canceled.reasons[0].is_existing)  # R: bool


async def later() -> None:
    reveal_type(await Later.get_item("Homer", must_exist=True))  # R: Later
    reveal_type(await Later.get_item("Homer"))  # R: Later | None
    await Later(name="Homer").save(must_be_new=True)
    Later.get_item("Homer", must_exist=True).name  # E
    async with transact_write_async() as tx:
        await tx.put(Later(name="Homer"), must_be_new=True)
        await tx.put(Later(name="Homer"), must_be_new="x")  # E


class Elder(Member):
    pass


one = Character.key("Homer")
two = Member.key("Simpson", 1)

# A key in the place of its values.
reveal_type(Character.get_item(one))  # R: Character | None
reveal_type(Character.get_item(Character.key("Homer"), must_exist=True))  # R: Character
reveal_type(Member.get_item(two))  # R: Member | None
reveal_type(Member.get_item(Elder.key("Simpson", 1)))  # R: Member | None
reveal_type(Member.get_item(partition_key_value=two, projection=Small))  # R: Small | None
reveal_type(Member.batch_get([two, ("Simpson", 2)]))  # R: list[Member | None]
reveal_type(Character.batch_get([one, "Marge"]))  # R: list[Character | None]
reveal_type(Key.of(homer))  # R: Key[Character]
Character.update_item(one, updates={Character.attr.age: 3})
Character.update_item(one, updates=[Character.attr.age.add(1)], must_exist=True)
Character.delete_item(Key.of(homer))
Member.delete_item(two, must_exist=True)
with Member.batch_writer() as writer:
    writer.delete(two)
    writer.delete_item(two)
Character.get_item(two)  # E
Member.get_item(one)  # E
Member.delete_item(one)  # E
Character.batch_get([two])  # E
Elder.get_item(two)  # E: pyright, basedpyright, mypy, mypy+plugin, pyrefly, zuban
Character.update_item(two, updates={Character.attr.age: 3})  # E
Key.of("Homer")  # E
with Character.batch_writer() as names:
    names.delete(two)  # E

# What is returned.
reveal_type(homer.delete())  # R: None
reveal_type(homer.delete(return_values="NONE"))  # R: None
reveal_type(homer.delete(return_values="ALL_OLD"))  # R: Character | None
reveal_type(homer.delete(return_values="ALL_OLD", must_exist=flag()))  # R: Character | None
reveal_type(homer.delete(return_values="ALL_OLD", must_exist=True))  # R: Character
reveal_type(Character.delete_item(one, return_values="ALL_OLD"))  # R: Character | None
reveal_type(Member.delete_item("Simpson", 1, return_values="ALL_OLD", must_exist=True))  # R: Member
homer.delete(return_values="ALL_NEW")  # E
homer.delete(return_values=True)  # E
Character.delete_item(one, return_values="ALL_NEW")  # E

# An item that is read again.
reveal_type(homer.refresh())  # R: None
homer.refresh(consistent_read=True)
homer.refresh(True)  # E
homer.refresh(must_exist=True)  # E: all, pyrefly+basic

# The first item of a query.
reveal_type(Member.query_first("Simpson"))  # R: Member | None
reveal_type(Member.query_first("Simpson", projection=Small))  # R: Small | None
reveal_type(Member.query_first("x", index_name="by-x", filter_condition=Member.attr.number > 3))  # R: Member | None
reveal_type(Character.query_first("x", index_name="by-x", scan_index_forward=False))  # R: Character | None
reveal_type(Member.by_number.query_first(3))  # R: Member | None
reveal_type(Member.by_number.query_first(3, projection=Small))  # R: Small | None
Member.query_first(3)  # E
Member.query_first("Simpson", limit=3)  # E
Character.query_first("Homer")  # E
Member.query_first("Simpson").number  # E


def first_of(household: Collection[Character | Member, str]) -> None:
    reveal_type(household.query_first("Simpson"))  # R: Character | Member | None
    reveal_type(household.query_first("Simpson", projection=Small))  # R: Small | None
    household.query_first(3)  # E


async def later_again() -> None:
    later = Later(name="Homer")
    reveal_type(await later.refresh())  # R: None
    reveal_type(await later.delete(return_values="ALL_OLD"))  # R: Later | None
    reveal_type(await Later.query_first("x", index_name="by-x"))  # R: Later | None
    later.delete(return_values="ALL_OLD", must_exist=True).name  # E
