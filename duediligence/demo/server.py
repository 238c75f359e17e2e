"""The invented companies behind a real HTTP server on this machine: key, limit and all."""

import json
import re
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from importlib.resources.abc import Traversable
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Document = dict[str, Any]
Answer = tuple[int, Document]

_ERROR = ".error"
# Items a page where the asker names none, and the most that is given, by the path's last part.
_PAGES = {
    "officers": (35, 500),
    "appointments": (35, 50),
    "companies": (20, 100),
    "disqualified-officers": (20, 100),
}
_OTHER_PAGES = (25, 100)
# The API has these for any number, even of a company that does not exist.
_NEVER_MISSING: dict[str, Document] = {
    "officers": {"kind": "officer-list", "active_count": 0, "resigned_count": 0},
    "persons-with-significant-control": {"active_count": 0, "ceased_count": 0},
}
_LITTLE_WORDS = {"and", "limited", "ltd", "of", "the"}


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


def load_demo_answers() -> dict[str, Document]:
    """Return the invented answers by path, as `company/99001001/officers`."""
    return dict(_read_answer_files(files("duediligence.demo") / "companies_house", ""))


def answer_demo_request(
    held: Mapping[str, Document], path: str, query: Mapping[str, str]
) -> Answer:
    """Return the status and body for a path without its first slash, and the query's parameters.

    As measured on the API: a page at a time; 404 for a company that is not there and for a part
    that a company does not have; 500 for a number that is not eight characters long.
    """
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        if broken := held.get("/".join(parts[:depth]) + _ERROR):
            return 500, broken
    if parts[0] == "search":
        return _search_demo_records(held, parts[1:], query)
    if parts[0] == "company" and len(parts) > 1 and len(parts[1]) != 8:
        return 500, {"exception_id": "demonstration", "error": "Internal server error"}
    if body := held.get(path):
        return 200, _cut_answer_page(body, parts[-1], query)
    if parts[0] == "company" and (empty := _NEVER_MISSING.get("/".join(parts[2:]))):
        body = {**empty, "items": [], "links": {"self": f"/{path}"}, "total_results": 0}
        return 200, _cut_answer_page(
            {**body, "items_per_page": 0, "start_index": 0}, parts[-1], query
        )
    return 404, _not_found(parts)


def _read_answer_files(folder: Traversable, above: str) -> Iterator[tuple[str, Document]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _read_answer_files(item, f"{above}{item.name}/")
        elif item.name.endswith(".json"):
            text = item.read_text(encoding="utf-8")
            yield above + item.name.removesuffix(".json"), json.loads(text)


def _cut_answer_page(body: Document, resource: str, query: Mapping[str, str]) -> Document:
    """Return the part of the body's items that was asked for; a body without items as it is."""
    if "items" not in body:
        return body
    items = body["items"]
    total = "total_count" if "total_count" in body else "total_results"
    if "category" in query and resource == "filing-history":
        wanted = query["category"].split(",")
        items = [item for item in items if item["category"] in wanted]
    usual, most = _PAGES.get(resource, _OTHER_PAGES)
    start = _parse_number_parameter(query.get("start_index"), 0)
    size = min(_parse_number_parameter(query.get("items_per_page"), usual), most)
    page = {**body, "items": items[start : start + size], total: len(items)}
    shown = {"start_index": start, "items_per_page": size}
    return page | {name: value for name, value in shown.items() if name in body}


def _parse_number_parameter(text: str | None, usual: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text) else usual


def _search_demo_records(
    held: Mapping[str, Document], parts: list[str], query: Mapping[str, str]
) -> Answer:
    if parts == ["companies"]:
        found = [
            (name, _company_hit(body))
            for path, body in held.items()
            if re.fullmatch(r"company/[^/.]+", path)
            for name in [" ".join([body["company_name"], *_former_names(body)])]
        ]
    elif parts == ["disqualified-officers"]:
        found = [
            (f"{body['forename']} {body['surname']}", _disqualified_hit(body))
            for path, body in held.items()
            if path.startswith("disqualified-officers/natural/")
        ]
    else:
        return 404, _not_found(parts)
    asked = _split_query_words(query.get("q", ""))
    ranked = [(len(asked & _split_query_words(name)), name, hit) for name, hit in found]
    near = sorted((r for r in ranked if r[0] * 2 > len(asked)), key=lambda r: (-r[0], r[1]))
    body = {
        "items": [hit for _, _, hit in near],
        "items_per_page": 0,
        "kind": f"search#{parts[0]}",
        "page_number": 1,
        "start_index": 0,
        "total_results": len(near),
    }
    return 200, _cut_answer_page(body, parts[0], query)


def _former_names(body: Document) -> list[str]:
    return [former["name"] for former in body.get("previous_company_names", ())]


def _split_query_words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold())) - _LITTLE_WORDS


def _company_hit(body: Document) -> Document:
    address = body["registered_office_address"]
    created = body["date_of_creation"]
    return {
        "address": address,
        "address_snippet": ", ".join(address.values()),
        "company_number": body["company_number"],
        "company_status": body["company_status"],
        "company_type": body["type"],
        "date_of_creation": created,
        "description": f"{body['company_number']} - Incorporated on {created}",
        "description_identifier": ["incorporated-on"],
        "kind": "searchresults#company",
        "links": {"self": f"/company/{body['company_number']}"},
        "matches": {"snippet": []},
        "snippet": "",
        "title": body["company_name"],
    }


def _disqualified_hit(body: Document) -> Document:
    address = body["disqualifications"][0]["address"]
    return {
        "address": address,
        "address_snippet": ", ".join(address.values()),
        "date_of_birth": body["date_of_birth"],
        "description": f"Born on {body['date_of_birth']}",
        "description_identifiers": ["born-on"],
        "kind": "searchresults#disqualified-officer",
        "links": body["links"],
        "matches": {"snippet": []},
        "snippet": "",
        "title": f"{body['title']} {body['forename']} {body['surname']}",
    }


def _not_found(parts: list[str]) -> Document:
    what = {2: "company-profile", 3: "company-insolvencies"}.get(len(parts), "resource")
    if parts[0] != "company" or (len(parts) == 3 and parts[2] != "insolvency"):
        what = "resource"
    return {"errors": [{"type": "ch:service", "error": f"{what}-not-found"}]}
