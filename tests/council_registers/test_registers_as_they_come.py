"""Registers as councils publish them: footnotes, totals, several date forms, unreadable rows."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duediligence.contracts import Files
from duediligence.council_registers import (
    Description,
    WrongDescription,
    examine_register,
    files_in,
    read_description,
)
from duediligence.formats.cells import clean
from duediligence.formats.extra_rows import ExtraRowKind
from duediligence.model import Address, Identifier, Supplier
from duediligence.model.entries import COMPANY
from duediligence.screening.lists.refresh import Refreshed, refresh
from duediligence.screening.lists.statuses import statuses
from duediligence.screening.run.screen import Screened, exit_code, screen
from duediligence.screening.workspace import Workspace
from tests.rows import for_each
from tests.thorough import examples, first_of

from .conftest import Register
from .forms import FORMS, HEADER, Rows, write

Open = Callable[..., Workspace]
TOP = """\
id = "licences"
title = "Licensing register"
authority = "Porthvellan Council"
power = "licensing"
handling = "public"
max_age_days = 30
expected = [0, 1000]
"""
REST = """
[columns]
record_ref = "Licence no."
subject_name = "Licence holder"
company_number = "Company no."
premises_address = "Premises"
decision_date = "Granted"
status = "Status"

[dates]
formats = ["%d %B %Y", "%d-%b-%y"]
day_first = true
year_pivot = 50

[defaults]
record_type = "registration"
"""
EXTRA_ROWS: dict[str, tuple[ExtraRowKind, list[str]]] = {
    "repeated heading": ("repeated heading", HEADER),
    "heading in other capitals": ("repeated heading", [cell.upper() for cell in HEADER]),
    "total": ("total", ["Total number of licences", "", "", "", "3"]),
    "total in one cell": ("total", ["Total: 3"]),
    "count": ("title or footnote", ["3 licences"]),
    "footnote": ("title or footnote", ["* licence suspended"]),
    "footnote, a sentence": ("title or footnote", ["* Dates are those of the committee"]),
    "footnote by number": ("title or footnote", ["(1) Conditions may apply to this licence"]),
    "page": ("title or footnote", ["Page 2 of 5"]),
    "dated": ("title or footnote", ["Last updated 3 March 2026"]),
    "dated in two cells": ("title or footnote", ["Last updated", "", "3 March 2026"]),
    "kind of licence": ("sub-heading", ["Premises licences"]),
    "ward": ("sub-heading", ["Trelawney Ward"]),
    "heading among the names": ("sub-heading", ["", "Premises licences in force"]),
    "letter": ("sub-heading", ["B"]),
    "what it is": ("sub-heading", ["This register is kept under the Licensing Act 2003"]),
    "explained": ("sub-heading", ["* Licence suspended pending an appeal"]),
}


def licence(number: int, granted: str = "12/05/2026") -> list[str]:
    name, company = f"Quay Inn {number} Ltd", f"9900{number:04}"
    return [f"L/{number}", name, company, f"{number} Quay Row, ZY1 4DR", granted, "live"]


def bad(number: int) -> list[str]:
    return licence(number, "when it rained")


@pytest.fixture
def refreshed(tmp_path: Path, open_workspace: Open) -> Callable[..., tuple[Workspace, Refreshed]]:
    """Refresh a register with these rows, in a home of its own."""

    def refresh_one(
        rows: Rows, allowance: str = "", form: str = "csv"
    ) -> tuple[Workspace, Refreshed]:
        home = tmp_path / "home"
        home.mkdir(mode=0o700, exist_ok=True)
        folder = home / "local-registers"
        folder.mkdir(exist_ok=True)
        path = write(folder / f"licences.{form}", [HEADER, *rows])
        allowed = f"allowance = {allowance}\n" if allowance else ""
        text = f'{TOP}{allowed}\n[source]\nfile = "{path.name}"\n{REST}'
        (folder / "licences.toml").write_text(text)
        workspace = open_workspace(home)
        (result,) = refresh(workspace, ["licences"])
        return workspace, result

    return refresh_one


@pytest.mark.parametrize("form", first_of(FORMS))
def test_a_register_with_a_total_two_date_forms_and_a_footnote_is_current_and_complete(
    refreshed: Callable[..., tuple[Workspace, Refreshed]], form: str
) -> None:
    rows = [licence(1), licence(2, "3 June 2026"), licence(3, "25-Jul-26")]
    workspace, result = refreshed(
        [*rows, ["Total", "", "", "", "3"], ["* licence suspended"]], form=form
    )
    assert result.result == "loaded", result.error
    assert result.version
    assert (result.version.entries, result.version.not_read) == (3, 0)
    (status,) = statuses(workspace, ["licences"])
    assert status.state == "current"
    days = [str(one.listed_on) for one in workspace.lists.entries(result.version)]
    assert days == ["2026-05-12", "2026-06-03", "2026-07-25"]
    assert {"left out: row that is no record (total) (1)"} < {
        item.words() for item in result.version.drift
    }


@pytest.mark.parametrize("text", ["† Quarterly only", "See overleaf", "* Ferrow Rovers"])
def test_what_stands_for_an_empty_cell_makes_no_record_of_a_row_of_one_cell(
    refreshed: Callable[..., tuple[Workspace, Refreshed]], text: str
) -> None:
    """`[defaults]` gives every row a type: a note that is not recognised must not get one."""
    alone = ["", text, "", "", "", ""]
    _, refused = refreshed([licence(1), licence(2), alone])
    assert refused.result == "failed"
    assert refused.error is not None
    assert text in refused.error.message
    _, loaded = refreshed([licence(n) for n in range(20)] + [alone], "1")
    assert loaded.version is not None
    assert (loaded.version.entries, loaded.version.not_read) == (20, 1)


def test_a_row_with_a_turned_name_is_not_read_and_found_both_ways(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    turned = licence(90)
    turned[1] = f"\u202e{turned[1][::-1]}\u202c"
    workspace, result = refreshed([*(licence(n) for n in range(20)), turned], "1")
    assert result.version
    assert (result.version.entries, result.version.not_read) == (20, 1)
    named = Supplier(ref="S1", name=licence(90)[1])
    run = screen(workspace, Screened([named]))
    assert [f.outcome for f in run.findings if f.check_id == "LST-03"] == ["unknown"]


def test_up_to_its_allowance_a_register_is_current_with_rows_not_read(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    rows = [licence(n) for n in range(38)]
    workspace, result = refreshed([*rows, bad(90), bad(91)], '"5 %"')
    assert result.result == "loaded", result.error
    assert result.version
    assert (result.version.entries, result.version.not_read) == (38, 2)
    (status,) = statuses(workspace, ["licences"])
    assert status.state == "current"
    named = Supplier(ref="S1", name="Quay Inn 90 Limited")
    clear = Supplier(ref="S2", name="Fernmoor Garage Ltd")
    run = screen(workspace, Screened([named, clear]))
    found = [f for f in run.findings if f.check_id == "LST-03"]
    assert [(f.supplier_ref, f.outcome, f.list_id) for f in found] == [
        ("S1", "unknown", "licences")
    ]
    assert "Row 40 of licences.csv" in str(found[0].why) or found[0].features[0].query == "40"
    assert not run.complete
    assert exit_code(run, "low") == 3
    # Of everybody else the register is no reason to call the run incomplete.
    alone = screen(workspace, Screened([clear]))
    assert not [f for f in alone.findings if f.list_id == "licences" and f.outcome == "unknown"]


def test_above_its_allowance_it_is_refused_with_each_row_named(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    _, loaded = refreshed([licence(n) for n in range(10)])
    assert loaded.version
    rows = [bad(n) if n % 5 == 2 else licence(n) for n in range(40)]
    workspace, result = refreshed(rows, '"5 %"')
    assert result.result == "failed"
    assert result.error
    expected = ", ".join(str(n + 2) for n in range(40) if n % 5 == 2)
    assert f"8 of 40 rows could not be read, and at most 2 may be left unread: rows {expected}" in (
        result.error.message
    )
    (status,) = statuses(workspace, ["licences"])
    assert status.state == "stale"
    assert status.version == loaded.version
    assert expected in status.reason


def test_by_default_no_row_may_be_left_unread(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    _, result = refreshed([licence(n) for n in range(99)] + [bad(100)])
    assert result.result == "failed"
    assert result.error
    assert "row 101: column 'Granted' (decision_date) is 'when it rained'" in result.error.message


@pytest.mark.parametrize(
    ("allowance", "bad_rows", "loaded"),
    [
        ("2", 2, True),
        ("2", 3, False),
        ('"10 %"', 1, True),
        ('"10%"', 2, False),
        ('"0 %"', 1, False),
    ],
)
def test_an_allowance_is_a_number_or_a_share(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
    allowance: str,
    bad_rows: int,
    loaded: bool,
) -> None:
    rows = [*(licence(n) for n in range(10 - bad_rows)), *(bad(90 + n) for n in range(bad_rows))]
    _, result = refreshed(rows, allowance)
    assert (result.result == "loaded") == loaded


@for_each("allowance", ['"25 %"', '"five"', "-1", "1001", "true", '"5"'])
def test_an_allowance_that_cannot_be_is_refused(register: Register, allowance: str) -> None:
    with pytest.raises(WrongDescription, match="allowance"):
        register.describe(REST, top=f"{TOP}allowance = {allowance}\n")


def test_a_register_of_which_no_row_was_read_is_never_current(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    _, result = refreshed([bad(1), bad(2)], "5")
    assert result.result == "failed"


@pytest.mark.parametrize(
    "supplier",
    [
        Supplier(ref="S", name="Quay Inn 90"),
        Supplier(ref="S", name="The QUAY INN 90 limited"),
        Supplier(ref="S", name="Other Ltd", trading_names=("Quay Inn 90",)),
        Supplier(ref="S", name="Other Ltd", identifiers=(Identifier(COMPANY, "99000090"),)),
        Supplier(ref="S", name="Other Ltd", address=Address("90 Quay Row", "ZY1 4DR")),
    ],
    ids=["name", "spelling", "trading name", "number", "premises"],
)
def test_a_supplier_in_an_unread_row_is_unknown(
    refreshed: Callable[..., tuple[Workspace, Refreshed]], supplier: Supplier
) -> None:
    workspace, result = refreshed([*(licence(n) for n in range(9)), bad(90)], "1")
    assert result.result == "loaded"
    run = screen(workspace, Screened([supplier]))
    assert [f.outcome for f in run.findings if f.check_id == "LST-03"] == ["unknown"]


def test_a_name_that_its_commas_cut_apart_is_found(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    cut = [
        "L/9",
        "Heron",
        "Swift and Gannet Ltd",
        "99000090",
        "9 Quay Row, ZY1 4DR",
        "x",
        "live",
        "?",
    ]
    workspace, result = refreshed([*(licence(n) for n in range(9)), cut], "1")
    assert result.result == "loaded", result.error
    run = screen(workspace, Screened([Supplier(ref="S", name="Heron, Swift & Gannet Ltd")]))
    assert [f.outcome for f in run.findings if f.check_id == "LST-03"] == ["unknown"]


def test_of_an_unread_row_only_what_finds_a_party_is_kept(register: Register) -> None:
    row = 'L/9,Quay Inn 9 Ltd,99000009,"9 Quay Row, ZY1 4DR",when it rained,live\n'
    found = register.examine(
        ",".join(HEADER) + "\n" + ",".join(f'"{one}"' for one in licence(1)) + "\n" + row,
        REST,
        top=f"{TOP}allowance = 1\n",
    )
    (kept,) = found.not_read
    assert kept.cells == ("Quay Inn 9 Ltd", "99000009", "9 Quay Row, ZY1 4DR")
    assert kept.handling == "public"


def test_of_an_unread_row_that_is_restricted_nothing_is_stored(
    tmp_path: Path, open_workspace: Open
) -> None:
    for stored in (False, True):
        home = tmp_path / f"home-{stored}"
        home.mkdir(mode=0o700)
        folder = home / "local-registers"
        folder.mkdir()
        described(folder, [licence(1), bad(2)])
        toml = folder / "licences.toml"
        text = toml.read_text().replace('handling = "public"', 'handling = "restricted"')
        toml.write_text(f"allowance = 1\n{text}")
        workspace = open_workspace(home, store_restricted=stored)
        (result,) = refresh(workspace, ["licences"])
        assert result.version
        assert result.version.not_read == 1
        rows = workspace.lists.unread_rows(result.version)
        assert [row.handling for row in rows] == ["restricted"] * stored
        run = screen(workspace, Screened([Supplier(ref="S", name="Quay Inn 2")]))
        found = [f.handling for f in run.findings if f.check_id == "LST-03"]
        assert found == ["restricted"] * stored


def test_rows_that_were_not_read_go_when_a_new_copy_has_them_right(
    refreshed: Callable[..., tuple[Workspace, Refreshed]],
) -> None:
    workspace, before = refreshed([licence(1), bad(2)], "1")
    assert before.version
    workspace, after = refreshed([licence(1), licence(2)], "1")
    assert after.version
    assert (before.version.not_read, after.version.not_read) == (1, 0)
    assert workspace.lists.unread_rows(after.version) == []


def test_of_what_may_be_an_offence_of_an_individual_no_name_is_kept(register: Register) -> None:
    """UK GDPR Article 10: a row that cannot be read is no way round it."""
    columns = '\n[columns]\nsubject_name = "Name"\nrecord_type = "Type"\ndecision_date = "On"\n'
    rows = "Ann Noname,conviction,never\nMoss Ltd,conviction,never\nBen Nobody,warning,2026-01-02\n"
    found = register.examine(f"Name,Type,On\n{rows}", columns, top=f"{TOP}allowance = 2\n")
    assert [row.cells for row in found.not_read] == [(), ("Moss Ltd",)]
    assert {row.handling for row in found.not_read} == {"restricted"}


@for_each("kind", EXTRA_ROWS)
def test_extra_rows_is_counted_and_changes_nothing(tmp_path: Path, kind: str) -> None:
    expected, row = EXTRA_ROWS[kind]
    plain, _ = read(tmp_path / "plain", [licence(1), licence(2)], "csv")
    dressed, counted = read(tmp_path / "dressed", [licence(1), row, licence(2)], "csv")
    assert dressed == plain
    assert counted == [expected]


@for_each("form", FORMS)
def test_extra_rows_changes_nothing_in_any_format(tmp_path: Path, form: str) -> None:
    rows = [row for n, (_, row) in enumerate(EXTRA_ROWS.values()) for row in (licence(n), row)]
    title = ["Licensing register of Porthvellan Council"]
    kinds = [kind for kind, _ in EXTRA_ROWS.values()]
    plain, _ = read(tmp_path / "plain", [licence(n) for n in range(len(kinds))], "csv")
    dressed, counted = read(tmp_path / "dressed", [*rows, licence(0)], form, above=[title])
    assert dressed == plain
    assert sorted(counted) == sorted(kinds)


@for_each(
    "row",
    [
        ["", "Trelawney Catering Ltd"],
        ["", "Ann Smith"],
        ["Total Care Ltd"],
        ["* Quay Inn Ltd"],
        ["", "Quay Inn Ltd", "", "Page 2 of 5"],
        ["L/7"],
        ["Note: Quay Inn Ltd is suspended"],
        ["Licences of Quay Inn Ltd"],
        ["", "", "", "4 Quay Row, ZY1 4DR"],
    ],
)
def test_what_may_be_a_record_is_never_an_extra_row(tmp_path: Path, row: list[str]) -> None:
    found = examine_register(*described(tmp_path, [licence(1), row, licence(2)], "csv"))
    assert found.extra_rows == ()
    assert found.rows == 3


CELLS = st.lists(
    st.one_of(
        st.sampled_from([cell for _, row in EXTRA_ROWS.values() for cell in row] + licence(7)),
        st.text(st.characters(codec="utf-8", exclude_characters='\r\n\0"'), max_size=12),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck), deadline=None)
@given(rows=st.lists(st.one_of(CELLS, st.sampled_from([licence(3), bad(4)])), max_size=8))
def test_no_row_is_lost(tmp_path: Path, rows: list[list[str]]) -> None:
    """Each row is an entry, left out and counted, extra and counted, or listed as not read."""
    description, files = described(tmp_path, [licence(1), *rows])
    found = examine_register(description, files)
    filled = 1 + sum(any(map(clean, row)) for row in rows)
    assert found.rows + len(found.extra_rows) == filled
    if found.problems:
        assert found.not_read
        return
    left_out = sum(
        item.count
        for item in files.drift.items()
        if item.kind == "left out" and not item.what.startswith("row that is no record")
    )
    holders = len({entry.record.reference for entry in found.entries if entry.record})
    assert found.rows <= len(found.entries) + left_out
    assert holders <= found.rows


def described(
    folder: Path, rows: Rows, form: str = "csv", above: Rows = ()
) -> tuple[Description, Files]:
    folder.mkdir(exist_ok=True)
    path = write(folder / f"licences.{form}", [*above, HEADER, *rows])
    (folder / "licences.toml").write_text(f'{TOP}\n[source]\nfile = "{path.name}"\n{REST}')
    description = read_description(folder / "licences.toml")
    return description, files_in(description)


def read(
    folder: Path, rows: Rows, form: str, above: Rows = ()
) -> tuple[Sequence[object], list[ExtraRowKind]]:
    found = examine_register(*described(folder, rows, form, above))
    assert found.problems == ()
    return found.entries, [row.kind for row in found.extra_rows]
