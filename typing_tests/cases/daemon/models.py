"""The models."""

from pydantic import computed_field

from pydamodb import Attr, Field, PKModel, PrimaryKeyModel

from .nested import Address, Audited, Box, Geo, Parcel


class Plain(PrimaryKeyModel):
    name: str
    age: int
    address: Address
    history: list[Address] = []
    parcel: Parcel | None = None
    box: Box | None = None

    @computed_field
    @property
    def label(self) -> str:
        return self.name


class Strict(PrimaryKeyModel[str]):
    name: Attr[str]
    number: Attr[int] = Field(default=0)
    home: Attr[Address]


class Child(Audited, Plain):
    extra: int = 0


class Aliased(PKModel[str]):
    name: Attr[str]
    count: Attr[int]
