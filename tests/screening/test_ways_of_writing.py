"""One listed party written in many ways: each is flagged, or said to be unread; none is silent."""

import csv
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path

import pytest

from duediligence.model import Run
from duediligence.screening.imports import import_suppliers
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.run.screen import Screened, exit_code, screen
from duediligence.screening.workspace import Workspace

Open = Callable[..., Workspace]

# On the sample of the UK list. Two grammars: how people are parted, and how each is set.
LISTED, OTHERS = "Dragomir Petrosyanov", ("Quorinda Vexley", "Tamsin Ondrell")
SIGNS = (
    " → |👤| ∙ |^|‚|، | ¦ |. |  |_x000D_| or | then | alias | a.k.a. | per | for | on behalf of "
)
SEPARATORS = (
    ", |; | / |/| & | and |\n|\r\n\r\n| | |\t• | + | - | – |, and |; and ".replace("| | |", "|   |")
).split("|")
DECORATIONS = (
    "{}",
    "Mr {}",
    "{} (Director)",
    "{} - Director",
    "Director: {}",
    "{}, Managing Director",
    "{} 50%",
    "{} (03/1968)",
    "{}, DOB 23/03/68",
    "{} born March 1968",
    "{} OBE",
    "{} (British)",
    "{} director@example.org",
    "{} appointed 01/02/2019",
)
NUMBERINGS = ("{n}. {}", "{n}) {}", "({n}) {}", "{n} - {}", "#{n} {}", "Director {n}: {}")
SPELLINGS = (
    "PETROSYANOV, Dragomir",
    "Petrosyanov, Dragomir",
    "PETROSYANOV Dragomir",
    "D. Petrosyanov",
    "Petrosyanov D",
    "Dragomir J Petrosyanov",
    "Dragomir (Drago) Petrosyanov",
    "Petrosyanov (Dragomir)",
    "Mr D Petrosyanov & Mrs B Zorkin",
    "Dragomir and Bo Petrosyanov",
    "Petrosyanov, Dragomir & Vexley, Quorinda",
    "Petrosyanov, Dragomir, Vexley, Quorinda",
    "The sole director is Dragomir Petrosyanov",
    "see attached list",
)


ORDINALS = ("{n}st {}", "{n}st: {}", "No.{n} {}", "No {n}: {}", "[{n}] {}", "{n}nd {}")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_listed_director_is_flagged_whatever_sign_or_word_stands_between(
    open_workspace: Open, home: Path, place: int
) -> None:
    people = [*OTHERS[:place], LISTED, *OTHERS[place:]]
    cells = [sign.join(people) for sign in SIGNS.split("|")]
    for form in ORDINALS:
        cells.append(" ".join(form.format(name, n=n) for n, name in enumerate(people, 1)))
    cells.append(
        " ".join(f"{n}. {name}" for n, name in zip(("I", "II", "III"), people, strict=True))
    )
    cells.append("[" + ",".join(f'"{name}"' for name in people) + "]")
    cells += [f"Moss Nominees Ltd {word} {LISTED}" for word in ("per", "represented by", "for")]
    run = screened(
        open_workspace(home),
        "ref,name,Directors",
        [(str(at), f"Firm {at} Ltd", cell) for at, cell in enumerate(cells)],
    )
    flagged = {f.supplier_ref for f in run.findings if f.list_id == "uk-sanctions" and f.score}
    assert [cell for at, cell in enumerate(cells) if str(at) not in flagged] == []


@pytest.mark.parametrize(
    "cell",
    [
        "dragomir.petrosyanov@example.org",
        "\u202evonaysorteP rimogarD\u202c",
        "D r a g o m i r P e t r o s y a n o v",
        "2468 Petrosyanov 13579",
    ],
)
def test_a_cell_that_hides_a_name_is_said_to_be_unread(
    open_workspace: Open, home: Path, cell: str
) -> None:
    run = screened(open_workspace(home), "ref,name,Directors", [("0", "Firm Ltd", cell)])
    assert [f.supplier_ref for f in run.findings if f.check_id == "SUP-03"] == ["0"]
    assert exit_code(run, "low") == 3


@pytest.mark.parametrize(
    "firm", ["Volkhar Maritime", "VOLKHAR MARITIME", "Ultimate Volkhar Maritime Limited"]
)
def test_a_listed_firm_in_a_column_of_people_is_flagged(
    open_workspace: Open, home: Path, firm: str
) -> None:
    run = screened(
        open_workspace(home),
        "ref,name,Director,Owner",
        [("0", "Firm Ltd", firm, ""), ("1", "Other Ltd", f"Ann Noname; {firm}", firm)],
    )
    flagged = {f.supplier_ref for f in run.findings if f.list_id == "uk-sanctions" and f.score}
    assert flagged == {"0", "1"}


def cells_of_people() -> list[str]:
    """The listed person first, in the middle and last, in every separator and decoration."""
    people = (LISTED, *OTHERS)
    found = list(SPELLINGS)
    for at, (separator, decoration) in enumerate(product(SEPARATORS, DECORATIONS)):
        turned = people[at % 3 :] + people[: at % 3]
        found.append(separator.join(decoration.format(name) for name in turned))
    for at, numbering in enumerate(NUMBERINGS):
        turned = people[at % 3 :] + people[: at % 3]
        for separator in (" ", "; ", "\n"):
            numbered = (numbering.format(name, n=n) for n, name in enumerate(turned, 1))
            found.append(separator.join(numbered))
    return list(dict.fromkeys(found))


SOLE_TRADER = """Osbert Quillan t/a Gorse Cafe
Osbert Quillan T/A Gorse Cafe
OSBERT QUILLAN T/A GORSE CAFE
Osbert Quillan trading as Gorse Cafe
Osbert Quillan (t/a Gorse Cafe)
Osbert Quillan, trading as Gorse Cafe
Mr Osbert Quillan
Quillan, Osbert
O. Quillan t/a Gorse Cafe
Osbert Quillan t/a Another Cafe
Gorse Cafe (Osbert Quillan)
Gorse Cafe - Osbert Quillan
Gorse Cafe (prop. Osbert Quillan)
Gorse Cafe, proprietor Osbert Quillan
Gorse Cafe owned by Osbert Quillan
Osbert Quillan & Sons
Osbert Quillan and Son Ltd
Bright Sands Catering Ltd & Osbert Quillan
Gorse Cafe c/o Osbert Quillan
Mr O Quillan T/A Gorse Cafe
Osbert Quillan (formerly Gorse Cafe)
Osbert Quillan & Tamsin Ondrell t/a Any Cafe""".splitlines()
PARTNERSHIP = """Fenwick Ostrander & Ysolde Carrowmere t/a Heron Taxis
Fenwick Ostrander and Ysolde Carrowmere T/A Heron Taxis
Fenwick Ostrander & Ysolde Carrowmere
Fenwick Ostrander + Ysolde Carrowmere
Fenwick Ostrander/Ysolde Carrowmere
Ysolde Carrowmere & Fenwick Ostrander
Ysolde Carrowmere, Fenwick Ostrander t/a Heron Taxis
Mr Fenwick Ostrander & Mrs Ysolde Carrowmere
Messrs Fenwick Ostrander & Ysolde Carrowmere
Heron Taxis (Fenwick Ostrander & Ysolde Carrowmere)
Heron Taxis - Fenwick Ostrander and Ysolde Carrowmere
Heron Taxis
Heron Taxis (a brand of Other Firm Ltd)
Fenwick Ostrander
Ysolde Carrowmere t/a Another Firm
Fenwick Ostrander & Partners
F. Ostrander & Y. Carrowmere t/a Heron Taxis
Fenwick Ostrander & Co
Fenwick Ostrander & Another Person
Heron Taxis c/o Ysolde Carrowmere
Other Firm Ltd and Ysolde Carrowmere""".splitlines()

REGISTER = """
id = "notices"
title = "Notices"
authority = "Porthvellan Council"
power = "planning"
handling = "public"
max_age_days = 30
expected = [0, 100]
[source]
file = "notices.csv"
[columns]
record_ref = "Ref"
subject_name = "Name"
subject_type = "Kind"
record_type = "Type"
decision_date = "Served"
"""
ROWS = (
    "Ref,Name,Kind,Type,Served\n"
    "1,Osbert Quillan T/A Gorse Cafe,{kind},notice,2026-10-01\n"
    "2,Fenwick Ostrander & Ysolde Carrowmere t/a Heron Taxis,{kind},notice,2026-10-01\n"
)


@pytest.fixture(params=["", "organisation"])
def ours(request: pytest.FixtureRequest, home: Path, open_workspace: Open) -> Workspace:
    """A workspace with a register of its own, which tells what its subjects are or does not."""
    folder = home / "local-registers"
    folder.mkdir()
    (folder / "notices.toml").write_text(REGISTER)
    (folder / "notices.csv").write_text(ROWS.format(kind=request.param))
    workspace = open_workspace(home)
    (result,) = refresh(workspace, ["notices"])
    assert result.result == "loaded", result
    return workspace


def screened(workspace: Workspace, header: str, cells: Iterable[Sequence[str]]) -> Run:
    path = workspace.settings.home / "suppliers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *cells])
    read = import_suppliers(workspace, path, mapping={}, sheet="", rejects_folder=path.parent).read
    assert read.rejects == ()
    # As a later screening does it, from what was stored.
    return screen(workspace, Screened(workspace.suppliers.all()))


def shares(run: Run, list_id: str, count: int, entry: str = "") -> tuple[float, set[str]]:
    """The share that is flagged, and the references about which the run says nothing."""
    refs = {str(number) for number in range(count)}
    flagged = {
        f.supplier_ref
        for f in run.findings
        if f.list_id == list_id and f.outcome != "unknown" and f.entry_id.startswith(entry)
    } & refs
    unknown = {f.supplier_ref for f in run.findings if f.check_id == "SUP-03"}
    return len(flagged) / count, refs - flagged - unknown


def test_a_listed_director_is_flagged_however_the_cell_is_written(
    open_workspace: Open, home: Path
) -> None:
    cells = cells_of_people()
    assert len(cells) >= 40
    run = screened(
        open_workspace(home),
        "ref,name,Directors",
        [(str(at), f"Firm {at} Ltd", cell) for at, cell in enumerate(cells)],
    )
    share, silent = shares(run, "uk-sanctions", len(cells))
    assert [cells[int(ref)] for ref in silent] == []
    assert share >= 0.9
    assert exit_code(run, "low") == 3, "the list that is attached was not read"


@pytest.mark.parametrize(("names", "entry"), [(SOLE_TRADER, "1"), (PARTNERSHIP, "2")])
def test_a_listed_sole_trader_or_partnership_is_flagged_however_it_is_written(
    ours: Workspace, names: Sequence[str], entry: str
) -> None:
    assert len(names) >= 20
    run = screened(ours, "ref,name", [(str(at), name) for at, name in enumerate(names)])
    share, silent = shares(run, "notices", len(names), entry)
    assert [names[int(ref)] for ref in silent] == []
    assert share >= 0.9


@pytest.mark.parametrize("person", ["Osbert Quillan", "Ysolde Carrowmere", "QUILLAN, Osbert"])
def test_a_director_is_found_in_the_names_of_a_register(ours: Workspace, person: str) -> None:
    run = screened(ours, "ref,name,director", [("0", "Firm Ltd", person)])
    assert [f.supplier_ref for f in run.findings if f.list_id == "notices"] == ["0"]


@pytest.mark.parametrize("heading", ["company no", "charity no"])
def test_a_number_of_a_register_does_not_hide_a_listed_person(
    open_workspace: Open, home: Path, heading: str
) -> None:
    rows: list[tuple[str, ...]] = []
    for name in ("Dragomir Petrosyanov", "PETROSYANOV, Dragomir", "Mr D Petrosyanov"):
        for number in ("99001234", "SC990123", "", "9900001"):
            rows += [("", name, "", number), ("", f"Heron Taxis {len(rows)}", name, number)]
    rows = [(str(at), *row[1:]) for at, row in enumerate(rows)]
    run = screened(open_workspace(home), f"ref,name,trading name,{heading}", rows)
    flagged = {f.supplier_ref for f in run.findings if f.list_id == "uk-sanctions" and f.score}
    assert flagged == {row[0] for row in rows}


GIVEN = "Ann John Mary Priya Mohammed Siobhan Olu Wei Peter Susan".split()
FAMILY = "Noname Smith O'Hara Patel Jones-Reed Khan de Vries Evans Nowak Brown".split()
FORMS = (
    "{0} {1}",
    "{0} {1}; {2} {3}",
    "{0} {1}, {2} {3}",
    "{0} {1} and {2} {3}",
    "{0} {1} (Director), {2} {3} (Secretary)",
    "{1}, {0}",
    "Mr {0} {1} & Mrs {2} {3}",
    "{0} {1}\n{2} {3}",
    "1. {0} {1} 2. {2} {3}",
    "{0} {1}, 1968-04",
    "{0} {1} (04/68)",
    "{0[0]} {1}",
    "Dr {0} {1}, Chair",
    "{0} {2} {1}",
    "{0} & {2} {1}",
    "",
    "n/a",
    "{1} Holdings Ltd",
    "None",
    "{0} {1} - Managing Director; {2} {3} - Chair",
)


def test_ordinary_cells_are_not_called_unread(open_workspace: Open, home: Path) -> None:
    people = [(given, FAMILY[at % len(FAMILY)]) for at, given in enumerate(GIVEN * 3)]
    cells = []
    for at, form in enumerate(FORMS * 25):
        one, other = people[at % len(people)], people[(at * 7 + 3) % len(people)]
        cells.append(form.format(*one, *other))
    assert len(cells) == 500
    run = screened(
        open_workspace(home),
        "ref,name,company no,Directors",
        [(str(at), f"Firm {at} Ltd", f"99{at:06}", cell) for at, cell in enumerate(cells)],
    )
    unknown = {f.supplier_ref for f in run.findings if f.check_id == "SUP-03"}
    assert [cells[int(ref)] for ref in sorted(unknown)][: len(unknown) > 0.02 * 500] == []
    assert len(unknown) <= 0.02 * 500
