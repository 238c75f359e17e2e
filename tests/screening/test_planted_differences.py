"""Sixty forms, written without sight of the comparison: 30 differ from the register, 30 do not."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duediligence.law.declarations import find_question
from duediligence.matching import DEFAULT_THRESHOLD, Index
from duediligence.model import (
    PARTS,
    Company,
    Dossier,
    Finding,
    Identifier,
    ListEntry,
    Name,
    NotKnown,
    Officer,
    Owner,
    PartialDate,
    Resolution,
    Supplier,
)
from duediligence.model.entries import COMPANY
from duediligence.model.supplier_information import SupplierInformation
from duediligence.registers.companies_house import records
from duediligence.render.saying import format_text
from duediligence.screening.dossiers.parties import find_parents, parties_of
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.run.answer_comparison import compare_with_registers
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from duediligence.suppliers.share_codes import read_share_codes
from duediligence.text.names import strip_titles
from tests.rows import for_each

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
FILES = sorted((Path(__file__).parents[1] / "share_codes" / "differences").glob("*.json"))
PART = {"officers": records.parse_officer, "persons-with-significant-control": records.parse_owner}


class Register:
    """The answers of the public data API that a file holds, read as the API's are."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers

    def company(self, number: str) -> Company | None:
        found = self.answers.get(f"/company/{number}")
        return records.parse_company_profile(found) if found else None

    def officers(self, number: str) -> tuple[Officer, ...]:
        return tuple(self._read(number, "officers"))

    def owners(self, number: str) -> tuple[Owner, ...]:
        return tuple(self._read(number, "persons-with-significant-control"))

    def _read(self, number: str, part: str) -> Iterator[Any]:
        return map(PART[part], self.answers.get(f"/company/{number}/{part}", {}).get("items", ()))

    def dossier(self, form: SupplierInformation) -> Dossier:
        """Return what is known of the supplier; nothing where the register has no company."""
        numbers = [path.split("/")[2] for path in self.answers if path.count("/") == 2]
        given = [one.id for one in form.identifiers if one.scheme == COMPANY]
        number = next((one for one in given if one in numbers), next(iter(numbers), ""))
        parts: dict[str, Any] = dict.fromkeys(PARTS, NotKnown("The register did not answer."))
        if company := self.company(number):
            owners = self.owners(number)
            cases = self.answers.get(f"/company/{number}/insolvency")
            parts |= dict.fromkeys(PARTS, ())
            parts |= {
                "company": company,
                "charity": NotKnown("The register did not answer."),
                "officers": self.officers(number),
                "owners": owners,
                "psc_exempt": False,
                "same_address": 1,
                "insolvencies": records.parse_insolvencies(cases) if cases else (),
                "parents": find_parents(self, company, owners, depth=6),
            }
        own = tuple(one for one in form.identifiers if one.scheme == COMPANY)
        return Dossier(
            supplier=Supplier(ref="S1", name=form.name, identifiers=own),
            taken_at=NOW,
            resolution=Resolution("number", 1.0),
            **parts,
        )


def find_listed(dossier: Dossier, listed: list[dict[str, Any]]) -> Iterator[Finding]:
    """Yield what the matcher finds of the parties among the entries, each with its grounds."""
    entries = [
        ListEntry(
            id=str(place),
            list_id=one["list"],
            kind="person" if one["born"] else "organisation",
            names=(Name(one["name"]),),
            birth_dates=(PartialDate.parse(one["born"]),) if one["born"] else (),
            identifiers=(Identifier(COMPANY, one["number"]),) if one["number"] else (),
        )
        for place, one in enumerate(listed)
    ]
    index = Index.build(entries) if entries else None
    for party in parties_of(dossier) if index else ():
        assert index
        for match in index.search(subject(party), threshold=DEFAULT_THRESHOLD, limit=10):
            one = listed[int(match.entry_id)]
            yield Finding(
                run_id="r",
                supplier_ref="S1",
                supplier_name=dossier.supplier.name,
                company_number="",
                check_id="ENF-01",
                check_title="Listed",
                topic="enforcement",
                outcome="review",
                severity="high",
                subject_name=party.names[0].text,
                list_id=one["list"],
                features=match.features,
                possible_grounds=tuple(
                    ground for code in one["grounds"] for ground in find_question(code).grounds
                ),
            )


@for_each("file", FILES)
def test_each_planted_difference_is_found_and_no_other(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    (form,) = read_share_codes(case["answer"], file.name, origin="file", today=NOW.date())
    dossier = Register(case["register"]).dossier(form)
    assess = Assessor("r", Policy(), check_context(NOW.date()))
    findings = [*assess.about_dossier(dossier), *find_listed(dossier, case["list_entries"])]
    compared = compare_with_registers(form, dossier, findings)
    # The register writes names in capitals and with titles.
    found = Counter(
        (one.kind, strip_titles(format_text(one.about)))
        for one in compared
        if one.verdict in ("differs", "to look at")
    )
    assert found == Counter((one["kind"], strip_titles(one["about"])) for one in case["expected"])
    if not case["register"] and not case["list_entries"]:
        assert {one.verdict for one in compared} == {"cannot be known"}


def test_there_are_thirty_of_each() -> None:
    expected = [bool(json.loads(one.read_text(encoding="utf-8"))["expected"]) for one in FILES]
    assert Counter(expected) == {True: 30, False: 30}
