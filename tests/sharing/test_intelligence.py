"""Reports of partners and the community: what is kept, who it may concern, and for how long."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from duediligence.casework import disclosure, removing, subject_access, supplier_merging
from duediligence.casework.runs_shown import run_for
from duediligence.casework.verifying import examine
from duediligence.demo.office import DEMO_TIME as NOW
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, UsageError
from duediligence.extensions.sharing import grading, intelligence
from duediligence.extensions.sharing import intelligence_matches as screening_intelligence
from duediligence.extensions.sharing.intelligence_files import Draft
from duediligence.extensions.sharing.intelligence_words import report_words
from duediligence.extensions.sharing.model.agreements import Agreement, Terms
from duediligence.extensions.sharing.model.intelligence import Grade, ReportedParty
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.intelligence import IntelligenceStore
from duediligence.matching import Index
from duediligence.model import Address, ListEntry, PartialDate, Person, Supplier
from duediligence.model.audit import Role
from duediligence.model.birth_dates import without_birth_dates
from duediligence.model.entries import COMPANY, Identifier
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store import database
from tests.rows import for_each

TODAY = f"{NOW:%Y-%m-%d}"
FIELDS = {
    "grade": "2BP",
    "source": "community",
    "received_on": TODAY,
    "sanitised": "Workers are moved at night",
}
SUPPLIERS = (
    Supplier(
        ref="S1",
        name="Quillhaven Packing Ltd",
        identifiers=(Identifier(COMPANY, "99001234"),),
        address=Address("7 Mill Lane, Ferrowby", "FE1 1AA"),
        people=(Person("Dragomir Petrosyanov", PartialDate(1968, 3), "director"),),
    ),
    Supplier(ref="S2", name="Gullwing Catering Ltd", address=Address("8 Mill Lane", "FE1 1AA")),
    Supplier(ref="S3", name="Ottermoor Joinery Ltd"),
)


@dataclass
class House:
    """A home with three suppliers, and whoever works in it."""

    home: Path
    opened: list[Workspace]

    def open(self, role: Role | None = "intelligence", days: int = 0, **more: object) -> Workspace:
        users: dict[str, Role] = {"Kay": "administrator", **({"Ivy": role} if role else {})}
        workspace = Workspace(
            Settings(home=self.home, users=users, **more),  # type: ignore[arg-type]
            now=lambda: NOW + timedelta(days=days),
            who="Ivy",
        )
        self.opened.append(workspace)
        return workspace


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "home", [])
    made.open("administrator").suppliers.save(list(SUPPLIERS), file="s.csv", at=NOW)
    yield made
    for workspace in made.opened:
        workspace.__exit__()


def about(*parties: dict[str, str], **fields: str) -> Draft:
    return Draft("here", {**FIELDS, **fields}, parties)


def matched(ws: Workspace, number: int) -> list[tuple[str, str]]:
    return [(one.ref, one.role) for one in intelligence.show(ws, number).suppliers]


@pytest.mark.parametrize(
    ("party", "found"),
    [
        ({"kind": "organisation", "name": "Quilhaven Packing Limited"}, [("S1", "supplier")]),
        (
            {"kind": "organisation", "name": "Unlike It", "number": "99001234"},
            [("S1", "supplier")],
        ),
        (
            {"kind": "person", "name": "PETROSYANOV, Dragomir", "born": "1968-03"},
            [("S1", "director")],
        ),
        ({"kind": "person", "name": "Dragomir Petrosyanov", "born": "1941-09"}, []),
        ({"kind": "premises", "address": "7 Mill Lane, Ferrowby FE1 1AA"}, [("S1", "premises")]),
        ({"kind": "premises", "address": "9 Mill Lane, Ferrowby FE1 1AA"}, []),
        ({"kind": "organisation", "ref": "S3"}, [("S3", "supplier")]),
        ({"kind": "organisation", "name": "Somebody Else Entirely plc"}, []),
    ],
)
def test_a_report_concerns_those_whom_a_list_would_find(
    house: House, party: dict[str, str], found: list[tuple[str, str]]
) -> None:
    ws = house.open()
    assert matched(ws, intelligence.add(ws, about(party))) == found


def test_who_may_see_no_birth_date_sees_none_in_a_report() -> None:
    born = ReportedParty(kind="person", name="Jo Invented", born=PartialDate(1961, 7))
    assert without_birth_dates([born]) == [replace(born, born=None)]


def test_a_report_of_several_parties_counts_once_for_each_supplier(house: House) -> None:
    ws = house.open()
    both = (
        {"kind": "organisation", "name": "Quillhaven Packing Ltd"},
        {"kind": "person", "name": "Dragomir Petrosyanov", "born": "1968-03"},
        {"kind": "organisation", "name": "Gullwing Catering Ltd"},
    )
    intelligence.add(ws, about(*both))
    intelligence.add(ws, about(both[0]))
    store = ws.casework.repository(IntelligenceStore)
    assert [len(store.concerning([ref])) for ref in ("S1", "S2", "S3")] == [2, 1, 0]
    assert disclosure.count_reports_about(ws, ["S1", "S2", "S3"]) == 2
    assert disclosure.format_restricted_reports(1) == (
        "Restricted: 1 intelligence report may concern suppliers here; ask whoever has the role "
        "intelligence."
    )
    assert disclosure.format_restricted_reports(0) == ""


def test_a_screening_finds_whom_a_report_may_concern_and_shows_the_officer_nothing(
    house: House,
) -> None:
    ws = house.open()
    number = intelligence.add(ws, about({"kind": "person", "name": "Josephine Quarrelwick"}))
    assert matched(ws, number) == []
    officer = house.open("officer")
    (before,) = (one for one in SUPPLIERS if one.ref == "S3")
    now = replace(before, people=(Person("Josephine Quarrelwick", None, "director"),))
    officer.suppliers.save([now], file="s.csv", at=NOW)
    run = screen(officer, Screened([now]))
    assert not [f for f in run.findings if "Quarrelwick" in str(f)]
    assert not run.readings
    assert matched(house.open(), number) == [("S3", "director")]
    shown = run_for(officer, run)
    assert shown.withheld.reports == 1
    assert "1 intelligence report may concern suppliers here" in str(shown.withheld)
    # The next screening, without that director, takes it back.
    officer.suppliers.save([before], file="s.csv", at=NOW)
    screen(officer, Screened([before]))
    assert matched(house.open(), number) == []


@pytest.mark.parametrize("ref", ["X1", "S1"])
def test_nobody_learns_by_checking_a_name_whether_it_is_in_a_report(house: House, ref: str) -> None:
    """Nor takes a match away by checking somebody else under the reference of a supplier."""
    ws = house.open()
    number = intelligence.add(
        ws,
        about(
            {"kind": "person", "name": "Josephine Quarrelwick"},
            {"kind": "organisation", "name": "Quilhaven Packing Ltd"},
        ),
    )
    assert matched(ws, number) == [("S1", "supplier")]
    officer = house.open("officer")
    lines = set()
    for name in ("Josephine Quarrelwick", "Josephine Nobody"):
        person = Supplier(ref=ref, name=name, people=(Person(name, None, "director"),))
        run = screen(officer, Screened([person]))
        lines.add(str(run_for(officer, run).withheld))
        assert matched(house.open(), number) == [("S1", "supplier")]
    assert len(lines) == 1


def test_a_report_is_compared_before_the_database_is_locked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.01)
    ws, other = house.open(), house.open()
    number = intelligence.add(ws, about({"kind": "organisation", "name": "Invented Three Ltd"}))
    suppliers = other.suppliers.all()
    compared = []

    class WhileAnotherWrites(Index):
        @classmethod
        def build(cls, entries: Iterable[ListEntry]) -> Index:
            # Raises StorageError where the database is locked.
            with other.casework.transaction():
                compared.append(ws)
            return Index.build(entries)

    monkeypatch.setattr(screening_intelligence, "Index", WhileAnotherWrites)
    intelligence.add(ws, about({"kind": "organisation", "name": "Invented One Ltd"}))
    intelligence.review(ws, number)
    screen(ws, Screened(suppliers))
    assert len(compared) == 3, "added, reviewed, screened"


@pytest.mark.parametrize("act", ["ended", "weeded", "added", "supplier removed"])
def test_what_changes_while_a_screening_compares_is_respected(
    house: House, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    ws = house.open()
    number = intelligence.add(ws, about({"kind": "organisation", "name": "Quilhaven Packing Ltd"}))
    screening, compare = house.open("officer"), screening_intelligence.compare_run

    def compared(*arguments: Any) -> Any:
        found = compare(*arguments)
        if act in ("ended", "weeded"):
            intelligence.end(ws, number)
        if act == "weeded":
            intelligence.weed(ws)
        if act == "added":
            intelligence.add(ws, about({"kind": "organisation", "ref": "S1"}))
        if act == "supplier removed":
            administrator = house.open("administrator")
            removing.remove(administrator, ["S1"], rule=removing.UPHELD, dry_run=False)
        return found

    monkeypatch.setattr(screening_intelligence, "compare_run", compared)
    screen(screening, Screened([one for one in SUPPLIERS if one.ref == "S1"]))
    left = house.open().casework.repository(IntelligenceStore).concerning(["S1"])
    assert left == ({number, number + 1} if act == "added" else set())


@pytest.mark.parametrize(
    "act", [intelligence.end, lambda ws, number: intelligence.review(ws, number)]
)
def test_a_report_that_another_changes_meanwhile_is_not_overwritten(
    house: House, monkeypatch: pytest.MonkeyPatch, act: Callable[[Workspace, int], object]
) -> None:
    ws, other = house.open(), house.open()
    number = intelligence.add(ws, about({"kind": "organisation", "ref": "S1"}))
    get = IntelligenceStore.get

    def then_weeded(store: IntelligenceStore, asked: int) -> Any:
        report = get(store, asked)
        monkeypatch.setattr(IntelligenceStore, "get", get)
        intelligence.end(other, number)
        intelligence.weed(other)
        return report

    monkeypatch.setattr(IntelligenceStore, "get", then_weeded)
    with pytest.raises(Conflict, match="was changed or deleted in the meantime"):
        act(ws, number)
    assert ws.casework.repository(IntelligenceStore).all() == []


def test_a_supplier_that_was_merged_is_counted_with_the_one_it_is_part_of(house: House) -> None:
    ws = house.open()
    numbers = [
        intelligence.add(ws, about({"kind": "organisation", "ref": ref})) for ref in ("S1", "S2")
    ]
    administrator = house.open("administrator")
    supplier_merging.merge(administrator, "S1", "S2")
    assert disclosure.count_reports_about(administrator, ["S1"]) == 2
    intelligence.review(ws, numbers[1])
    assert disclosure.count_reports_about(administrator, ["S1"]) == 2
    screen(administrator, Screened(administrator.suppliers.all()))
    assert disclosure.count_reports_about(administrator, ["S1"]) == 2
    for number in numbers:
        intelligence.end(ws, number)
    assert disclosure.count_reports_about(administrator, ["S1"]) == 0


def test_the_chain_does_not_say_which_report_a_removed_supplier_was_in(house: House) -> None:
    ws = house.open()
    for ref in ("S1", "S2", "S1"):
        intelligence.add(ws, about({"kind": "organisation", "ref": ref}))
    administrator = house.open("administrator")
    before = len(list(administrator.audit.records()))
    removing.remove(administrator, ["S1"], rule=removing.UPHELD, dry_run=False)
    since = list(administrator.audit.records())[before:]
    told = [one.event for one in since if one.event.kind == "intelligence"]
    assert [one.subject for one in told] == [""]
    assert set(told[0].what) == {"act", "sealed", "sealed_sha256"}
    assert examine(administrator).problems == ()


def test_a_screening_that_is_not_stored_leaves_nothing(house: House) -> None:
    ws = house.open()
    number = intelligence.add(ws, about({"kind": "person", "name": "Josephine Quarrelwick"}))
    person = Supplier(ref="X1", name="Josephine Quarrelwick")
    screen(ws, Screened([person]), store=False)
    assert matched(ws, number) == []


def test_the_chain_has_codes_and_counts_alone(house: House) -> None:
    ws = house.open()
    intelligence.add(
        ws,
        about(
            {"kind": "organisation", "name": "Quillhaven Packing Ltd"},
            raw="As it came",
            crime_types="child sexual exploitation; drugs_supply",
        ),
    )
    events = [one.event for one in ws.audit.records() if one.event.kind == "intelligence"]
    sealed = {"sealed": 1}
    assert [
        {name: value for name, value in one.what.items() if name != "sealed_sha256"}
        for one in events
    ] == [
        {
            "act": "added",
            "grade": "2BP",
            "source": "community",
            "from": None,
            "received": TODAY,
            "agreement": "",
            "crimes": 2,
            "parties": 1,
            "review": "2027-11-20",
            "weed": "2032-11-18",
            **sealed,
        },
        {"act": "matched", "new": 1, "no longer": 0, **sealed},
    ]


@for_each(
    ("fields", "party", "field"),
    [
        ({"grade": "2B"}, {}, "grade"),
        ({"grade": "4BP"}, {}, "grade"),
        ({"grade": "2BC"}, {}, "conditions"),
        ({"conditions": "Ask first"}, {}, "conditions"),
        ({"source": "a friend"}, {}, "source"),
        ({"source": "partner"}, {}, "received_from"),
        ({"received_from": "police"}, {}, "received_from"),
        ({"source": "partner", "received_from": "the army"}, {}, "received_from"),
        ({"received_on": "soon"}, {}, "received_on"),
        ({"received_on": "2026-12-24"}, {}, "received_on"),
        ({"received_on": ""}, {}, "received_on"),
        ({"agreement": "ISA-1"}, {}, "agreement"),
        ({"agreement": "not / one!"}, {}, "agreement"),
        ({"sanitised": " \n "}, {}, "sanitised"),
        ({"sanitised": "x" * 5_001}, {}, "sanitised"),
        ({"raw": "x" * 20_001}, {}, "raw"),
        ({"crime_types": "murder"}, {}, "crime_types"),
        ({"review_on": "2026-11-20"}, {}, "review_on"),
        ({"review_on": "2028-01-01"}, {}, "review_on"),
        ({"weed_on": "2033-01-01"}, {}, "weed_on"),
        ({"weed_on": TODAY}, {}, "weed_on"),
        ({"grade": "2EP", "received_on": "2026-06-01"}, {}, "weed_on"),
        ({}, {"kind": "robot"}, "kind 1"),
        ({}, {"name": ""}, "name 1"),
        ({}, {"kind": "premises"}, "address 1"),
        ({}, {"born": "a while ago"}, "born 1"),
        ({}, {"kind": "organisation", "born": "1970-04"}, "born 1"),
        ({}, {"name": "Jo Invented and Bo Other", "born": "1970-04"}, "born 1"),
        ({}, {"name": "x" * 301}, "name 1"),
    ],
)
def test_a_report_that_cannot_be_used_is_refused_whole(
    house: House, fields: dict[str, str], party: dict[str, str], field: str
) -> None:
    ws = house.open()
    good = {"kind": "person", "name": "Jo Invented"}
    with pytest.raises(Invalid, match=f"No report was added. here, {field}: ") as refused:
        intelligence.add(ws, about({**good, **party}, **fields))
    assert refused.value.field == field
    assert ws.casework.repository(IntelligenceStore).all() == []


@pytest.mark.parametrize("many", [0, 21])
def test_a_report_has_one_to_twenty_parties(house: House, many: int) -> None:
    parties = [{"kind": "person", "name": f"Jo Invented {number}"} for number in range(many)]
    with pytest.raises(Invalid, match="there must be 1 to 20 parties"):
        intelligence.add(house.open(), about(*parties))
    assert intelligence.add(house.open(), about(*parties[:20] or [{"kind": "person", "name": "J"}]))


@pytest.mark.parametrize(
    ("code", "review", "weed"),
    [("1A", 365, 2190), ("2C", 365, 1095), ("1D", 180, 365), ("3A", 180, 365), ("3E", 30, 90)],
)
def test_a_report_is_kept_as_long_as_its_grade_allows(
    house: House, code: str, review: int, weed: int
) -> None:
    ws = house.open()
    draft = about({"kind": "person", "name": "Jo Invented"}, grade=f"{code}P")
    line = intelligence.show(ws, intelligence.add(ws, draft)).line
    assert line.review_on == NOW.date() + timedelta(days=review)
    assert line.weed_on == NOW.date() + timedelta(days=weed)
    source, assessment = code
    grade = Grade(source=source, assessment=assessment, handling="P")  # type: ignore[arg-type]
    assert grading.derive_report_retention(grade).weed == weed <= grading.MOST_DAYS


def test_the_setting_of_retention_shortens_the_longest(house: House) -> None:
    ws = house.open(retention={"intelligence": 30})
    draft = about({"kind": "person", "name": "Jo Invented"})
    assert intelligence.show(ws, intelligence.add(ws, draft)).line.weed_on == date(2026, 12, 20)
    # One that was added before goes by the setting of today, too.
    longer = house.open()
    second = intelligence.add(longer, draft)
    later = house.open(days=31, retention={"intelligence": 30})
    assert intelligence.weed(later).numbers == (1, second)


def test_a_report_came_under_an_agreement_that_was_in_force_then(house: House) -> None:
    ws = house.open()
    terms = Terms(
        reference="ISA-1",
        parties=("Example Council", "Example Police"),
        purpose="Find suppliers that both hold",
        bases=("cda-1998-s115",),
        shares=("requests",),
        retention_days=90,
        starts_on=date(2026, 11, 10),
        review_on=date(2027, 10, 31),
        most_items=10,
        most_exchanges=1,
        most_new_percent=25,
    )
    agreement = Agreement(terms=terms, ours="Example Council", partner_kind="police")
    ws.casework.repository(AgreementStore).keep(agreement, "made", ws.now())
    party = {"kind": "person", "name": "Jo Invented"}
    partner = {"source": "partner", "received_from": "police", "agreement": "isa-1"}
    shown = intelligence.show(ws, intelligence.add(ws, about(party, **partner)))
    assert shown.agreement == "ISA-1"
    with pytest.raises(Invalid, match="agreement: was not in force on the day of receipt"):
        intelligence.add(ws, about(party, **{**partner, "received_on": "2026-11-09"}))


def test_a_review_regrades_and_keeps_within_the_new_grade(house: House) -> None:
    ws = house.open()
    draft = about(
        {"kind": "organisation", "name": "Quillhaven Packing Ltd"},
        grade="1AC",
        conditions="Ask first",
    )
    number = intelligence.add(ws, draft)
    later = house.open(days=100)
    kept = intelligence.review(later, number)
    assert kept.review_on == (NOW + timedelta(days=465)).date()
    assert (kept.grade.code, kept.grade.conditions) == ("1AC", "Ask first")
    kept = intelligence.review(later, number, grade="3DC")
    assert kept.weed_on == (NOW + timedelta(days=365)).date()
    assert (kept.grade.code, kept.grade.conditions) == ("3DC", "Ask first")
    kept = intelligence.review(later, number, grade="3DP", sanitised="Other words")
    assert (kept.grade.conditions, kept.sanitised) == ("", "Other words")
    for choice, field in (
        ({"weed_on": "2032-01-01"}, "weed_on"),
        ({"grade": "9ZZ"}, "grade"),
        ({"conditions": "Ask first"}, "conditions"),
    ):
        with pytest.raises(Invalid) as refused:
            intelligence.review(later, number, **choice)
        assert refused.value.field == field
    assert later.casework.repository(IntelligenceStore).get(number) == kept


def test_an_ended_report_concerns_nobody_and_is_not_matched_again(house: House) -> None:
    ws = house.open()
    draft = about({"kind": "organisation", "name": "Quillhaven Packing Ltd"})
    number = intelligence.add(ws, draft)
    intelligence.end(ws, number)
    screen(ws, Screened([SUPPLIERS[0]]))
    assert matched(ws, number) == []
    with pytest.raises(Conflict):
        intelligence.end(ws, number)
    with pytest.raises(Conflict):
        intelligence.review(ws, number)
    assert intelligence.weed(ws).numbers == (number,)
    with pytest.raises(NotFound):
        intelligence.show(ws, number)
    # A number is never given out twice.
    assert intelligence.add(ws, draft) == number + 1


def test_conditions_and_victims_come_before_the_text(house: House) -> None:
    ws = house.open()
    draft = about(
        {"kind": "person", "name": "Jo Invented"},
        grade="2BC",
        conditions="Ask first",
        crime_types="slavery_trafficking",
        raw="As it came",
    )
    shown = intelligence.show(ws, intelligence.add(ws, draft))
    labels = [label for label, _ in report_words(shown)]
    text = labels.index("Sanitised text")
    assert labels.index("Conditions of handling") < text
    assert labels.index("Signs of trafficking or exploitation") < text
    assert shown.line.victims
    assert "never a ground by itself" in shown.caution
    assert intelligence.show(ws, 1, raw=True).text == "As it came"


def test_the_reports_of_a_case_are_shown_to_the_role_and_each_look_is_recorded(
    house: House,
) -> None:
    ws = house.open()
    numbers = [
        intelligence.add(ws, about({"kind": "person", "name": f"Jo Invented {one}"}))
        for one in "ab"
    ]
    found = intelligence.reports_for(ws, [*numbers, 99])
    assert [(one.line.number, one.raw) for one in found] == [(1, False), (2, False)]
    events = [one.event for one in ws.audit.records() if one.event.what.get("act") == "shown"]
    assert [(one.subject, one.what["text"]) for one in events] == [
        ("1", "sanitised"),
        ("2", "sanitised"),
    ]
    with pytest.raises(Forbidden):
        intelligence.reports_for(house.open("administrator"), numbers)


def test_who_works_alone_needs_the_role_too(house: House) -> None:
    alone = Workspace(Settings(home=house.home), now=lambda: NOW, who="Ivy")
    house.opened.append(alone)
    with pytest.raises(Forbidden, match="no role is given"):
        intelligence.register(alone)


def test_a_subject_access_request_finds_reports_for_the_role_alone(house: House) -> None:
    ws = house.open()
    intelligence.add(ws, about({"kind": "person", "name": "Jo Quarrelwick"}))
    found = subject_access.held(ws, "quarrelwick jo")
    assert [(one.where, one.reference, one.fields) for one in found] == [
        ("intelligence report", "1", "parties.name")
    ]
    assert subject_access.not_searched(ws) == ""
    other = house.open("administrator")
    assert subject_access.held(other, "quarrelwick jo") == []
    assert subject_access.not_searched(other).startswith("Restricted intelligence was not searched")


def test_a_removed_supplier_takes_its_matches_and_its_reference(house: House) -> None:
    ws = house.open()
    number = intelligence.add(
        ws,
        about({"kind": "organisation", "ref": "S2"}, {"kind": "person", "name": "Jo", "ref": "S2"}),
    )
    assert matched(ws, number) == [("S2", "supplier")]
    keeper = house.open("administrator")
    gone = removing.remove(keeper, ["S2"], rule="never-a-supplier", dry_run=False)
    assert gone.rows["intelligence_matches"] == 1
    shown = intelligence.show(ws, number)
    assert shown.suppliers == ()
    assert [(one.name, one.ref) for one in shown.parties] == [
        ("A supplier that was removed", ""),
        ("Jo", ""),
    ]


def test_a_table_is_read_with_numbered_parties_all_or_none(house: House, tmp_path: Path) -> None:
    ws = house.open()
    header = ["Grade", "Source", "Received on", "Sanitised", "Kind", "Name", "Kind 2", "Name 2"]
    rows = [
        ["1AP", "own staff", TODAY, "One", "person", "Jo Invented", "organisation", "Ottermoor"],
        ["2BP", "anonymous", "20/11/2026", "Two", "person", "Bo Invented", "", ""],
    ]
    workbook(tmp_path / "r.xlsx", [header, *rows])
    assert intelligence.import_file(ws, tmp_path / "r.xlsx") == (1, 2)
    assert [len(one.parties) for one in ws.casework.repository(IntelligenceStore).all()] == [2, 1]
    wrong = ["2BP", "anonymous", TODAY, "", "person", "Bo Invented", "", ""]
    workbook(tmp_path / "r.xlsx", [header, *rows, wrong])
    with pytest.raises(Invalid, match=r"row 4, sanitised: is blank"):
        intelligence.import_file(ws, tmp_path / "r.xlsx")
    assert len(ws.casework.repository(IntelligenceStore).all()) == 2


def workbook(path: Path, rows: list[list[str]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def test_a_form_is_read_with_its_parties(house: House, tmp_path: Path) -> None:
    ws = house.open()
    path = tmp_path / "r.toml"
    path.write_text(
        'grade = "2BC"\nconditions = "Ask first"\nsource = "partner"\nreceived_from = "police"\n'
        f'received_on = {TODAY}\ncrime_types = ["drugs_supply", "cyber"]\nsanitised = """\nOne\n\n'
        'Two"""\n[[party]]\nkind = "person"\nname = "Jo Invented"\nborn = "1970-04-05"\n'
    )
    (number,) = intelligence.import_file(ws, path)
    kept = ws.casework.repository(IntelligenceStore).get(number)
    assert kept
    assert kept.sanitised == "One\n\nTwo"
    assert kept.crime_types == ("drugs_supply", "cyber")
    assert kept.parties[0].born == PartialDate(1970, 4)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.toml", 'grade = "2BP"\nsecret = 1\n', "the report has a field that is not known"),
        ("r.toml", 'party = "Jo"\n', r"write \[\[party\]\]"),
        ("r.toml", "grade = \n", "line 1, column 9: not TOML"),
        ("r.csv", "grade,source\n2BP,community\n", "no column 'received_on'"),
        (
            "r.csv",
            "grade,source,received_on,sanitised,kind,kind 1\nx,x,x,x,x,x\n",
            "two columns have one heading",
        ),
        ("none.csv", "", "no such file"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(
    house: House, tmp_path: Path, name: str, text: str, said: str
) -> None:
    if text:
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        intelligence.import_file(house.open(), tmp_path / name)
