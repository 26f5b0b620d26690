"""Functions that use the fields; each is checked again by itself."""

from .models import Aliased, Child, Plain, Strict


def plain() -> object:
    return Plain.attr.age > 3


def nested() -> object:
    return Plain.attr.address.city == "x"


def inherited() -> object:
    return Plain.attr.address.code.begins_with("x")


def called() -> object:
    return Plain.attr(lambda plain: plain.address.city) == "x"


def called_twice() -> object:
    return Plain.attr.address(lambda address: address.geo).latitude > 3.0


def element() -> object:
    return Plain.attr.history[0].geo.latitude > 3.0


def of_dataclass() -> object:
    return Plain.attr.parcel.weight > 3


def generic() -> object:
    return Plain.attr.box.content > 3


def computed() -> object:
    return Plain.attr.label == "x"


def of_base() -> object:
    return Child.attr.author == "x", Child.attr.age > 3


def strict() -> object:
    return Strict.attr.number > 3


def strict_nested() -> object:
    return Strict.attr.home.city == "x"


def aliased() -> object:
    return Aliased.attr.count > 3


def updates() -> None:
    Plain.update_item("x", updates={Plain.attr.age: 3, Plain.attr.name: "x"})
    Strict.update_item("x", updates={Strict.attr.number: 3, Strict.attr.home.city: "x"})


def changes() -> None:
    Plain.update_item("x", updates=Plain.changes(age=3))
    Strict.update_item("x", updates=Strict.changes(number=3))
    Child.update_item("x", updates=Child.changes(author="x"))


def constructor() -> object:
    return Aliased(name="x", count=3), Child(author="x", name="x", age=3, address=nothing())


def nothing() -> object:
    return None
