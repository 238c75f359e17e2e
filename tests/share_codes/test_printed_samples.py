"""Six printed forms, made without sight of the reader: read, or asked for; none invented."""

import json
from typing import Any

import pytest

from duediligence.formats.pdf import read_pdf_lines
from duediligence.suppliers.printed_forms import PrintedForm, read_printed_forms
from tests.rows import for_each
from tests.share_codes.test_samples import PRINTED

pytest.importorskip("pypdf", reason="pypdf is not installed")
pytestmark = pytest.mark.apart
FORMS = sorted(path.stem for path in PRINTED.glob("*.pdf"))


def _list(form: PrintedForm, name: str, *fields: str) -> list[tuple[Any, ...]]:
    """What was read of each of a list, None for a field that is asked for."""
    numbers = dict.fromkeys(
        path.split(".")[1] for path in (*form.texts, *form.unsure) if path.startswith(f"{name}.")
    )
    return [
        tuple(
            None
            if (path := f"{name}.{number}.{field}") in form.unsure
            else form.texts.get(path, "")
            for field in fields
        )
        for number in numbers
    ]


def _birth(year: str, month: str) -> str | None:
    return f"{year}-{int(month):02}" if year else None


@for_each("name", FORMS)
def test_what_is_expected_is_read_or_asked_for(name: str) -> None:
    body = (PRINTED / f"{name}.pdf").read_bytes()
    expected = json.loads((PRINTED / f"{name}.expected.json").read_text("utf-8"))
    form, *others = read_printed_forms(read_pdf_lines(name, body), "")
    supplier = expected["supplier"]
    assert form.texts["name"] == supplier["name"]
    assert form.texts.get("addresses.0.postcode") == supplier["postcode"]
    assert sorted(_list(form, "identifiers", "scheme", "id")) == sorted(
        (one["scheme"], one["id"]) for one in supplier["identifiers"]
    )
    parties = _list(
        form, "parties", "kind", "name", "relationship", "birth_date.year", "birth_date.month"
    )
    assert [(n, r, _birth(y, m)) for kind, n, r, y, m in parties if kind != "organisation"] == [
        (one["name"], one["relationship"], one["birth"]) for one in expected["people"]
    ]
    firms = _list(form, "parties", "kind", "name", "relationship", "company_number")
    assert [rest for kind, *rest in firms if kind == "organisation"] == [
        [one["name"], one["category"], one["number"] or ""] for one in expected["organisations"]
    ]
    assert _list(form, "members", "name", "share_code") == [
        (one["name"], one["share_code"]) for one in expected["members"]
    ]
    assert _list(form, "exclusions", "question", "about") == [
        (one["code"] or None, one["about"] if one["about"] != "supplier" else "")
        for one in expected["exclusions"]
    ]
    assert (form.texts.get("exclusions_asked") == "yes") == expected["asked"]
    assert len(others) == len(expected["members"])
    asked = {path for path in form.unsure if path not in ("exclusions_asked", "submitted_on")}
    assert bool(asked) == bool(expected["ask"])
