"""Answers of GOV.UK's search (https://www.gov.uk/api/search.json), a page of results each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from duediligence.watchlists._readers.fields.dates import day
from duediligence.watchlists._readers.govuk import SITE

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.formats import json

# What the searches of our lists ask for, and what every answer has beside it.
_KNOWN = frozenset(
    "title link public_timestamp content_store_document_type case_type case_state outcome_type "
    "opened_date closed_date _id es_score index document_type elasticsearch_type format".split()
)
_NEEDS_A_LOOK = "The publisher may have changed the service; fetch the file again."


@dataclass(frozen=True, slots=True)
class Result:
    """One result: `path` is its address without the host, `fields` all that the answer says."""

    path: str
    title: str
    updated: date | None
    fields: Mapping[str, Any]
    where: str

    @property
    def url(self) -> str:
        return urljoin(SITE, self.path)

    def text(self, field: str) -> str:
        """A field as text; empty where there is none. Raises UnreadableFile."""
        return json.text(self.fields.get(field), f"{self.where}: {field}")

    def values(self, field: str) -> tuple[str, ...]:
        """A field as in `values`. Raises UnreadableFile."""
        return values(self.fields.get(field), f"{self.where}: {field}")


def values(held: object, where: str) -> tuple[str, ...]:
    """One value or several, each a text or an object with a `value`. Raises UnreadableFile."""
    several = held if isinstance(held, list) else [] if held is None else [held]
    if any(isinstance(one, dict) and "value" not in one for one in several):
        raise UnreadableFile(f"{where} has no value", hint=_NEEDS_A_LOOK)
    found = (one["value"] if isinstance(one, dict) else one for one in several)
    return tuple(text for one in found if (text := json.text(one, where)))


def results(path: Path, drift: Drift) -> Iterator[Result]:
    """Each result of the page, in order. Raises UnreadableFile for one that says not enough."""
    for number, one in enumerate(_answer(path)["results"], 1):
        where = f"{path.name}: result {number}"
        if not isinstance(one, dict):
            raise UnreadableFile(f"{where}: is no object", hint=_NEEDS_A_LOOK)
        for member in one.keys() - _KNOWN:
            drift.unread("member", member)
        link, title = (json.text(one.get(key), f"{where}: {key}") for key in ("link", "title"))
        if not link.startswith("/") or not title:
            missing = "title" if link.startswith("/") else "link"
            raise UnreadableFile(f"{where}: {missing} is missing", hint=_NEEDS_A_LOOK)
        updated = day(json.text(one.get("public_timestamp"), f"{where}: public_timestamp"))
        yield Result(link, title, updated, one, where)


def next_page(path: Path, url: str) -> str:
    """The page after that from `url`, empty after the last. Raises UnreadableFile."""
    answer = _answer(path)
    address = urlsplit(url)
    query = dict(parse_qsl(address.query))
    start = int(query["start"]) if query.get("start", "").isdecimal() else 0
    start += len(answer["results"])
    if start >= answer["total"]:
        return ""
    if not answer["results"]:
        raise UnreadableFile(
            f"{path.name}: holds no results, and {answer['total'] - start} are still to come",
            hint="Fetch the pages of this search again.",
        )
    return urlunsplit(address._replace(query=urlencode(query | {"start": str(start)})))


def _answer(path: Path) -> dict[str, Any]:
    found = json.load(path)
    sound = (
        isinstance(found, dict)
        and isinstance(found.get("results"), list)
        and isinstance(found.get("total"), int)
    )
    if not sound:
        raise UnreadableFile(f"{path.name}: is no answer of GOV.UK's search", hint=_NEEDS_A_LOOK)
    return dict(found)
