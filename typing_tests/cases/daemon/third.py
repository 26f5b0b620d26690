"""A module that does not import the models."""

from .variables import Holder, address, age, number

old = age > 3
in_city = address.city == "x"


def found() -> object:
    return number > 3, address.geo.latitude > 3.0, Holder.label == "x"
