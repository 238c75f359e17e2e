"""From a dossier to findings: once for each thing, with severity, page and time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from duediligence import registry
from duediligence.model import (
    PARTS,
    Company,
    Dossier,
    Finding,
    NotHeld,
    NotKnown,
    Officer,
    PartialDate,
    Resolution,
    Source,
    Supplier,
)
from duediligence.model.entries import COMPANY, Identifier
from duediligence.render.saying import format_text
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from tests.rows import for_each

COMPANY_RECORD = Company(
    number="99000001",
    name="Quillhaven Works Limited",
    status="active",
    type="ltd",
    status_detail="",
    created_on=date(2012, 5, 1),
    accounts_overdue=True,
    accounts_due_on=date(2026, 3, 31),
)
NO_KEY = NotKnown("There is no key to Companies House.")
READ = datetime(2026, 11, 24, 8, tzinfo=UTC)
DOSSIER = Dossier(
    supplier=Supplier(
        ref="S-1", name="Quillhaven Works", identifiers=(Identifier(COMPANY, "99000001"),)
    ),
    taken_at=READ,
    resolution=Resolution("number", 1.0),
    sources=(Source("company", "https://api.example/company/99000001", READ),),
    **{
        **dict.fromkeys(PARTS, NO_KEY),
        "company": COMPANY_RECORD,
        "charity": NotHeld("It is no charity."),
    },
)


def found(dossier: Dossier, policy: Policy | None = None) -> list[Finding]:
    context = check_context(date(2026, 11, 24))
    return Assessor("run-1", policy or Policy(), context).about_dossier(dossier)


def of(check_id: str, findings: list[Finding]) -> Finding:
    (finding,) = (f for f in findings if f.check_id == check_id)
    return finding


def test_a_flag_carries_the_severity_of_its_amount_the_page_and_the_time() -> None:
    finding = of("CH-FIL-02", found(DOSSIER))
    assert (finding.outcome, finding.severity) == ("adverse", "high")
    assert finding.company_number == "99000001"
    assert finding.entry_url.endswith("gov.uk/company/99000001")
    assert finding.retrieved_at == READ
    assert (finding.subject_name, finding.subject_role) == ("Quillhaven Works", "supplier")


def test_the_policy_beats_the_severity_of_the_amount() -> None:
    policy = Policy(severities={"CH-FIL-02": "low"})
    assert of("CH-FIL-02", found(DOSSIER, policy)).severity == "low"


def test_a_parameter_of_the_policy_reaches_the_rule() -> None:
    policy = Policy(params={"CH-FIL-02": {"high_days": 400}})
    assert of("CH-FIL-02", found(DOSSIER, policy)).severity == "medium"


def test_parts_that_were_not_read_are_told_once_a_reason_with_the_checks_that_it_stopped() -> None:
    (unread,) = (f for f in found(DOSSIER) if f.check_id == "REG-01")
    missing = [part for part in PARTS if getattr(DOSSIER, part) is NO_KEY]
    assert unread.outcome == "unknown"
    assert "its officers" in unread.subject_name
    assert f"{len(missing) - 3} more parts (There is no key to Companies House)." in format_text(
        unread.why
    )
    assert "checks not made" in format_text(unread.why)
    stopped = {c.id for c in registry.checks().values() if "officers" in c.reads}
    assert not stopped & {f.check_id for f in found(DOSSIER)}


def test_each_reason_is_told_by_itself() -> None:
    down = replace(DOSSIER, charges=NotKnown("The register did not answer."))
    told = {f.subject_name: format_text(f.why) for f in found(down) if f.check_id == "REG-01"}
    assert len(told) == 2
    assert "CH-FIN-01" in told["charges over its assets"]


def test_a_part_that_was_not_read_is_told_even_where_it_stops_no_rule_of_its_own() -> None:
    down = replace(DOSSIER, company=NotKnown("The register did not answer."))
    told = [f for f in found(down) if "The register did not answer" in format_text(f.why)]
    assert [f.subject_name for f in told] == ["the company's own record"]


def test_one_reason_inside_a_part_is_told_once() -> None:
    bulk = replace(DOSSIER, company=replace(COMPANY_RECORD, address=None, created_on=None))
    reasons = [format_text(f.why) for f in found(bulk) if f.outcome == "unknown"]
    assert len(reasons) == len(set(reasons))
    assert any("registered office" in why for why in reasons)


@for_each(
    ("born", "expected"), [(PartialDate(1975, 4), "unknown"), (PartialDate(1901, 4), "review")]
)
def test_a_part_that_was_cut_short_is_never_clear(born: PartialDate, expected: str) -> None:
    officer = Officer(
        name="Ottoline Brackwater",
        role="director",
        birth_date=born,
        appointed_on=date(2012, 5, 1),
    )
    cut = replace(
        DOSSIER,
        officers=(officer,),
        cut_short=(("officers", "only the first 50 of 900 people were looked up"),),
    )
    findings = found(cut)
    told = [f for f in findings if "900 people" in format_text(f.why)]
    assert [f.subject_name for f in told] == ["its officers"]
    ages = {f.outcome for f in findings if f.check_id == "CH-PPL-06"}
    assert ages == ({"review"} if expected == "review" else set())
    assert ("CH-PPL-06" in format_text(told[0].why)) == (expected == "unknown")


def test_what_the_registers_do_not_hold_raises_nothing() -> None:
    parts: dict[str, Any] = dict.fromkeys(PARTS, NotHeld("It is a sole trader."))
    nobody = replace(
        DOSSIER,
        supplier=Supplier(ref="S-2", name="Ada Fenwhistle"),
        resolution=Resolution("none"),
        **parts,
    )
    assert found(nobody) == []


@for_each(
    ("role", "words"),
    [
        ("director", "director"),
        ("llp-member", "LLP Member"),
        ("cic-manager", "CIC Manager"),
        ("person-authorised-to-represent", "person authorised to represent"),
    ],
)
def test_the_role_of_an_officer_is_said_as_people_write_it(role: str, words: str) -> None:
    officers = (Officer(name="Ottoline Brackwater", role=role, birth_date=PartialDate(1975, 4)),)
    _, party = parties_of(replace(DOSSIER, officers=officers))
    assert (party.role.kind, party.kind) == (words, "person")
