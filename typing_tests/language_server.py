"""A language server, driven over stdio as an editor drives it: what it completes and what it shows on hovering."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
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
        return [item["label"] for item in reply["items"]]

    def hover(self, line: int, column: int) -> str:
        """Return the text that is shown for a place."""
        return str(self.ask("textDocument/hover", **self._at(line, column))["contents"]["value"])

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
def language_server(program: Path, folder: Path, python: Path) -> Iterator[LanguageServer]:
    """Start a language server for a folder; it ends with the block."""
    command = [str(program), "--stdio"]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            pipes = cast("tuple[IO[bytes], IO[bytes]]", (process.stdin, process.stdout))
            yield LanguageServer(*pipes, folder, str(python))
        finally:
            process.kill()
