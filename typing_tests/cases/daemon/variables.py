"""Fields in variables, which a third module uses."""

from .models import Plain, Strict

age = Plain.attr.age
address = Plain.attr.address
number = Strict.attr.number


class Holder:
    label = Plain.attr.label
