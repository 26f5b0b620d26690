"""What a cold start takes, as that of a Lambda function: a fresh interpreter imports, and gets its first item."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence

from benchmarks import imports
from benchmarks.worker import ENVIRONMENT as PUBLIC

_PYDAMODB = """
from typing import Annotated
from pydamodb import PartitionKey, PrimaryKeyAndSortKeyModel, PydamoConfig, SortKey
class Stored(PrimaryKeyAndSortKeyModel):
    pydamo_config = PydamoConfig(table="records", transport="{transport}")
    pk: Annotated[str, PartitionKey]
    sk: Annotated[str, SortKey]
    name: str
    age: int
get = lambda: Stored.get_item("p", "s")
"""
PROGRAMS = {
    "with_boto3_table": """
import boto3
from pydantic import BaseModel
class Stored(BaseModel):
    pk: str
    sk: str
    name: str
    age: int
table = boto3.resource("dynamodb").Table("records")
get = lambda: Stored.model_validate(table.get_item(Key={"pk": "p", "sk": "s"})["Item"])
""",
    "with_pydamodb": _PYDAMODB.replace("{transport}", "boto3"),
    "with_pydamodb_direct": _PYDAMODB.replace("{transport}", "direct"),
    "with_pydynox": """
import os
from pydynox import DynamoDBClient, Model, ModelConfig
from pydynox.attributes import NumberAttribute, StringAttribute
client = DynamoDBClient(
    region=os.environ["AWS_DEFAULT_REGION"],
    access_key=os.environ["AWS_ACCESS_KEY_ID"],
    secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"],
)
class Stored(Model):
    model_config = ModelConfig(table="records", client=client)
    pk = StringAttribute(partition_key=True)
    sk = StringAttribute(sort_key=True)
    name = StringAttribute()
    age = NumberAttribute()
get = lambda: Stored.sync_get(pk="p", sk="s")
""",
}
_TIMED = """
import time
start = time.process_time()
{program}
imported = time.process_time()
assert get().age == 20
print(1_000 * (imported - start), 1_000 * (time.process_time() - start))
"""


def started(name: str, url: str) -> tuple[float, float]:
    """Return the CPU milliseconds of the program until its model is made, and until it has its first item."""
    program = _TIMED.replace("{program}", PROGRAMS[name])
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**imports.ENVIRONMENT, **PUBLIC, "AWS_ENDPOINT_URL_DYNAMODB": url},
        check=True,
        capture_output=True,
        text=True,
    )
    imported, whole = map(float, run.stdout.split())
    return imported, whole


def measure(contestants: Sequence[str], rounds: int, url: str) -> Mapping[str, list[tuple[float, float]]]:
    """Return what starts take, a pair for each round; the first round compiles."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS if name in contestants}
    for number in range(rounds + 1):
        for name, values in found.items():
            pair = started(name, url)
            if number:
                values.append(pair)
    return found
