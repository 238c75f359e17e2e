"""The invented companies behind a real HTTP server on this machine: key, limit and all."""

import json
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from duediligence.demo.companies import Document, answer_demo_request, load_demo_answers


@contextmanager
def serve_demo_api(
    held: Mapping[str, Document] | None = None, *, limit: int = 600, window: int = 300
) -> Iterator[str]:
    """Answer as the Companies House API does until the block ends; yields the base address.

    `held` are the answers by path (see `documents`), the demonstration's where none are given. Any
    key but an empty one is let in. After `limit` requests with one key within `window` seconds
    the answer is 429 until the window ends, as developer.company-information.service.gov.uk says.
    """
    server = _DemoServer(held if held is not None else load_demo_answers(), _Limit(limit, window))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class _Limit:
    """How often each key has asked in the window that runs."""

    limit: int
    window: int
    _lock: Lock = field(default_factory=Lock)
    _asked: dict[str, tuple[int, int]] = field(default_factory=dict)

    def ask(self, key: str) -> tuple[int, int]:
        """Count one request: how many were left before it, and when the window ends (epoch)."""
        with self._lock:
            left, ends = self._asked.get(key, (self.limit, 0))
            now = time.time()
            if now >= ends:
                left, ends = self.limit, int(now) + self.window
            self._asked[key] = (max(0, left - 1), ends)
            return left, ends


class _DemoServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, held: Mapping[str, Document], limit: _Limit) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.held = held
        self.limit = limit


class _Handler(BaseHTTPRequestHandler):
    server: _DemoServer
    protocol_version = "HTTP/1.1"
    timeout = 30
    # Head and body leave in one packet: apart, each answer would wait for a delayed ACK.
    wbufsize = 65_536
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        key = self._key()
        if not key:
            told = (
                "Invalid Authorization" if self.headers["Authorization"] else "Empty Authorization"
            )
            self._send(401, {"error": f"{told} header", "type": "ch:service"}, {})
            return
        left, ends = self.server.limit.ask(key)
        limits = {
            "X-Ratelimit-Limit": str(self.server.limit.limit),
            "X-Ratelimit-Remain": str(max(0, left - 1)),
            "X-Ratelimit-Reset": str(ends),
            "X-Ratelimit-Window": f"{self.server.limit.window // 60}m",
        }
        if not left:
            self._send(429, {"error": "Rate limit exceeded", "type": "ch:service"}, limits)
            return
        asked = urlsplit(self.path)
        path = unquote(asked.path).strip("/")
        self._send(
            *answer_demo_request(self.server.held, path, dict(parse_qsl(asked.query))), limits
        )

    def _key(self) -> str:
        """Return the key that came as the user name of Basic authorisation, else an empty
        string.
        """
        scheme, _, coded = (self.headers["Authorization"] or "").partition(" ")
        if scheme.lower() != "basic":
            return ""
        try:
            return b64decode(coded, validate=True).decode().partition(":")[0]
        except (NotBase64, UnicodeDecodeError):
            return ""

    def _send(self, status: int, body: Document, headers: dict[str, str]) -> None:
        content = json.dumps(body, ensure_ascii=False).encode()
        etag = f'"{sha256(content).hexdigest()[:40]}"'
        if status == 200 and self.headers["If-None-Match"] == etag:
            status, content = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status in (200, 304):
            self.send_header("ETag", etag)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: what was asked for is the asker's to tell."""
