"""A server on this machine that answers as the streaming API of Companies House does."""

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "invented-stream-key"
_SENT = f"Basic {b64encode(f'{KEY}:'.encode()).decode()}"


def event(timepoint: int, uri: str = "/company/99002101") -> dict[str, Any]:
    return {
        "resource_kind": "company-profile",
        "resource_uri": uri,
        "resource_id": "x",
        "data": {"company_name": "NEVER READ LTD", "name": "Ada Noname"},
        "event": {
            "timepoint": timepoint,
            "published_at": "2026-11-24T08:00:00",
            "type": "changed",
        },
    }


@dataclass
class Streams:
    """What each stream sends, by name: events, bytes as they are, or a status to refuse with.

    A stream sends events from the timepoint on, which it sends once more, then blank lines;
    without a timepoint what it has is what happens next. Before `oldest` it answers 416.
    """

    held: dict[str, list[dict[str, Any] | bytes] | int] = field(default_factory=dict)
    oldest: int = 0
    asked: list[str] = field(default_factory=list)
    closes: bool = False
    over: Event = field(default_factory=Event)


@contextmanager
def serve_streams(streams: Streams) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            streams.asked.append(self.path)
            parts = urlsplit(self.path)
            held = streams.held.get(parts.path.strip("/"), [])
            start = int(parse_qs(parts.query).get("timepoint", ["0"])[0])
            refused = 416 if start and start < streams.oldest else 0
            if self.headers["Authorization"] != _SENT:
                refused = 401
            if refused or isinstance(held, int):
                self._refuse(refused or int(str(held)))
            else:
                self._answer(held, start)

        def _answer(self, held: list[dict[str, Any] | bytes], start: int) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for one in held:
                if isinstance(one, bytes):
                    self._send(one)
                elif one["event"]["timepoint"] >= start:
                    self._send(json.dumps(one).encode() + b"\n")
            if not streams.closes:
                self._send(b"\n")
                streams.over.wait(10)
            self.close_connection = True

        def _send(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def _refuse(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        streams.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
