"""Computed fields of the strict style, with `computed_attr`: keys, and values that are stored beside."""

from typing import Annotated

from pydantic import BaseModel
from typing_extensions import reveal_type

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    Attr,
    Condition,
    PartitionKey,
    PrimaryKeyAndSortKeyModel,
    PrimaryKeyModel,
    SortKey,
    computed_attr,
)


class Price(BaseModel):
    amount: int


class Order(PrimaryKeyAndSortKeyModel[str, str]):
    customer: Attr[str]
    number: Attr[int]

    @computed_attr
    def pk(self) -> Annotated[str, PartitionKey]:
        """Return the partition key."""
        return f"CUSTOMER#{self.customer}"

    @computed_attr
    def sk(self) -> Annotated[str, SortKey]:
        return f"ORDER#{self.number:08}"

    @computed_attr
    def price(self) -> Price:
        return Price(amount=self.number)

    @computed_attr
    def tags(self) -> list[str]:
        return [self.customer]

    @computed_attr
    def note(self) -> str | None:
        return None


class BigOrder(Order):
    size: Attr[int]


class AsyncOrder(AsyncPrimaryKeyAndSortKeyModel[str, str]):
    customer: Attr[str]

    @computed_attr
    def pk(self) -> Annotated[str, PartitionKey]:
        return self.customer

    @computed_attr
    def sk(self) -> Annotated[str, SortKey]:
        return "ORDER#"


class Plain(PrimaryKeyModel):
    id: str

    @computed_attr
    def label(self) -> str:
        return self.id


def condition(*_: Condition) -> None: ...


order = Order(customer="ann", number=1)
reveal_type(Order.attr.sk)  # R: ExpressionField[str]
reveal_type(Order.attr.tags[0])  # R: ExpressionField[str]
reveal_type(Order.attr.note)  # R: ExpressionField[str | None]
reveal_type(Order.attr.price(lambda price: price.amount))  # R: ExpressionField[int]
reveal_type(BigOrder.attr.sk)  # R: ExpressionField[str]
reveal_type(AsyncOrder.attr.pk)  # R: ExpressionField[str]
reveal_type(order.sk)  # R: str
reveal_type(order.price.amount)  # R: int
reveal_type(BigOrder(customer="ann", number=1, size=3).sk)  # R: str
reveal_type(Plain(id="x").label)  # R: str
Order.query("CUSTOMER#ann", sort_key_condition=Order.attr.sk.begins_with("ORDER#"))
Order.query("CUSTOMER#ann", filter_condition=Order.attr.tags.contains("ann") & Order.attr.note.exists())
Order.update_item("x", "y", updates=[Order.attr.note.set("x"), *Order.changes(number=3)])
condition(Plain.attr.label.begins_with("x"), Plain.attr.label == "x", Order.attr.sk > "x")


async def asynchronous() -> None:
    await AsyncOrder.query("ann", sort_key_condition=AsyncOrder.attr.sk.begins_with("ORDER#"))
    reveal_type(AsyncOrder(customer="ann").sk)  # R: str


# topic: an operand of the wrong type for a computed field with `computed_attr`
condition(Order.attr.sk == 5)  # E
condition(Order.attr.sk.begins_with(5))  # E
condition(Order.attr.tags.contains(5))  # E
condition(AsyncOrder.attr.sk > 5)  # E
Order.query("CUSTOMER#ann", sort_key_condition=Order.attr.sk < 5)  # E
Order.attr.note.set(5)  # E
