"""No output without people holds anything personal, wherever it stands and however it is worded.

Markers stand in every personal field of every model class; what is not named as personal here must
be named as not personal, so that a new field is thought about.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from duediligence.casework.disclosure import collect_known_names, redact_run
from duediligence.delivery.digest_items import of_findings
from duediligence.delivery.pack.case import Case
from duediligence.delivery.pack.contents import Contents, files_of
from duediligence.delivery.pack.page import write_pack_flags as pack_flags
from duediligence.delivery.pack.people import as_disclosed
from duediligence.matching import Index
from duediligence.model import (
    Address,
    Appointment,
    Charge,
    Charity,
    Clause,
    Company,
    Declaration,
    Declared,
    Disqualification,
    Dossier,
    Feature,
    Filing,
    Finding,
    FormerName,
    Identifier,
    Insolvency,
    ListEntry,
    ListStatus,
    ListVersion,
    Name,
    Officer,
    Owner,
    PartialDate,
    Party,
    Person,
    PossibleMatch,
    Record,
    RegisteredAt,
    RejectedRow,
    Repair,
    Resolution,
    Run,
    Source,
    Statement,
    Supplier,
    UnreadCell,
)
from duediligence.model.facts import (
    Value,
    joined,
    listed,
    say,
    tag_alternative,
    tag_birth_date,
    tag_person,
    tag_private,
    tag_quote,
    wrap_recorded_text,
)
from duediligence.model.registers import AnnualReturn, CharityEvent
from duediligence.render import html_page, run_json, terminal
from duediligence.render.exports import Exported, write_ftm, write_jsonl
from duediligence.render.flags import Flag, write_csv
from duediligence.render.flags_xlsx import write_xlsx
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import Possible
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from duediligence.store.casework.runs import ComparedSupplier
from duediligence.store.records import decode, encode
from tests.contract.test_dossier_checks import dossiers
from tests.thorough import examples

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
# Shrinking a failure that is this large takes minutes and tells no more.
FAST = (Phase.explicit, Phase.reuse, Phase.generate)
MARK = "zqxv"
# Names of people: two, so that one person can stand in several places.
MARKERS = ("Zqxva Wjkbzqxv", "Zqxvc Wjkdzqxv")
BORN = 1877

# Text fields in which a person may be named or described. Of an officer or owner that is a firm,
# the name is a firm's.
PERSONAL: dict[type, frozenset[str]] = {
    Person: frozenset({"name"}),
    Officer: frozenset(
        "name surname nationality country_of_residence occupation former_names".split()
    ),
    Owner: frozenset({"name", "nationality", "country_of_residence"}),
    Appointment: frozenset({"officer_name"}),
    Disqualification: frozenset({"name"}),
    Charity: frozenset({"trustees", "inquiry"}),
    CharityEvent: frozenset({"reason"}),
    Filing: frozenset({"values"}),
    Repair: frozenset({"found"}),
    UnreadCell: frozenset({"text", "reason"}),
    RejectedRow: frozenset({"reason", "cells"}),
    Declaration: frozenset({"details"}),
    ListEntry: frozenset({"reason", "remarks", "related", "positions", "birth_places", "gender"}),
    Record: frozenset({"event", "outcome"}),
}
NOT_PERSONAL: dict[type, frozenset[str]] = {
    Person: frozenset({"role"}),
    Officer: frozenset({"role", "officer_id"}),
    Owner: frozenset({"kind", "natures"}),
    Appointment: frozenset("officer_id company_number company_name company_status role".split()),
    Disqualification: frozenset({"type", "reason", "company_names", "permissions", "officer_id"}),
    Charity: frozenset(
        "name status type other_names company_number removal_reason NOT_PERSONAL".split()
    ),
    CharityEvent: frozenset({"type"}),
    AnnualReturn: frozenset(),
    Filing: frozenset({"category", "type", "description"}),
    Company: frozenset(f.name for f in fields(Company)),
    FormerName: frozenset({"name"}),
    RegisteredAt: frozenset(f.name for f in fields(RegisteredAt)),
    Statement: frozenset({"code"}),
    Charge: frozenset({"status", "persons_entitled"}),
    Insolvency: frozenset({"type", "number", "dates"}),
    Address: frozenset({"text", "postcode", "country"}),
    Identifier: frozenset(f.name for f in fields(Identifier)),
    Supplier: frozenset({"ref", "name", "trading_names", "former_names", "contract"}),
    Repair: frozenset({"column", "used", "reason"}),
    UnreadCell: frozenset({"column", "looks_like"}),
    Declaration: frozenset("supplier_ref question title grounds answer applies_to".split()),
    ListEntry: frozenset(
        "id list_id kind countries regimes measures grounds status source references url".split()
    ),
    Name: frozenset(f.name for f in fields(Name)),
    Record: frozenset(
        "type stage power authority reference act_section status crime_types handling".split()
    ),
    Resolution: frozenset({"how", "reason"}),
    Source: frozenset({"part", "address", "sha256"}),
}


PEOPLE = (Officer, Owner, Disqualification)


def holds_text(annotation: object) -> bool:
    return bool(re.search(r"\bstr\b|Literal", str(annotation)))


def firm(one: Any) -> bool:
    return (isinstance(one, Officer) and one.corporate) or (
        isinstance(one, Owner) and not one.person
    )


def marked(value: Any) -> Any:
    """The same with a marker for each text."""
    match value:
        case str():
            return MARKERS[len(value) % 2]
        case tuple():
            return tuple(map(marked, value))
    return value


def planted(value: Any) -> Any:
    """The same with markers in its personal fields, and all people born in one year."""
    if isinstance(value, tuple):
        return tuple(map(planted, value))
    if isinstance(value, PartialDate):
        return PartialDate(BORN, value.month)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    known, public = PERSONAL.get(type(value), frozenset()), NOT_PERSONAL.get(type(value))
    changes = {}
    for f in fields(value):
        now = getattr(value, f.name)
        if f.name in known:
            changes[f.name] = now if firm(value) else marked(now)
        elif f.name == "address" and isinstance(value, PEOPLE) and not firm(value):
            changes[f.name] = Address(f"1 {MARKERS[0]} Row", "ZQXV 1AA", "")
        else:
            assert public is None or f.name in public or not holds_text(f.type), (
                f"say whether {type(value).__name__}.{f.name} is personal"
            )
            changes[f.name] = planted(now)
    return replace(value, **changes)


def written(shown: Run, where: Path) -> Iterator[tuple[str, str]]:
    """The run in every format."""
    flags = [Flag(finding=one) for one in shown.findings]
    exported = [Exported(finding=one, list_topic="sanctions") for one in shown.findings]
    csv = io.StringIO()
    write_csv(flags, csv)
    yield "csv", csv.getvalue()
    write_xlsx(shown, flags, where / "flags.xlsx")
    with zipfile.ZipFile(where / "flags.xlsx") as book:
        yield (
            "xlsx",
            " ".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml")),
        )
    yield "json", run_json.dump_run_json(shown)
    yield "html", html_page.render_run_page(shown)
    yield (
        "terminal",
        "\n".join((*terminal.format_run_summary(shown), *terminal.format_run_details(shown))),
    )
    write_jsonl(exported, where / "flags.jsonl")
    write_ftm(exported, where / "flags.ftm")
    yield "jsonl", (where / "flags.jsonl").read_text("utf-8")
    yield "ftm", (where / "flags.ftm").read_text("utf-8")


def run_of(findings: tuple[Finding, ...]) -> Run:
    return Run(
        id="run-1",
        started_at=NOW,
        finished_at=NOW,
        as_of=NOW.date(),
        supplier_file=f"{MARKERS[0]}.csv",
        supplier_file_sha256="",
        suppliers=1,
        parties=1,
        lists=(status("own", "Own records"), status("un", "UN list")),
        threshold=0.8,
        matcher_version="1",
        policy_sha256="",
        findings=findings,
    )


def status(list_id: str, title: str) -> ListStatus:
    version = ListVersion(
        list_id=list_id, version="1", entries=1, names=1, published=None,
        retrieved_at=NOW, checked_at=NOW, sha256="", origin="",
    )  # fmt: skip
    return ListStatus(list_id=list_id, title=title, state="current", version=version)


def assert_nobody(text: str, where: str) -> None:
    if found := re.search(rf".{{0,200}}(?:{MARK}|\b{BORN}\b).{{0,40}}", text, re.IGNORECASE):
        pytest.fail(f"{where}: {found[0]}")


records = st.builds(
    Record,
    type=st.sampled_from(["conviction", "registration", "notice", "rating"]),
    event=st.just("An event"),
    outcome=st.just("An outcome"),
    act_section=st.sampled_from(["", "Fraud Act 2006 s.1"]),
    ended=st.booleans(),
    low=st.just(True),
    event_date=st.sampled_from([None, date(2026, 1, 2)]),
)
assessor = Assessor("run-1", Policy(), check_context(NOW.date()))


def findings_of(
    dossier: Dossier, record: Record | None, own: bool, answers: tuple[Declaration, ...]
) -> tuple[list[Finding], list[ListEntry]]:
    """What every kind of check tells of the dossier, its parties, its row and its answers."""
    supplier = dossier.supplier
    findings = assessor.about_dossier(dossier) + assessor.about_supplier(supplier)
    findings += assessor.about_row(planted(RejectedRow(7, "a reason")))
    entries = []
    for number, party in enumerate(parties_of(dossier)[:4]):
        entry, match = compared_with(party, number, record, own)
        if match is None:
            continue
        entries.append(entry)
        one = PossibleMatch(party, entry, match, "other" if own else "sanctions", "The list")
        possible = Possible(supplier, (one,), (), False)
        findings += assessor.about_possible(possible, status(entry.list_id, "The list"))
    findings += assessor.about_declarations(Declared(supplier, answers, tuple(findings)))
    return findings, entries


def compared_with(party: Party, number: int, record: Record | None, own: bool) -> Any:
    entry = planted(
        ListEntry(
            id=f"e{number}", list_id="own" if own else "un", kind="unknown",
            names=(Name(party.names[0].text if own and record else "Listed Publicly"),),
            birth_dates=(party.birth_date,) if party.birth_date else (),
            addresses=party.addresses, identifiers=party.identifiers, countries=party.countries,
            reason="a reason", remarks="remarks", regimes=("Moon",), measures=("Asset freeze",),
            record=replace(record, handling="internal") if record and own else record,
        )
    )  # fmt: skip
    asked = replace(entry, names=party.names)
    matches = Index.build([asked]).search(subject(party), threshold=0.0001, namesakes=True)
    return entry, next((replace(match, listed_name=entry.name) for match in matches), None)


declarations = st.lists(
    st.builds(
        Declaration,
        supplier_ref=st.just("1"),
        question=st.just("q"),
        title=st.just("Fraud"),
        grounds=st.just(("PA23-7-5",)),
        answer=st.sampled_from(["yes", "no"]),
        declared_on=st.just(date(2026, 3, 2)),
        details=st.just("words"),
    ),
    max_size=2,
).map(tuple)


@given(dossiers, st.none() | records, st.booleans(), declarations)
@settings(max_examples=examples(8), deadline=timedelta(seconds=30), phases=FAST)
def test_no_output_without_people_holds_what_a_personal_field_held(
    dossier: Dossier,
    record: Record | None,
    own: bool,
    answers: tuple[Declaration, ...],
) -> None:
    supplier = replace(
        dossier.supplier,
        people=(Person("Ida Fern", PartialDate(1965, 4)), Person("Ulric Vane")),
        repairs=(Repair("company number", "found", "", "it has a letter too many"),),
        unread=(UnreadCell("directors", "text", "person", "reason"),),
    )
    dossier = planted(replace(dossier, supplier=supplier))
    findings, entries = findings_of(dossier, record, own, planted(answers))
    run = run_of(tuple(findings))
    whom = {dossier.supplier.ref: collect_known_names(dossier.supplier, dossier, entries)}
    shown, _ = redact_run(run, whom, people=False, restricted=False)
    with TemporaryDirectory() as folder:
        for name, text in written(shown, Path(folder)):
            assert_nobody(text, name)
    for one in of_findings(
        shown, [f for f in shown.findings if f.about != "row"], "s", people=False
    ):
        assert_nobody(one.line, "digest")
    compared = ComparedSupplier(
        supplier=dossier.supplier, dossier=dossier, premises=(), entries=tuple(entries)
    )
    case = as_disclosed(Case(run=run, compared=compared, alerts=()), people=False)
    contents = Contents(cases=(case,))
    assert_nobody(pack_flags(contents).decode(), "flags of a pack")
    findings_file = files_of(contents)["suppliers/001/findings.json"]
    assert_nobody(findings_file.decode(), "findings of a pack")


# Constant words around the values of a clause, with whatever punctuation.
wordings = st.text(st.sampled_from("abc .;:,!?()'\"-é\n"), max_size=12)
personal = st.sampled_from(
    [
        tag_person(MARKERS[0], "director"),
        tag_person(MARKERS[1], "owner"),
        tag_private(MARKERS[0]),
        tag_birth_date(PartialDate(BORN, 4)),
        tag_quote(f"Wording of {MARKERS[0]}"),
    ]
)


@st.composite
def clauses(draw: st.DrawFn, depth: int = 2) -> Clause:
    """Clauses of any template, with personal and other values at any depth."""
    template, values = draw(wordings), {}
    for number in range(draw(st.integers(0, 3))):
        name = f"v{number}"
        template += f"{{{name}}}{draw(wordings)}"
        choice = st.sampled_from([say("x"), 3, date(2026, 1, 2)]) | personal
        if depth:
            inner = clauses(depth=depth - 1)
            choice |= inner | st.lists(inner | personal, max_size=7).map(listed)
            choice |= st.lists(inner, max_size=3).map(lambda some: joined("; ", some))
            choice |= st.builds(tag_alternative, inner, st.just(say("a notice")))
        values[name] = draw(choice)
    return say(template, **values)


def found(why: Any, happened: Any, step: Any, told: Any, **more: Any) -> Finding:
    given: dict[str, Any] = {
        "run_id": "r", "supplier_ref": "S1", "supplier_name": "Vane Ltd", "company_number": "",
        "check_id": "X-01", "check_title": "A check", "topic": "people", "outcome": "review",
        "severity": "low",
    }  # fmt: skip
    feature = Feature("words", MARKERS[0], "", 0.0, "not known", personal=True, said=told)
    given |= {"why": why, "happened": happened, "next_step": step, "features": (feature,)}
    return Finding(**given | more)


@given(clauses(), clauses(), clauses(), clauses())
@settings(max_examples=examples(20), deadline=timedelta(seconds=30), phases=FAST)
def test_no_wording_lets_a_personal_value_through(
    why: Clause, happened: Clause, step: Clause, told: Clause
) -> None:
    finding = found(why, happened, step, told)
    assert decode(Finding, encode(finding)) == finding
    shown, _ = redact_run(run_of((finding,)), {}, people=False, restricted=False)
    with TemporaryDirectory() as folder:
        for name, text in written(shown, Path(folder)):
            assert_nobody(text, name)
    assert_nobody(encode(shown.findings[0]).decode(), "stored")


@pytest.mark.soak
@given(wordings, st.booleans())
def test_what_was_recorded_in_words_goes_as_a_whole(words: str, is_person: bool) -> None:
    text = wrap_recorded_text(f"{words}{MARKERS[0]}, born {BORN}")
    finding = found(text, text, text, text, person=is_person)
    shown, _ = redact_run(run_of((finding,)), {}, people=False, restricted=False)
    with TemporaryDirectory() as folder:
        for name, shown_text in written(shown, Path(folder)):
            assert_nobody(shown_text, name)


def test_the_markers_can_be_found() -> None:
    """With people each kind of personal value is shown, so that the tests above can fail."""
    for value in (tag_person(MARKERS[0]), tag_private(MARKERS[0]), tag_quote(MARKERS[0])):
        assert isinstance(value, Value)
        finding = found(say("{it}.", it=value), "", "", "")
        assert MARK in run_json.dump_run_json(run_of((finding,))).casefold()
