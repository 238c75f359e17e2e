"""Answers of the real register, where --real-data has them: read, and nothing lost.

Dates and counts are compared with what stands in the files; no value is written here.
"""

import json
import os
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duediligence.registers.companies_house import records
from duediligence.registers.companies_house.records import company_hit as hit
from duediligence.registers.companies_house.records import parse_company_profile

SAMPLES = Path(os.environ["REAL_DATA"]) / "companies_house" / "api"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the real answers are not in --real-data ({SAMPLES})"
)


def _each(read: Callable[[Any], object]) -> Callable[[Any], list[object]]:
    return lambda found: [read(item) for item in found.get("items", [found])]


READERS: dict[str, Callable[[Any], Any]] = {
    "profile": parse_company_profile,
    "officers": _each(records.parse_officer),
    "appointments": lambda found: records.parse_appointments("id", found),
    "psc": _each(records.parse_owner),
    "psc_statements": _each(records.parse_owner_statement),
    "filing_history": _each(records.parse_filing),
    "charges": _each(records.parse_charge),
    "insolvency": records.parse_insolvencies,
    "disqualified": records.parse_disqualifications,
    "search": _each(hit),
}
# Dates that no check reads, by member.
UNREAD = (
    "identity_verified_on|accounting_reference_date|period_\\w+|next_made_up_to|heard_on|"
    "last_full_members_list_date|delivered_on|date_of_birth|undertaken_on|statement_date|"
    "covering_instrument_date|last_made_up_to|ceased_to_act_on|resolved_on"
)


def _samples() -> list[Path]:
    return [
        path
        for path in sorted(SAMPLES.glob("*/real/*.json"))
        if path.parts[-3] in READERS
        and "registered_office" not in path.name
        and (path.parts[-3] != "search" or path.name.startswith("companies_"))
    ]


def _dates(value: Any, member: str = "") -> set[date]:
    """Every date in a document or a model object, but for those under members not read."""
    if isinstance(value, date):
        return {value}
    if is_dataclass(value):
        return {found for f in fields(value) for found in _dates(getattr(value, f.name))}
    if isinstance(value, tuple):
        return {found for each in value for found in _dates(each)}
    if isinstance(value, list):
        return {found for each in value for found in _dates(each, member)}
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not re.search(UNREAD, k)}
        return {found for name, each in kept.items() for found in _dates(each, name)}
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return {date.fromisoformat(value)}
    return set()


@pytest.mark.parametrize("path", _samples(), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_real_answer_is_read_without_loss(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    found = READERS[path.parts[-3]](document)
    items = document.get("items", document.get("cases", document.get("disqualifications")))
    if items is not None:
        assert len(found) == len(items)
        # A hit of the search whose title was taken out leads nowhere.
        untitled = sum("title" not in item for item in items) if path.parts[-3] == "search" else 0
        assert list(found).count(None) == untitled
    if path.parts[-3] in ("profile", "officers", "psc", "psc_statements", "insolvency"):
        assert _dates(document) <= _dates(tuple(found) if isinstance(found, list) else found)


def test_a_real_exemption_is_in_force() -> None:
    (path,) = SAMPLES.glob("exemptions/real/*.json")
    assert records.has_owner_exemption(json.loads(path.read_text()), date(2026, 11, 24))


def test_no_sample_is_skipped_by_mistake() -> None:
    assert len(_samples()) >= 20
