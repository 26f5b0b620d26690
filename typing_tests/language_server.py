"""A language server, driven over stdio as an editor drives it: what it completes and what it shows on hovering."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

__all__ = ["LanguageServer", "language_server"]


class LanguageServer:
    """A conversation in JSON-RPC about one document."""

    def __init__(self, to_server: IO[bytes], from_server: IO[bytes], folder: Path, python: str) -> None:
        """Introduce the editor; `python` is the interpreter of the project."""
        self._to_server = to_server
        self._from_server = from_server
        self._settings = {"pythonPath": python, "analysis": {"diagnosticMode": "openFilesOnly"}}
        self._last_id = 0
        self._document = (folder / "document.py").as_uri()
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {"hover": {"contentFormat": ["plaintext"]}},
        }
        folders = [{"uri": folder.as_uri(), "name": "project"}]
        self.ask("initialize", processId=None, capabilities=capabilities, workspaceFolders=folders)
        self._tell("initialized")

    def open(self, text: str) -> None:
        """Open the document."""
        document = {"uri": self._document, "languageId": "python", "version": 1, "text": text}
        self._tell("textDocument/didOpen", textDocument=document)

    def completions(self, line: int, column: int) -> list[str]:
        """Return the names that are offered at a place; lines and columns are counted from 0."""
        reply = self.ask("textDocument/completion", **self._at(line, column))
        return [item["label"] for item in (reply if isinstance(reply, list) else reply["items"])]

    def hover(self, line: int, column: int) -> str:
        """Return the text that is shown for a place."""
        reply = self.ask("textDocument/hover", **self._at(line, column))
        return str(reply["contents"]["value"]) if reply else ""

    def signatures(self, line: int, column: int) -> list[str]:
        """Return the signatures that are shown inside the parentheses of a call."""
        reply = self.ask("textDocument/signatureHelp", **self._at(line, column))
        return [each["label"] for each in reply["signatures"]] if reply else []

    def renamed(self, line: int, column: int, name: str) -> set[tuple[int, int]]:
        """Return the places that change if the name at a place is changed."""
        reply = self.ask("textDocument/rename", newName=name, **self._at(line, column)) or {}
        edits = [edit for each in reply.get("changes", {}).values() for edit in each]
        edits += [edit for each in reply.get("documentChanges", ()) for edit in each["edits"]]
        return {(edit["range"]["start"]["line"], edit["range"]["start"]["character"]) for edit in edits}

    def ask(self, method: str, **parameters: Any) -> Any:
        """Send a request and return its result, answering what the server asks meanwhile."""
        self._last_id += 1
        self._send(id=self._last_id, method=method, params=parameters)
        while True:
            message = self._receive()
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items", [])
                self._send(id=message["id"], result=[self._settings for _ in items] or None)
            elif message.get("id") == self._last_id:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def _at(self, line: int, column: int) -> dict[str, Any]:
        return {"textDocument": {"uri": self._document}, "position": {"line": line, "character": column}}

    def _tell(self, method: str, **parameters: Any) -> None:
        self._send(method=method, params=parameters)

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to_server.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._to_server.flush()

    def _receive(self) -> Any:
        length = 0
        while line := self._from_server.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise RuntimeError("the language server ended")
        return json.loads(self._from_server.read(length))


@contextmanager
def language_server(command: Sequence[str], folder: Path, python: Path) -> Iterator[LanguageServer]:
    """Start a language server for a folder; it ends with the block."""
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=nothing) as process:
        try:
            pipes = cast("tuple[IO[bytes], IO[bytes]]", (process.stdin, process.stdout))
            yield LanguageServer(*pipes, folder, str(python))
        finally:
            process.kill()
