"""People of one name: shown as surely as the birth dates allow, else counted and listed."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.matching import Index, Subject
from duediligence.model import (
    Finding,
    Identifier,
    ListEntry,
    Name,
    PartialDate,
    Party,
    PartyRole,
    Person,
    PossibleMatch,
    Run,
    Supplier,
)
from duediligence.model.entries import COMPANY
from duediligence.model.findings import Severity
from duediligence.render import terminal
from duediligence.render.saying import explain, format_text
from duediligence.render.scope import scope_lines
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, check, screen
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from tests.rows import for_each

FILE = "made.csv"
ROWS = (
    ("a", "person", "Ivan Petrovich Zorkov", "", "1965-04"),
    ("b", "person", "Mohammed Khan", "", "1965-04"),
    ("c", "person", "Ahmed Hassan", "", ""),
    ("d", "organisation", "Quandor Brisel Ltd", "99001234", ""),
)


@watchlist(
    id="made",
    title="Made list",
    publisher="Test",
    licence="none",
    topic="sanctions",
    homepage="https://lists.example.org",
    feeds=(Feed(FILE),),
    max_age=timedelta(days=9999),
    expect=Expect(entries=(0, 1000), weekly_loss=1.0),
)
def made(files: Files) -> Iterator[ListEntry]:
    """A list of ids, kinds, names, numbers and birth dates."""
    with files[FILE].open(encoding="utf-8", newline="") as file:
        next(file)
        for entry_id, kind, name, number, born in csv.reader(file):
            yield ListEntry(
                id=entry_id,
                list_id="made",
                kind=kind,  # type: ignore[arg-type]
                names=(Name(name),),
                identifiers=(Identifier(COMPANY, number),) if number else (),
                birth_dates=(PartialDate.parse(born),) if born else (),
            )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with (tmp_path / FILE).open("w", encoding="utf-8", newline="") as file:
        file.write("id,kind,name,number,born\r\n")
        csv.writer(file).writerows(ROWS)
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with Workspace(Settings(home=tmp_path / "home", workers=1), now=lambda: at) as opened:
        opened.__dict__["watchlists"] = {"made": made}
        list(refresh(opened, folder=tmp_path, terms=RefreshTerms(as_of=at.date())))
        yield opened


def screened(workspace: Workspace, name: str, born: str = "") -> Run:
    person = Person(name, PartialDate.parse(born) if born else None, "director")
    supplier = Supplier(ref="S1", name="Pellam Tavrik Ltd", people=(person,))
    return screen(workspace, Screened([supplier]))


def only(run: Run) -> Finding:
    (finding,) = run.findings
    return finding


@pytest.mark.parametrize("year", [1971, 1986])
def test_another_birth_date_of_an_exact_name_is_shown_as_that_at_low_severity(
    workspace: Workspace, year: int
) -> None:
    run = screened(workspace, "Ivan Petrovich Zorkov", f"{year}-06")
    finding = only(run)
    assert finding.severity == "low"
    assert finding.certainty == "same name, another birth date"
    told = f"Birth dates differ (June {year} and April 1965): moderately strong evidence against."
    assert told in explain(finding)
    assert format_text(finding.next_step).startswith("Compare the birth dates first")
    assert (run.namesakes, run.set_aside) == (0, ())


def test_one_slip_keeps_the_severity_and_is_named(workspace: Workspace) -> None:
    run = screened(workspace, "Ivan Petrovich Zorkov", "1965-05")
    assert only(run).severity == "high"
    assert only(run).certainty == "same name"
    assert "April 1965, one month apart): weak evidence against." in explain(only(run))


@pytest.mark.parametrize(
    ("name", "born"), [("Ivan Zorkov", "1986-09"), ("Mohammed Khan", "1966-09")]
)
def test_namesakes_are_counted_once_a_run_and_can_be_listed(
    workspace: Workspace, name: str, born: str
) -> None:
    run = screened(workspace, name, born)
    assert run.findings == ()
    assert run.namesakes == 1
    assert workspace.runs.get(run.id) == run
    told = "1 namesake with another birth date set aside."
    assert scope_lines(run)[0] == told
    (line,) = terminal.list_namesake_lines(run)
    assert f"{name}, born {'September ' + born[:4]}" in line
    assert "born April 1965, Made list" in line


def test_a_common_name_is_never_called_the_same_without_a_birth_date(workspace: Workspace) -> None:
    for name, born, step in (
        ("Mohammed Khan", "", "ask for the birth date"),
        ("Ahmed Hassan", "1965-04", "the list has no birth date"),
    ):
        finding = only(screened(workspace, name, born))
        assert finding.severity == "medium"
        assert finding.certainty == "common name, no birth date to compare"
        assert step in format_text(finding.next_step)
        assert finding.score is not None
        assert finding.score < 0.95
    assert only(screened(workspace, "Mohammed Khan", "1965-04")).severity == "high"


@pytest.mark.parametrize(
    ("number", "certainty"),
    [
        ("99001234", "a number is the same"),
        ("99001243", "same name, numbers differ by one keystroke: check both"),
        ("99007777", "same name, numbers differ: check both"),
    ],
)
def test_numbers_that_differ_are_shown_at_full_severity(
    workspace: Workspace, number: str, certainty: str
) -> None:
    supplier = Supplier(
        ref="S1", name="Quandor Brisel Ltd", identifiers=(Identifier(COMPANY, number),)
    )
    finding = only(screen(workspace, Screened([supplier])))
    assert finding.certainty == certainty
    assert finding.severity == "high"


@for_each(
    ("topic", "expected"), [("sanctions", "critical"), ("debarment", "critical"), ("care", "high")]
)
def test_severity_of_another_number_by_topic(topic: str, expected: Severity) -> None:
    entry = ListEntry(
        id="1",
        list_id="x",
        kind="organisation",
        names=(Name("Quandor Brisel"),),
        identifiers=(Identifier(COMPANY, "99001234"),),
    )
    numbers = (Identifier(COMPANY, "99007777"),)
    (match,) = Index.build([entry]).search(
        Subject(("Quandor Brisel",), "organisation", identifiers=numbers)
    )
    party = Party(
        names=entry.names, kind="organisation", role=PartyRole("supplier"), identifiers=numbers
    )
    assert PossibleMatch(party, entry, match, topic, "A list").severity("critical") == expected


def test_an_initial_is_not_called_the_same_name(
    open_workspace: Callable[..., Workspace], home: Path
) -> None:
    workspace = open_workspace(home)
    for name, said in (
        ("D Petrosyanov", "an initial for a name"),
        ("Dragomir Petrosyanov", "same name"),
    ):
        with check(workspace, Supplier(ref="", name=name), keep=False) as run:
            found = {one.certainty for one in run.findings if one.list_id == "uk-sanctions"}
        assert found == {said}
