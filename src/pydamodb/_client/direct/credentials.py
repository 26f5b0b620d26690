"""The credentials of botocore, looked at once a second. To ask botocore for each request would cost as much as to sign.

botocore refreshes temporary credentials when it is asked for them, which may take a request to somewhere else.
"""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import CredentialRetrievalError, NoCredentialsError

from pydamodb._client.direct.signing import Keys

_KEPT_SECONDS = 1.0


class KeptCredentials:
    """The credentials of one session of boto3."""

    def __init__(self, source: Any) -> None:
        """`source` is what `session.get_credentials()` returns, None if there are none."""
        self._source = source
        self._keys: Keys | None = None
        self._until = 0.0  # of time.monotonic()

    def are_at_hand(self) -> bool:
        """Return True if nobody has to be asked for them over a network."""
        needed = getattr(self._source, "refresh_needed", None)
        return time.monotonic() < self._until or needed is None or not needed()

    def keys(self) -> Keys:
        """Return the keys that count now.

        Raises:
            BotoCoreError: There are none, they cannot be refreshed, or they have no form in a header.
        """
        now = time.monotonic()
        keys = self._keys
        if keys is None or now >= self._until:
            self._keys = keys = _checked(None if self._source is None else self._source.get_frozen_credentials())
            self._until = now + _KEPT_SECONDS
        return keys


def _checked(found: Any) -> Keys:
    """Return keys that fit into a header: a line break, as files end with, would begin another header."""
    if found is None or not found.access_key or not found.secret_key:
        raise NoCredentialsError
    if not all(text.isascii() and text.isprintable() for text in (found.access_key, found.token or "")):
        problem = "the access key or the token has a line break, or another character that no header may have"
        raise CredentialRetrievalError(provider="boto3", error_msg=problem)
    keys: Keys = found
    return keys
