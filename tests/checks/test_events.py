"""The sources of one event are one flag: registers, lists, and people in several roles."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from duediligence.checks.toolkit.events import hash_party_name

from duediligence.matching import Index
from duediligence.model import (
    Disqualification,
    Dossier,
    Finding,
    FormerName,
    Identifier,
    Insolvency,
    ListEntry,
    ListStatus,
    ListVersion,
    Name,
    PartialDate,
    PossibleMatch,
    Record,
)
from duediligence.model.entries import CHARITY_ENGLAND_WALES, COMPANY
from duediligence.model.findings import by_event
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import Possible
from duediligence.screening.run.findings import Assessor, check_context
from duediligence.screening.run.policy import Policy
from tests.checks.conftest import NUMBER, OWNER, TODAY, build_dossier
from tests.checks.test_phoenix import behind, held
from tests.rows import for_each

GAZETTE, SANCTIONS, UN, INQUIRIES, EU = (
    "gazette-insolvency",
    "uk-sanctions",
    "un",
    "charity-inquiries",
    "eu",
)
TOPICS = {SANCTIONS: "sanctions", UN: "sanctions", EU: "sanctions"}
OTTOLINE = "Ottoline Brackwater"
BORN = PartialDate(1975, 4)


BARRED = Disqualification(
    name=OTTOLINE,
    birth_date=BORN,
    type="court-order",
    from_=date(2024, 1, 6),
    officer_id="d1",
)


def notice(
    number: str, on: date, *, name: str = "Quillhaven Works Limited", company: str = NUMBER
) -> ListEntry:
    return ListEntry(
        id=f"L-{number}",
        list_id=GAZETTE,
        kind="organisation",
        names=(Name(name),),
        identifiers=(Identifier(COMPANY, company),) if company else (),
        record=Record(type="insolvency", reference=number, event="Petition", event_date=on),
    )


def designated(list_id: str, number: str, *references: str, **changes: Any) -> ListEntry:
    known: dict[str, Any] = {
        "kind": "person",
        "names": (Name(OTTOLINE),),
        "birth_dates": (BORN,),
        "measures": ("Asset freeze", "Director Disqualification Sanction"),
    }
    return ListEntry(id=number, list_id=list_id, references=references, **{**known, **changes})


def warned(authority: str, number: str) -> ListEntry:
    return ListEntry(
        id=number,
        list_id=INQUIRIES,
        kind="organisation",
        names=(Name("Quillhaven Lantern Trust"),),
        identifiers=(Identifier(CHARITY_ENGLAND_WALES, "9900001"),),
        record=Record(type="warning", authority=authority, known_date=date(2025, 1, 6)),
    )


def flags(dossier: Dossier, *entries: ListEntry) -> list[tuple[str, ...]]:
    """The checks of each flag: of those that some entry or change of the test is about."""
    return [tuple(one.check_id for one in group) for group in by_event(found(dossier, *entries))]


def found(dossier: Dossier, *entries: ListEntry) -> list[Finding]:
    assess = Assessor("r", Policy(), check_context(TODAY))
    about = assess.about_dossier(dossier)
    for list_id in dict.fromkeys(one.list_id for one in entries):
        about += _on_list(assess, dossier, {e.id: e for e in entries if e.list_id == list_id})
    return [one for one in about if one.event]


def _on_list(
    assess: Assessor, dossier: Dossier, entries: dict[str, ListEntry]
) -> Iterable[Finding]:
    list_id = next(iter(entries.values())).list_id
    at = datetime(2026, 11, 24, tzinfo=UTC)
    version = ListVersion(
        list_id=list_id,
        version="1",
        entries=len(entries),
        names=len(entries),
        published=None,
        retrieved_at=at,
        checked_at=at,
        sha256="",
        origin="",
    )
    status = ListStatus(list_id=list_id, title="A list", state="current", version=version)
    index = Index.build(entries.values())
    for party in parties_of(dossier):
        matches = tuple(
            PossibleMatch(
                party, entries[match.entry_id], match, TOPICS.get(list_id, "enforcement"), "A list"
            )
            for match in index.search(subject(party), threshold=0.8, limit=9)
        )
        if matches:
            yield from assess.about_possible(
                Possible(dossier.supplier, matches, (), more=False), status
            )


LIQUIDATION = {
    "company": {"status": "liquidation"},
    "insolvencies": (
        Insolvency(
            "compulsory-liquidation",
            "1",
            (("petitioned-on", date(2026, 1, 6)), ("wound-up-on", date(2026, 3, 3))),
        ),
    ),
}
OPEN = {"insolvencies": LIQUIDATION["insolvencies"]}
SISTER = {**behind(held(resigned_on=date(2025, 6, 1), name="Quillhaven Works (2019) Ltd"))}


def test_an_insolvency_in_register_gazette_and_charity_register() -> None:
    dossier = build_dossier(
        "charitable company", **LIQUIDATION, charity={"insolvent": True, "in_administration": True}
    )
    (flag,) = flags(
        dossier,
        notice("4000001", date(2026, 1, 20)),
        notice("4000002", date(2026, 3, 10), name="Quillhaven Works", company=""),
    )
    assert sorted(flag) == ["CH-INS-01", "CHA-03", "CHA-04", "ENF-08", "ENF-08"]
    assert flag[0] == "CH-INS-01"  # the gravest, and a fact


def test_an_open_case_and_its_notice_under_another_name_of_the_same_number() -> None:
    dossier = build_dossier(**OPEN, supplier={"trading_names": ("Lanternmoor Joinery",)})
    other = notice("4000001", date(2026, 1, 20), name="Lanternmoor Joinery")
    own = notice("4000002", date(2026, 3, 10))
    assert [sorted(flag) for flag in flags(dossier, other, own)] == [
        ["CH-INS-03", "ENF-08", "ENF-08"]
    ]


def test_insolvencies_three_years_apart_are_two() -> None:
    dossier = build_dossier(**LIQUIDATION)
    found = flags(dossier, notice("3000001", date(2023, 1, 6)), notice("4", date(2026, 1, 20)))
    assert sorted(map(sorted, found)) == [["CH-INS-01", "ENF-08"], ["ENF-08"]]


def test_a_mark_without_a_day_joins_neither_of_two() -> None:
    dossier = build_dossier("charity", charity={"insolvent": True})
    one = notice("3000001", date(2023, 1, 6), name="Quillhaven Lantern Trust", company="")
    two = replace(one, id="L-4", record=Record(type="insolvency", event_date=date(2026, 1, 20)))
    assert flags(dossier, one) == [("CHA-03", "ENF-08")]
    assert sorted(flags(dossier, one, two)) == [("CHA-03",), ("ENF-08",), ("ENF-08",)]


def test_a_notice_with_another_number_is_about_another_firm() -> None:
    dossier = build_dossier(**LIQUIDATION)
    other = notice("4000001", date(2026, 1, 20), company="99000099")
    assert sorted(flags(dossier, other)) == [("CH-INS-01",), ("ENF-08",)]


@for_each("name", ["Ms Ottoline Brackwater", "BRACKWATER, Ottoline"])
def test_a_designation_seen_as_owner_and_as_director(name: str) -> None:
    barred = replace(BARRED, type="sanction")
    dossier = build_dossier(
        owners=(replace(OWNER, name=name, sanctioned=True),), disqualifications=(barred,)
    )
    (flag,) = flags(
        dossier, designated(SANCTIONS, "AAA0001", "QDi.001"), designated(UN, "QDi.001", measures=())
    )
    assert {"CH-DSQ-04", "CH-OWN-14", "SAN-01", "SAN-02"} == set(flag)
    assert flag[-1] == "SAN-02"  # high; all others are critical


def test_a_designation_abroad_and_of_somebody_born_otherwise_is_another() -> None:
    dossier = build_dossier(owners=(replace(OWNER, sanctioned=True),))
    abroad = designated(EU, "EU.1", "QDi.001")
    other = designated(SANCTIONS, "AAA0002", birth_dates=(PartialDate(1950, 1),))
    assert ("CH-OWN-14",) in flags(dossier, abroad, other)


def test_two_sanctioned_owners_are_two_designations() -> None:
    second = replace(OWNER, name="Peregrin Dunnock", sanctioned=True)
    dossier = build_dossier(owners=(replace(OWNER, sanctioned=True), second))
    assert found(dossier) == []  # one finding about two events is a flag of its own


def test_a_disqualification_of_an_owning_director() -> None:
    found = flags(build_dossier(disqualifications=(BARRED,)))
    assert [sorted(flag) for flag in found] == [["CH-DSQ-01", "CH-DSQ-02"]]


def test_a_firm_that_owns_it_is_known_by_its_number_or_name() -> None:
    firm = replace(
        OWNER,
        kind="corporate-entity-beneficial-owner",
        name="Saltmarrow Holdings Ltd",
        birth_date=None,
        sanctioned=True,
    )
    entry = designated(
        SANCTIONS, "AAA0003", kind="organisation", names=(Name(firm.name),), birth_dates=()
    )
    assert flags(build_dossier(owners=(firm,)), entry) == [("CH-OWN-14", "SAN-01")]


def test_a_warning_of_the_charity_regulator_and_none_of_another() -> None:
    dossier = build_dossier("charity", charity={"inquiry": "Statutory inquiry opened"})
    assert flags(dossier, warned("Charity Commission", "w1")) == [("CHA-06", "ENF-07")]
    assert sorted(flags(dossier, warned("Another Regulator", "w1"))) == [("CHA-06",), ("ENF-07",)]
    two = (warned("Charity Commission", "w1"), warned("Charity Commission", "w2"))
    assert sorted(flags(dossier, *two)) == [("CHA-06",), ("ENF-07",), ("ENF-07",)]


def test_one_failed_sister_company() -> None:
    changed = {"former_names": (FormerName("Old Quill Ltd", until=date(2025, 7, 1)),)}
    (flag,) = flags(build_dossier(**SISTER, company=changed))
    assert sorted(flag) == ["CH-PHX-01", "CH-PHX-02", "CH-PHX-05"]


def test_two_failed_sister_companies_are_a_flag_of_their_own() -> None:
    twin = held(resigned_on=date(2025, 6, 1), name="Quillhaven Works (2019) Ltd")
    dossier = build_dossier(**behind(twin, held("o2", number="99000051")))
    assert flags(dossier) == [("CH-PHX-02",)]


def test_a_person_is_one_under_a_title_and_in_any_order() -> None:
    born = PartialDate(1975, 4)
    assert hash_party_name("TARN, Wilhelmina", born) == hash_party_name("Ms Wilhelmina Tarn", born)
    assert hash_party_name("Wilhelmina Tarn", born) != hash_party_name(
        "Wilhelmina Tarn", PartialDate(1975, 5)
    )
    assert "tarn" not in hash_party_name("Wilhelmina Tarn").casefold()
