"""Whether a client knows the operation SearchVectors: botocore before 1.43.64 does not."""

from __future__ import annotations

from typing import Any

import botocore

from pydamodb._client.direct.any_transport import AnyTransport
from pydamodb._core.exceptions import InvalidRequestError

OLDEST = "1.43.64"


def check_vector_support(client: Any, subject: str, model_name: str) -> None:
    """Raise InvalidRequestError if botocore is too old for vector indexes: it would leave them out, or refuse them."""
    botocores = client.client if isinstance(client, AnyTransport) else client
    if "SearchVectors" not in botocores.meta.service_model.operation_names:
        remedy = "pip install --upgrade boto3 botocore"
        message = f"{subject} needs botocore {OLDEST} or newer, this is {botocore.__version__}: {remedy}"
        raise InvalidRequestError(message, model_name=model_name)
