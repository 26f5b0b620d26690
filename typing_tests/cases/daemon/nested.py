"""What the fields of the models contain."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

T = TypeVar("T")


class Geo(BaseModel):
    latitude: float


class Located(BaseModel):
    code: str


class Address(Located):
    city: str
    geo: Geo | None = None


@dataclass
class Parcel:
    weight: int


class Holder(BaseModel, Generic[T]):
    content: T


class Box(Holder[int]):
    color: str


class Audited(BaseModel):
    author: str
