"""Tests of programs that use pydamodb. The library itself imports nothing from here."""
