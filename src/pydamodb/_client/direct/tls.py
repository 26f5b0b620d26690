"""TLS as botocore is configured for it: the authorities, the certificate of the client, and what is checked."""

from __future__ import annotations

import os
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeAlias

import botocore.session
from botocore.httpsession import get_cert_path  # pyright: ignore[reportUnknownVariableType]

Verify: TypeAlias = "bool | str"


def tls_context(verify: Verify | None, profile: str | None, client_cert: Any) -> ssl.SSLContext:
    """Return the context for the connections of a client.

    `verify` is what boto3 takes: None for the configured bundle of authorities, False for no check, or a bundle.

    Raises:
        OSError: A file of certificates cannot be read.
    """
    if verify is None:
        session: Any = botocore.session.Session(profile=profile)  # pyright: ignore[reportUnknownVariableType]
        configured = session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
        verify = str(configured) if configured else True
    return _context(verify, client_cert if client_cert is None or isinstance(client_cert, str) else tuple(client_cert))


@lru_cache(maxsize=16)  # to load a bundle takes as long as 200 requests
def _context(verify: Verify, client_cert: str | tuple[str, str] | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if verify is False:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    else:
        bundle: str = get_cert_path(verify)
        with _named(bundle):
            context.load_verify_locations(**{"capath" if os.path.isdir(bundle) else "cafile": bundle})  # noqa: PTH112
    if client_cert is not None:
        files = (client_cert,) if isinstance(client_cert, str) else client_cert
        with _named(" and ".join(map(str, files))):
            context.load_cert_chain(*files)
    return context


@contextmanager
def _named(files: str) -> Generator[None, None, None]:
    """Name files that cannot be read, or have no certificate: OpenSSL does not."""
    try:
        yield
    except OSError as error:
        raise OSError(f"{files}: {error}") from error
