"""The PSC snapshot: every kind of record, and totals that tell of a file cut off."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.errors import UnreadableFile
from duediligence.model import Exemption, Owner, OwnerRow, PartialDate, Statement
from duediligence.registers.bulk.owners import read_owner_rows

Write = Callable[..., Path]

PERSON = {
    "company_number": "9900001",
    "data": {
        "address": {"premises": "2", "address_line_1": "Quill Row", "postal_code": "QQ1 1QQ"},
        "ceased_on": "2024-05-14",
        "country_of_residence": "England",
        "date_of_birth": {"month": 2, "year": 1977},
        "etag": "e",
        "kind": "individual-person-with-significant-control",
        "links": {"self": "/x"},
        "name": "Ms Orla Tarnwick",
        "name_elements": {"forename": "Orla", "surname": "Tarnwick"},
        "nationality": "British",
        "natures_of_control": ["ownership-of-shares-50-to-75-percent"],
        "notified_on": "2016-04-06",
    },
}
FIRM = {
    "company_number": "99000002",
    "data": {
        "kind": "corporate-entity-person-with-significant-control",
        "name": "Quill Holdings",
        "identification": {"registration_number": "9900001", "legal_form": "Ltd"},
        "notified_on": "2020-01-01",
    },
}
SECRET = {
    "company_number": "99000003",
    "data": {"kind": "super-secure-person-with-significant-control", "description": "x"},
}
OVERSEAS = {
    "company_number": "OE990001",
    "data": {"kind": "individual-beneficial-owner", "name": "Ivo Penhallow", "is_sanctioned": True},
}
STATED = {
    "company_number": "99000004",
    "data": {
        "kind": "persons-with-significant-control-statement",
        "statement": "no-individual-or-entity-with-signficant-control",
        "notified_on": "2016-07-12",
    },
}
EXEMPT = {
    "company_number": "99000005",
    "data": {
        "kind": "exemptions",
        "exemptions": {
            "psc_exempt_as_shares_admitted_on_market": {
                "items": [{"exempt_from": "2016-10-29", "exempt_to": "2020-01-01"}, {}]
            }
        },
    },
}


def totals(persons: int, statements: int = 0, exemptions: int = 0) -> dict[str, Any]:
    return {
        "data": {
            "kind": "totals#persons-of-significant-control-snapshot",
            "persons_of_significant_control_count": persons,
            "statements_count": statements,
            "exemptions_count": exemptions,
            "generated_at": "2026-11-24T03:40:50+00:00",
        }
    }


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def load(*paths: Path) -> tuple[list[OwnerRow], tuple[str, ...]]:
    drift = Drift()
    return list(read_owner_rows(paths, drift)), drift.lines()


def test_every_kind_is_read(write: Write) -> None:
    records = (PERSON, FIRM, SECRET, OVERSEAS, STATED, EXEMPT, totals(4, 1, 1))
    rows, drift = load(write("p.zip", lines(*records), inside="p.txt"))
    person = rows[0]
    assert person.number == "09900001"
    assert isinstance(person.record, Owner)
    assert person.record.name == "Ms Orla Tarnwick"
    assert person.record.birth_date == PartialDate(1977, 2)
    assert person.record.ceased_on == date(2024, 5, 14)
    assert person.record.natures == ("ownership-of-shares-50-to-75-percent",)
    firm, secret, overseas = (row.record for row in rows[1:4])
    assert isinstance(firm, Owner)
    assert firm.registered_at is not None
    assert firm.registered_at.number == "9900001"
    assert isinstance(secret, Owner)
    assert secret.super_secure
    assert secret.name == ""
    assert isinstance(overseas, Owner)
    assert overseas.sanctioned is True
    assert rows[4].record == Statement(
        "no-individual-or-entity-with-signficant-control", date(2016, 7, 12)
    )
    name = "psc_exempt_as_shares_admitted_on_market"
    assert [row.record for row in rows[5:]] == [
        Exemption(name, date(2016, 10, 29), date(2020, 1, 1)),
        Exemption(name),
    ]
    assert drift == ()


def test_totals_count_over_all_parts(write: Write) -> None:
    first = write("p_1of2.txt", lines(PERSON))
    second = write("p_2of2.txt", lines(FIRM, totals(2)))
    assert len(load(first, second)[0]) == 2


def test_without_totals_the_file_is_cut_off(write: Write) -> None:
    with pytest.raises(UnreadableFile, match="the totals at its end are missing"):
        load(write("p.txt", lines(PERSON, FIRM)))


@pytest.mark.parametrize("told", [totals(2), totals(1, 1), totals(1, 0, 1)])
def test_fewer_records_than_the_totals_tell_are_refused(write: Write, told: Any) -> None:
    with pytest.raises(UnreadableFile, match="its totals report"):
        load(write("p.txt", lines(PERSON, told)))


def test_more_records_than_the_totals_tell_are_drift(write: Write) -> None:
    rows, drift = load(write("p.txt", lines(PERSON, FIRM, totals(1))))
    assert len(rows) == 2
    assert drift == ("unread total that is too low: persons_of_significant_control_count (1)",)


def test_totals_without_counts_are_drift(write: Write) -> None:
    bare = {"data": {"kind": "totals#persons-of-significant-control-snapshot"}}
    _, drift = load(write("p.txt", lines(PERSON, bare)))
    assert len(drift) == 3


def test_every_cut_of_a_file_is_refused(write: Write) -> None:
    whole = lines(PERSON, totals(1))
    for cut in range(0, len(whole) - 1, 3):
        with pytest.raises(UnreadableFile):
            load(write("p.txt", whole[:cut]))


def test_a_kind_that_is_not_known_is_kept_and_told_of(write: Write) -> None:
    odd = {"company_number": "99000001", "data": {"kind": "robot-with-control", "name": "Rho"}}
    rows, drift = load(write("p.txt", lines(odd, totals(1))))
    assert rows[0].record == Owner(kind="robot-with-control", name="Rho")
    assert drift == ("unmapped kind: robot-with-control (1)",)


def test_a_record_that_cannot_be_read_whole_is_kept_by_name_and_told_of(write: Write) -> None:
    odd = {**FIRM, "data": {**FIRM["data"], "notified_on": "soon"}}  # type: ignore[dict-item]
    rows, drift = load(write("p.txt", lines(odd, totals(1))))
    assert rows[0].record == Owner(
        kind="corporate-entity-person-with-significant-control", name="Quill Holdings"
    )
    assert drift == ("unmapped record of an owner: notified_on: 'soon' is not a date (1)",)


@pytest.mark.parametrize(
    "line",
    [b"{\n", b"[1]\n", b"\xff\n", b'{"data": {"kind": "exemptions"}}\n', b'{"data": 3}\n',
     b"<!DOCTYPE html>\n", b"[" * 100_000 + b"\n"],
)  # fmt: skip
def test_what_is_no_record_is_refused_by_line(write: Write, line: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"p\.txt: line 2"):
        load(write("p.txt", lines(PERSON) + line))
