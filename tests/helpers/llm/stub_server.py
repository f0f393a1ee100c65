"""A small server on this machine that speaks the chat protocol and makes mistakes on demand."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SILENCE = 0.6


SECRET = "sk-not-for-any-file"
"""The key that tests hand over, and look for wherever it must not be."""


class Stub(ThreadingHTTPServer):
    """Answers a prompt in capitals unless the plan says otherwise."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan: list[str] = []
        """What the next requests meet, one word each; then all goes well."""
        self.seen: list[dict[str, Any]] = []
        """The bodies of all requests."""
        self.usage: dict[str, int] | None = {"prompt_tokens": 30, "completion_tokens": 4}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def stub_server() -> Iterator[Stub]:
    """A running server."""
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append(body)
        says = self.server.plan.pop(0) if self.server.plan else "ok"
        if says.isdigit():
            key = self.headers["authorization"].removeprefix("Bearer ")
            self._send(int(says), json.dumps({"error": {"message": f"{says} for key {key}"}}))
        elif says == "silent":
            time.sleep(SILENCE)
        elif says == "closed":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif says == "html":
            self._send(200, "<html>down for maintenance</html>", "text/html")
        elif says == "broken":
            self._send(200, '{"choices": [{"mess')
        elif says == "no choices":
            key = self.headers["authorization"].removeprefix("Bearer ")
            self._send(200, json.dumps({"id": key, "choices": []}))
        elif says == "half":
            self._send(200, self._reply(body, "ok")[:40], length=4000)
        else:
            self._send(200, self._reply(body, says))

    def _reply(self, body: dict[str, Any], says: str) -> str:
        text: Any = "" if says == "empty" else body["messages"][-1]["content"].upper()
        text = [{"type": "text", "text": text}] if says == "parts" else text
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": "length" if says == "length" else "stop",
        }
        reply = {"id": "1", "object": "chat.completion", "created": 1, "choices": [choice]}
        reply |= {"model": "/a/place/on/the/server@main"}
        return json.dumps(reply | ({"usage": self.server.usage} if self.server.usage else {}))

    def _send(
        self, status: int, text: str, kind: str = "application/json", length: int | None = None
    ) -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(length or len(raw)))
        if status == 429:
            self.send_header("retry-after", "7")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
