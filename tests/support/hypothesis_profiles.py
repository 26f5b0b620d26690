"""How many examples a property is tried with, and which: the same ones for the same test, but for the search.

A commit passes or fails, whenever it is asked. `make explore` looks for what these examples do not show.
"""

import os

from hypothesis import settings

settings.register_profile("default", deadline=None, max_examples=20, print_blob=True, derandomize=True)
settings.register_profile("ci", settings.get_profile("default"), max_examples=300)
settings.register_profile("models", settings.get_profile("default"), max_examples=2000)
settings.register_profile("explore", settings.get_profile("default"), max_examples=2000, derandomize=False)


def load_profile() -> None:
    """Load the profile that HYPOTHESIS_PROFILE names, else `ci` where CI is set, else `default`."""
    in_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if in_ci else "default"))


def one_in(number: int) -> settings:
    """Try a property with a part of the profile's examples: each is a request to the engine."""
    return settings(max_examples=max(2, settings().max_examples // number))
