"""Keys and transactions: what all type checkers agree on, without a plugin."""

from datetime import date
from uuid import UUID

from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    AsyncPrimaryKeyModel,
    Attr,
    InvalidItemError,
    Key,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    TransactionCanceledError,
    transact_get,
    transact_get_async,
    transact_write,
    transact_write_async,
)


class Character(PrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int]


class Member(PrimaryKeyAndSortKeyModel[UUID, date]):
    family: Attr[UUID]
    joined: Attr[date]
    age: Attr[int]


class PlainCharacter(PrimaryKeyModel):
    name: str
    age: int


class PlainMember(PrimaryKeyAndSortKeyModel):
    family: str
    name: str
    age: int


class AsyncCharacter(AsyncPrimaryKeyModel[str]):
    name: Attr[str]
    age: Attr[int]


class AsyncMember(AsyncPrimaryKeyAndSortKeyModel[UUID, date]):
    family: Attr[UUID]
    joined: Attr[date]
    age: Attr[int]


class AsyncPlainCharacter(AsyncPrimaryKeyModel):
    name: str
    age: int


homer = Character(name="Homer", age=39)
plain = PlainCharacter(name="Homer", age=39)
awaited = AsyncCharacter(name="Homer", age=39)

# Keys have the types of the model's keys.
reveal_type(Character.key("Homer"))  # R: Key[Character]
reveal_type(Member.key(UUID(int=0), date(2024, 1, 1)))  # R: Key[Member]
reveal_type(PlainCharacter.key("Homer"))  # R: Key[PlainCharacter]
reveal_type(PlainMember.key("Simpson", "Homer"))  # R: Key[PlainMember]
reveal_type(AsyncCharacter.key("Homer"))  # R: Key[AsyncCharacter]
reveal_type(AsyncMember.key(UUID(int=0), date(2024, 1, 1)))  # R: Key[AsyncMember]
Character.key(3)  # E
Member.key(UUID(int=0))  # E
Member.key(UUID(int=0), "2024-01-01")  # E
PlainMember.key("Simpson")  # E
AsyncCharacter.key(3)  # E
AsyncMember.key(UUID(int=0))  # E

# Reading: a tuple of the models.
one = Character.key("Homer")
two = Member.key(UUID(int=0), date(2024, 1, 1))
three = PlainCharacter.key("Homer")
four = PlainMember.key("Simpson", "Homer")
reveal_type(transact_get(one))  # R: tuple[Character | None]
reveal_type(transact_get(one, two))  # R: tuple[Character | None, Member | None]
reveal_type(transact_get(one, two, three))  # R: tuple[Character | None, Member | None, PlainCharacter | None]
reveal_type(transact_get(one, two, three, four)[3])  # R: PlainMember | None
reveal_type(transact_get(one, two, three, four, one)[4])  # R: Character | None
reveal_type(transact_get(one, two, three, four, one, two)[5])  # R: Member | None
reveal_type(transact_get(one, one, one, one, one, one, one))  # R: tuple[Character | None, ...]
transact_get(one, two, three, four, one, two, three)
first, second = transact_get(one, two)
if first is not None and second is not None:
    reveal_type(first.age + second.age)  # R: int
reveal_type(transact_get(one, two, retries=3))  # R: tuple[Character | None, Member | None]
reveal_type(transact_get(one, one, one, one, one, one, one, retries=3))  # R: tuple[Character | None, ...]
transact_get(one, retries="3")  # E
transact_get("Homer")  # E
transact_get(homer)  # E
transact_get(AsyncCharacter.key("Homer"))  # E
transact_get(one, AsyncCharacter.key("Homer"))  # E

# Writing.
with transact_write(client_request_token="once", retries=3) as tx:
    tx.put(homer)
    tx.put(homer, condition=Character.attr.age < 3, return_item_on_failure=True)
    tx.put(plain, condition=PlainCharacter.attr.age < 3)
    tx.update(one, updates=[Character.attr.age.set(3), Character.attr.age.add(1)])
    tx.update(one, updates={Character.attr.age: 3}, must_exist=True)
    tx.update(one, updates={Character.attr.age: Character.attr.age + 1})
    tx.update(one, updates={Character.attr.age: 3, Character.attr.name: "x"})
    tx.update(two, updates=[Member.attr.age.add(1)], condition=Member.attr.age < 3)
    tx.update(three, updates={PlainCharacter.attr.age: 40, PlainCharacter.attr.name: "x"})
    tx.update(three, updates=[PlainCharacter.attr.age.add(1)])
    tx.delete(homer)
    tx.delete(one, condition=Character.attr.age == 3)
    tx.delete(four)
    tx.check(one, Character.attr.age < 3, return_item_on_failure=True)
    tx.check(three, PlainCharacter.attr.age < 3)

with transact_write() as tx:
    tx.put(one)  # E
    tx.put("Homer")  # E
    tx.put(awaited)  # E
    tx.put(homer, condition=Character.attr.age == "x")  # E
    tx.update(homer, updates=[Character.attr.age.add(1)])  # E
    tx.update("Homer", updates=[Character.attr.age.add(1)])  # E
    tx.update(one, updates=[Character.attr.age.add("x")])  # E
    tx.update(one, updates={"age": 3})  # E
    tx.update(AsyncCharacter.key("Homer"), updates=[AsyncCharacter.attr.age.add(1)])  # E
    tx.update(one)  # E
    tx.delete("Homer")  # E
    tx.delete(awaited)  # E
    tx.check(one)  # E
    tx.check(homer, Character.attr.age < 3)  # E
    tx.check(one, Character.attr.age == "x")  # E
    # As for `update_item`: an overload for what does not fit is marked as deprecated.
    tx.update(one, updates={Character.attr.age: "x"})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly
    tx.update(one, updates={Character.attr.age: "x", Character.attr.name: "x"})  # E: mypy+plugin
    tx.update(three, updates={PlainCharacter.attr.age: "x"})  # E: mypy+plugin
transact_write(client_request_token=3)  # E
transact_write(retries="3")  # E
transact_write("once")  # E
with transact_write_async():  # E
    pass

try:
    transact_get(one)
except TransactionCanceledError as error:
    for reason in error.reasons:
        reveal_type(reason.code)  # R: str | None
        reveal_type(reason.message)  # R: str | None
        reveal_type(reason.is_version_conflict)  # R: bool


async def awaiting() -> None:
    one = AsyncCharacter.key("Homer")
    two = AsyncMember.key(UUID(int=0), date(2024, 1, 1))
    three = AsyncPlainCharacter.key("Homer")
    reveal_type(await transact_get_async(one))  # R: tuple[AsyncCharacter | None]
    reveal_type(await transact_get_async(one, two))  # R: tuple[AsyncCharacter | None, AsyncMember | None]
    reveal_type((await transact_get_async(one, two, three, one, two, three))[5])  # R: AsyncPlainCharacter | None
    reveal_type(await transact_get_async(one, one, one, one, one, one, one))  # R: tuple[AsyncCharacter | None, ...]
    await transact_get_async("Homer")  # E
    await transact_get_async(Character.key("Homer"))  # E
    async with transact_write_async(client_request_token="once") as tx:
        reveal_type(await tx.put(awaited))  # R: None
        await tx.put(awaited, condition=AsyncCharacter.attr.age < 3, return_item_on_failure=True)
        await tx.update(one, updates=[AsyncCharacter.attr.age.add(1)])
        await tx.update(one, updates={AsyncCharacter.attr.age: 3}, must_exist=True)
        await tx.update(three, updates={AsyncPlainCharacter.attr.age: 3, AsyncPlainCharacter.attr.name: "x"})
        await tx.delete(awaited)
        await tx.delete(two, condition=AsyncMember.attr.age == 3)
        await tx.check(one, AsyncCharacter.attr.age < 3)
    async with transact_write_async() as tx:
        await tx.put(homer)  # E
        await tx.put(one)  # E
        await tx.update(Character.key("Homer"), updates=[Character.attr.age.add(1)])  # E
        await tx.update(one, updates=[AsyncCharacter.attr.age.add("x")])  # E
        # As above.
        await tx.update(one, updates={AsyncCharacter.attr.age: "x"})  # E: pyright+strict, basedpyright, mypy+deprecated, mypy+plugin, ty, pyrefly
        await tx.delete("Homer")  # E
        await tx.check(one, AsyncCharacter.attr.age == "x")  # E
    async with transact_write():  # E
        pass


def left_out(error: InvalidItemError) -> None: ...


def repaired(error: InvalidItemError) -> Character | None:
    return None


reveal_type(transact_get(Character.key("Homer"), on_invalid=left_out))  # R: tuple[Character | None]
reveal_type(transact_get(Character.key("Homer"), on_invalid=repaired))  # R: tuple[Character | None]
transact_get(Character.key("Homer"), on_invalid=True)  # E


def all_of(keys: list[Key[Character]]) -> tuple[Character | None, ...]:
    return tuple(transact_get(*keys))


def any_of(keys: list[Key[PrimaryKeyModel]]) -> None:
    transact_get(*keys)


any_of([PlainCharacter.key("Homer")])


# Keys in a list, of one model and of several.
transact_get(*[Character.key("Homer"), Character.key("Marge")])
transact_get(*[Character.key("Homer"), Member.key(UUID(int=0), date(2024, 1, 1))])
transact_get(*[PlainCharacter.key("Homer"), PlainMember.key("Simpson", "Homer")], retries=3)
transact_get(*[Character.key("Homer"), PlainCharacter.key("Homer")])
transact_get(*(Character.key(name) for name in ("Homer", "Marge")))
transact_get(*[*(Character.key(name) for name in ("Homer", "Marge")), PlainMember.key("Simpson", "Homer")])
mixed = [Character.key("Homer"), Member.key(UUID(int=0), date(2024, 1, 1)), PlainMember.key("Simpson", "Homer")]
for each in transact_get(*mixed, on_invalid=left_out):
    if each is not None:
        each.save()
transact_get(*["Homer"])  # E


async def awaiting_lists(some: list[Key[AsyncCharacter]], both: list[Key[AsyncCharacter] | Key[AsyncMember]]) -> None:
    reveal_type(await transact_get_async(*some))  # R: tuple[AsyncCharacter | None, ...]
    await transact_get_async(*both)
    await transact_get_async(*[AsyncCharacter.key("Homer"), AsyncMember.key(UUID(int=0), date(2024, 1, 1))])
    await transact_get_async(*[AsyncPlainCharacter.key("Homer"), AsyncMember.key(UUID(int=0), date(2024, 1, 1))])
    mixed = [AsyncCharacter.key("Homer"), AsyncMember.key(UUID(int=0), date(2024, 1, 1))]
    for each in await transact_get_async(*mixed):
        if each is not None:
            await each.save()


def several(
    one: list[Key[Character]], keys: list[Key[Character] | Key[Member]], either: list[Key[Character | Member]]
) -> None:
    reveal_type(transact_get(*one))  # R: tuple[Character | None, ...]
    transact_get(*keys)
    transact_get(*either)
