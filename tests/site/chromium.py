"""Headless Chromium, driven by the DevTools protocol, and a server of the built site on the loopback interface."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from websockets.sync.client import connect

HOST = "127.0.0.1"
PREFIX = "/pydamodb"  # the path of `site_url`
SECONDS = 30
PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LISTENING = re.compile(r"DevTools listening on ws://127\.0\.0\.1:(\d+)/")
WAIT = """new Promise((found, lost) => {
  const end = Date.now() + %d;
  const look = () => {
    let value;
    try { value = (() => (%s))(); } catch (error) { value = null; }
    if (value) found(value); else if (Date.now() > end) lost(new Error("it never came")); else setTimeout(look, 20);
  };
  look();
})"""


class Page:
    """A tab of the browser, with all that it has asked for and complained of."""

    def __init__(self, socket: Any, origin: str) -> None:
        """Listen to the network and the console."""
        self.origin = origin
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self._socket = socket
        self._numbers = count(1)
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result; note the events that come meanwhile."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=SECONDS))
            if message.get("id") == number:
                assert "error" not in message, message["error"]
                return message["result"]
            self._note(message["method"], message["params"])

    def _note(self, event: str, of: Any) -> None:
        if event == "Network.requestWillBeSent":
            self.requested.append(of["request"]["url"])
        elif event == "Network.responseReceived" and of["response"]["status"] >= 400:
            self.complaints.append(f"{of['response']['status']} {of['response']['url']}")
        elif event == "Runtime.consoleAPICalled" and of["type"] in {"error", "warning", "assert"}:
            self.complaints.append(str([each.get("value", each.get("description")) for each in of["args"]]))
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(of["exceptionDetails"]))
        elif event == "Log.entryAdded" and of["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(of["entry"]["text"])

    def open(self, path: str) -> None:
        """Load a page, and wait until its scripts have run."""
        self.send("Page.navigate", url=self.origin + path)
        self.wait(f"location.href.startsWith({self.origin + path!r}) && document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """Return what a script returns, or what its promise brings."""
        result = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in result, (script, result["exceptionDetails"])
        return result["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until an expression is true, and return its value."""
        return self.run(WAIT % (SECONDS * 1000, script))

    def click(self, selector: str) -> None:
        """Click at the middle of an element as a mouse would."""
        script = (
            f"(() => {{ const it = document.querySelector({selector!r}); it.scrollIntoView({{block: 'center'}});"
            "const {x, y, width, height} = it.getBoundingClientRect(); return [x + width / 2, y + height / 2]; })()"
        )
        x, y = self.run(script)
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def write(self, text: str) -> None:
        """Type a text where the cursor is."""
        self.send("Input.insertText", text=text)

    def width(self, pixels: int, height: int = 844, *, mobile: bool = True) -> None:
        """Show the page on a screen of this size."""
        self.send("Emulation.setDeviceMetricsOverride", width=pixels, height=height, deviceScaleFactor=1, mobile=mobile)

    def picture(self, path: Path) -> None:
        """Write a PNG file of what is seen."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def other_hosts(self) -> set[str]:
        """Return the hosts, other than the server of the site, that the page asked for something."""
        own = {urlsplit(self.origin).netloc, ""}
        return {urlsplit(url).netloc for url in self.requested if not url.startswith(("data:", "blob:"))} - own


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder below the path of the site's address."""

    def translate_path(self, path: str) -> str:
        """Find the file."""
        return super().translate_path(path.removeprefix(PREFIX))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """Stay silent."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site until the block ends; yield its address."""
    with ThreadingHTTPServer((HOST, 0), partial(Handler, directory=str(site))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()


@contextmanager
def browsing(profile: Path) -> Iterator[int]:
    """Run Chromium until the block ends; yield the port of its DevTools."""
    # Its sandbox needs rights that containers do not have. It opens pages of our own only.
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    options += ["--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0"]
    command = [str(PROGRAM), *options, f"--user-data-dir={profile}", "--window-size=1400,900", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as browser:  # noqa: S603
        try:
            assert browser.stderr is not None
            port = next(int(found[1]) for line in browser.stderr if (found := LISTENING.search(line)))
            Thread(target=browser.stderr.read, daemon=True).start()
            yield port
        finally:
            browser.terminate()


@contextmanager
def tab(port: int, origin: str) -> Iterator[Page]:
    """Open a tab until the block ends."""
    with urlopen(Request(f"http://{HOST}:{port}/json/new?about:blank", method="PUT"), timeout=SECONDS) as reply:
        target = json.loads(reply.read())
    with connect(target["webSocketDebuggerUrl"], max_size=None, proxy=None) as socket:
        yield Page(socket, origin)
        socket.send(json.dumps({"id": 0, "method": "Page.close"}))
