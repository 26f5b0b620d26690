"""A service with FastAPI on an asynchronous model: notes, which a client changes only as it has seen them.

    pip install fastapi uvicorn
    uvicorn --app-dir examples/fastapi_service fastapi_app:app

    POST /notes/ann        {"id": "milk", "text": "buy some"}    201, or 409 if there is such a note already
    GET  /notes/ann/milk                                         200, or 404
    PUT  /notes/ann/milk   {"text": "bought", "version": 1}      200, 404, or 412 if it was changed meanwhile
    GET  /notes/ann?limit=10                                     200: a page, and the cursor of the next one

The table is called `notes`, or as NOTES_TABLE says. Its partition key is `owner`, its sort key `id`, both strings.
Region, credentials and endpoint are configured as for boto3; on DynamoDB Local, set AWS_ENDPOINT_URL_DYNAMODB.
"""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, StringConstraints

from pydamodb import (
    AsyncPrimaryKeyAndSortKeyModel,
    Attr,
    ConditionCheckFailedError,
    Field,
    InvalidRequestError,
    ItemExistsError,
    ItemNotFoundError,
    PartitionKey,
    PydamoConfig,
    SortKey,
    Version,
)

Key = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,100}$")]  # what stands in a path, and fits a key of DynamoDB
SeenVersion = Annotated[int, Field(ge=1, le=1_000_000_000)]
Text = Annotated[str, StringConstraints(max_length=10_000)]


class Note(AsyncPrimaryKeyAndSortKeyModel[str, str]):
    """A note, as it is stored and shown. Each save counts its version up, and wants the one before it."""

    # An asynchronous model with the name of a table needs no client that is opened and closed.
    pydamo_config = PydamoConfig(table=os.environ.get("NOTES_TABLE", "notes"))

    owner: Attr[Annotated[str, PartitionKey]]
    id: Attr[Annotated[str, SortKey]]
    text: Attr[str]
    version: Attr[Annotated[int, Version]] = Field(default=0)


class NewNote(BaseModel):
    """What a client says of a note that it creates."""

    id: Key
    text: Text


class Change(BaseModel):
    """A new text, and the version that the client has seen."""

    text: Text
    version: SeenVersion


class Page(BaseModel):
    """Some notes of an owner, and where to go on; None after the last page."""

    notes: list[Note]
    cursor: str | None


app = FastAPI(title="Notes")


@app.exception_handler(ConditionCheckFailedError)
async def not_done(_: Request, error: Exception) -> JSONResponse:
    """Answer what a write, or a read of a missing note, met."""
    if isinstance(error, ItemNotFoundError):
        return JSONResponse({"detail": "there is no such note"}, 404)
    if isinstance(error, ItemExistsError):
        return JSONResponse({"detail": "there is such a note already"}, 409)
    return JSONResponse({"detail": "the note was changed meanwhile: read it again"}, 412)


@app.exception_handler(InvalidRequestError)
async def not_ours(_: Request, __: Exception) -> JSONResponse:
    """Answer a cursor that is not one of the page's."""
    return JSONResponse({"detail": "this is no cursor of a page"}, 400)


@app.post("/notes/{owner}", status_code=201)
async def create(owner: Key, new: NewNote) -> Note:
    """Store a note, unless there is one with its id."""
    note = Note(owner=owner, id=new.id, text=new.text)
    await note.save(must_be_new=True)
    return note


@app.get("/notes/{owner}/{note_id}")
async def read(owner: Key, note_id: Key) -> Note:
    """Return a note, as it is after all writes."""
    return await Note.get_item(owner, note_id, consistent_read=True, must_exist=True)


@app.put("/notes/{owner}/{note_id}")
async def change(owner: Key, note_id: Key, wanted: Change) -> Note:
    """Change a note, unless somebody else did since the client has seen it."""
    note = Note(owner=owner, id=note_id, text=wanted.text, version=wanted.version)
    await note.save(must_exist=True)
    return note


@app.get("/notes/{owner}")
async def page(
    owner: Key,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Page:
    """Return a page of an owner's notes, in the order of their ids."""
    found = await Note.query(owner, limit=limit, exclusive_start_key=cursor)
    return Page(notes=found.items, cursor=found.cursor)
