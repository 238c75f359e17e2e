"""What the Companies House API answers about the invented companies, path by path."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

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
