"""The whole register is looked up in parts, and what changed since, with the same result."""

import shutil
from pathlib import Path

import pytest

from duediligence.errors import Incomplete, NotFound
from duediligence.extensions.whole_register.lookup.layers import DoParts
from duediligence.extensions.whole_register.lookup.screening import screen_register
from duediligence.extensions.whole_register.lookup.workers import in_processes
from duediligence.matching import Engine
from duediligence.screening.lookup.list_search import open_lists

from .invented import Entry, Rows, load_lists, open_home, screened, write_register

FIRST = [
    Entry("f1", "organisation", "Quillen Tarnmoor Ltd|Tarnmoor Marine"),
    Entry("f2", "organisation", "Osperdale Holdings", "99000003"),
    Entry("f3", "person", "Aldith Vexholm", born="1965-04"),
    Entry("f4", "person", "Mohammed Khan", born="1970-02"),
]
SECOND = [
    Entry("s1", "person", "Aldith Vexholm|Aldyth Wexholm"),
    Entry("s2", "organisation", "Fenwick Rosneft"),
]


def register() -> Rows:
    rows = Rows()
    rows.company("99000001", "QUILLEN TARNMOOR LIMITED")
    rows.company("99000002", "MARSHWORTH CARE LTD", former="TARNMOOR MARINE LTD\nSOMETHING ELSE")
    rows.company("99000003", "ANOTHER NAME LTD")
    rows.company("99000004", "FENWICK ROS NEFT LTD", country="RUSSIA")
    for number in range(5, 60):
        rows.company(f"990000{number:02}", f"INVENTED COMPANY {number} LTD")
    born = {"birth_year": 1965, "birth_month": 4, "nationality": "British"}
    rows.owner("99000001", "vexholm", "Aldith Vexholm", **born)
    rows.owner("99000005", "vexholm", "Aldith Mary Vexholm", **born)
    rows.officer("99000004", "vexholm", "Aldith Vexholm", **born, role="director")
    rows.owner("99000006", "other", "Aldith Vexholm", birth_year=1990, birth_month=1)
    rows.officer("99000007", "khan", "Mohamed Khan", birth_year=1970, birth_month=2)
    rows.owner(
        "99000008",
        "firm",
        "Osperdale Group",
        kind="corporate-entity-person-with-significant-control",
        registered_number="99000003",
        registered_country="England",
    )
    rows.owner("99000009", "", "", kind="super-secure-person-with-significant-control")
    return rows


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load_lists(tmp_path, {"first": FIRST, "second": SECOND})
    return tmp_path


def screen(home: Path, turn: int = 1, do: DoParts | None = None, **options: object):  # type: ignore[no-untyped-def]
    with open_home(home, turn) as workspace:
        return screen_register(workspace, do=do, rows_of_a_part=7, **options)  # type: ignore[arg-type]


def test_companies_owners_and_officers_are_found_on_all_lists(home: Path) -> None:
    version = write_register(home, "v1", register())
    done = screen(home)
    found = {(row[0], row[2], row[4], row[5]) for row in screened(version)}
    assert found == {
        ("companies", "99000001", "first", "f1"),
        ("companies", "99000002", "first", "f1"),
        ("companies", "99000003", "first", "f2"),
        ("companies", "99000004", "second", "s2"),
        ("owners", "99000001", "first", "f3"),
        ("owners", "99000001", "second", "s1"),
        ("officers", "99000004", "first", "f3"),
        ("officers", "99000004", "second", "s1"),
        ("owners", "99000006", "second", "s1"),
        ("officers", "99000007", "first", "f4"),
        ("owners", "99000008", "first", "f2"),
    }
    assert done.screening.matches == {"first": 7, "second": 4}
    certain = {row[2] for row in screened(version) if row[8]}
    assert certain == {"99000003", "99000008"}


def test_each_score_is_the_one_of_a_single_look_up(home: Path) -> None:
    version = write_register(home, "v1", register())
    screen(home)
    rows = {(row[2], row[5]): row for row in screened(version) if row[0] == "companies"}
    with open_home(home, 2) as workspace:
        _, engine = open_lists(workspace)
        from duediligence.matching import Subject
        from duediligence.model import Identifier

        subject = Subject(
            ("QUILLEN TARNMOOR LIMITED",),
            "organisation",
            countries=("ENGLAND",),
            identifiers=(Identifier("company", "99000001"),),
        )
        (match,) = engine.search(subject)["first"]
    row = rows["99000001", "f1"]
    assert (row[3], row[6], row[7]) == (match.query_name, match.listed_name, match.score)


def test_a_person_of_several_records_is_looked_up_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_register(home, "v1", register())
    asked: list[tuple[str, ...]] = []
    search = Engine.search_many

    def spy(engine, subjects, *args, **options):  # type: ignore[no-untyped-def]
        subjects = list(subjects)
        asked.extend(one.names for one in subjects)
        return search(engine, subjects, *args, **options)

    monkeypatch.setattr(Engine, "search_many", spy)
    screen(home)
    assert asked.count(("Aldith Mary Vexholm", "Aldith Vexholm")) == 1
    assert len(asked) == 59 + 4, "nobody twice, and no super-secure person"


def test_several_processes_find_the_same(home: Path) -> None:
    version = write_register(home, "v1", register())
    screen(home)
    alone = screened(version)
    assert screen(home, full=True, do=in_processes(2)).screening.why_all == "that was asked for"
    assert screened(version) == alone


def test_a_night_gives_what_a_full_screening_gives(home: Path) -> None:
    write_register(home, "v1", register())
    screen(home)
    rows = register()
    rows.companies = rows.companies[1:]  # one left
    rows.company("99000099", "OSPERDALE HOLDINGS LTD")
    rows.owners[0]["nationality"] = "French"
    rows.owner("99000050", "new", "Aldyth Wexholm", birth_year=1965, birth_month=4)
    second = write_register(home, "v2", rows)
    first = [*FIRST[1:], Entry("f9", "organisation", "Inventedcompany 41"),
             Entry("f4", "person", "Mohammed Kahn|Aldith Vexholm", born="1970-02")]  # fmt: skip
    del first[2]
    load_lists(home, {"first": first}, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "duediligence.extensions.whole_register.lookup.register_lookup.MOST_CHANGED", 9
        )
        patch.setattr(
            "duediligence.extensions.whole_register.lookup.register_lookup.MOST_CHANGED", 9
        )
        night = screen(home, 3).screening
    assert (night.why_all, night.changed_subjects, night.changed_entries) == ("", 4, 3)
    changed = screened(second)
    full = screen(home, 4, full=True).screening
    assert screened(second) == changed
    assert full.matches == night.matches


def test_nothing_is_done_where_nothing_changed(home: Path) -> None:
    version = write_register(home, "v1", register())
    first = screen(home)
    again = screen(home, 2)
    assert (first.unchanged, again.unchanged) == (False, True)
    assert screened(version)


def test_no_register_and_no_list_is_said(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(NotFound, match="not loaded"):
        screen(home)
    empty = tmp_path_factory.mktemp("empty")
    write_register(empty, "v1", register())
    with pytest.raises(NotFound, match="No list"):
        screen(empty)


def test_a_part_that_cannot_be_done_is_named_and_the_rest_is_kept(home: Path) -> None:
    version = write_register(home, "v1", register())
    calls: list[str] = []

    def broken(job, parts, done):  # type: ignore[no-untyped-def]
        one = next((p for p in parts if p.name == "companies-00003"), None)
        calls.extend(p.name for p in parts)
        in_processes(1)(job, [p for p in parts if p != one], done)
        return {one: "it was stopped"} if one and len(calls) < 20 else {}

    with pytest.raises(Incomplete, match=r"companies-00003 \(it was stopped\)"):
        screen(home, do=broken)
    assert not (version / "screened").exists()
    calls.clear()

    def working(job, parts, done):  # type: ignore[no-untyped-def]
        calls.extend(p.name for p in parts)
        return in_processes(1)(job, parts, done)

    screen(home, 2, do=working)
    assert calls == ["companies-00003", "words-00000"]
    resumed = screened(version)
    screen(home, 3, full=True)
    assert screened(version) == resumed


def test_who_changed_one_night_is_found_by_an_entry_of_the_next(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "duediligence.extensions.whole_register.lookup.register_lookup.MOST_CHANGED", 9
    )
    write_register(home, "v1", register())
    screen(home)
    rows = register()
    rows.company("99000097", "WENFORD HALBURY LTD")
    rows.owner("99000097", "late", "Sigrun Ottermole", birth_year=1965, birth_month=4)
    second = write_register(home, "v2", rows)
    assert screen(home, 2).screening.changed_subjects == 2
    before = screened(second)
    late = [
        Entry("l1", "organisation", "Wenford Halbury"),
        Entry("l2", "person", "Ottermole Sigrun", born="1965-04"),
    ]
    load_lists(home, {"first": [*FIRST, *late]}, 3)
    assert screen(home, 4).screening.changed_entries == 2
    night = screened(second)
    assert {row[5] for row in set(night) - set(before)} == {"l1", "l2"}
    assert len(list((home / "bulk-register" / ".lookup").glob("*/layers/*"))) == 3
    screen(home, 5, full=True)
    assert screened(second) == night


def test_another_threshold_compares_everybody_again(home: Path) -> None:
    version = write_register(home, "v1", register())
    screen(home)
    with open_home(home, 2, threshold=0.99) as workspace:
        again = screen_register(workspace)
    assert again.screening.why_all == "other lists or thresholds than before"
    assert all(row[7] >= 0.99 or row[0] == "officers" for row in screened(version))


def test_a_version_that_lost_its_matches_has_them_again(home: Path) -> None:
    version = write_register(home, "v1", register())
    screen(home)
    found = screened(version)
    shutil.rmtree(version / "screened")
    assert screen(home, 2).unchanged
    assert screened(version) == found
