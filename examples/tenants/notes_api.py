"""A service for several tenants, each with a table of its own. The endpoints do not know of it."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, Header

from pydamodb import PartitionKey, PrimaryKeyAndSortKeyModel, PydamoConfig, SortKey, create_tables

# No table outside of a tenant's block: a forgotten block is an error, and reads nobody's notes.
notes = PydamoConfig(table=None)


class Note(PrimaryKeyAndSortKeyModel):
    """A note of a person."""

    pydamo_config = notes

    owner: Annotated[str, PartitionKey]
    id: Annotated[str, SortKey]
    text: str = ""


def table_of(tenant: str) -> str:
    """Name the table of a tenant."""
    return f"notes-{tenant}"


def open_account(tenant: str) -> None:
    """Make the table of a new tenant."""
    with notes.using(table_of(tenant)):
        create_tables(Note)


# In a service, the tenant is in the token of the request, not in a header that anybody can write.
Tenant = Annotated[str, Header(alias="X-Tenant", pattern="^[a-z0-9]{1,20}$")]


async def of_tenant(tenant: Tenant) -> AsyncIterator[None]:
    """Let the models use the table of the tenant, for one request."""
    with notes.using(table_of(tenant)):
        yield


app = FastAPI(title="Notes", dependencies=[Depends(of_tenant)])


@app.put("/notes/{owner}/{note}")
def write(owner: str, note: str, text: str) -> Note:
    """Store a note."""
    stored = Note(owner=owner, id=note, text=text)
    stored.save()
    return stored


@app.get("/notes/{owner}")
def read(owner: str) -> list[Note]:
    """Return the notes of a person."""
    return Note.query_all(owner)
