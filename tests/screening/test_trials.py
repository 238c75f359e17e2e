"""`lists test`: what the publisher of a list changed, in words that quote no record."""

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from duediligence import registry
from duediligence.contracts import Watchlist
from duediligence.demo import SAMPLE_SCALE
from duediligence.errors import NotFound
from duediligence.formats.headings import read_form
from duediligence.screening.lists.loading import RefreshTerms
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lists.trial import (
    Headings,
    Trial,
    mask_value_shape,
    result_of,
    try_files,
)
from duediligence.screening.lists.trial_report import build_list_trial_document, format_trial_report
from duediligence.screening.lists.withholding import WITHHELD, without_content
from duediligence.screening.workspace import Workspace
from tests.rows import for_each

from ..conftest import SAMPLES, Open
from ..thorough import every_nth

TERMS = RefreshTerms(scale=SAMPLE_SCALE)
MARKER = "Zqmarker"

every_list = pytest.mark.parametrize(
    "watchlist", every_nth(registry.find_watchlists().values(), 5), ids=lambda one: one.id
)


def try_out(workspace: Workspace, list_id: str, folder: Path | None) -> tuple[Trial, ...]:
    return try_files(workspace, list_id, folder=folder, samples=SAMPLES, terms=TERMS)


@pytest.fixture
def folder(watchlist: Watchlist, tmp_path: Path) -> Path:
    """A copy of the sample of one list that a test may damage."""
    return Path(shutil.copytree(SAMPLES / watchlist.folder, tmp_path / "sample"))


@every_list
def test_the_sample_of_every_list_reads_as_known(
    watchlist: Watchlist, open_workspace: Open
) -> None:
    workspace = open_workspace()
    found = try_out(workspace, watchlist.id, SAMPLES)
    assert result_of(found) == "as known", "\n".join(format_trial_report(found))
    assert found[0].entries >= 2
    assert not workspace.lists.current()
    assert not list(workspace.snapshots.rglob("*"))


# Marks in the values, by format: in one third of them at a time, or a reader would stop at the
# first and report nothing of the rest.


def marked(path: Path, number: int) -> bytes:
    """The file with a mark in every third value, from that number on."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return _workbook(data, number, read_form(path).headings)
    if data.lstrip()[:1] in (b"{", b"["):
        return _json(data, number)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return _markup(data, number)
    return _table(data, number, read_form(path).headings)


def _some(number: int) -> Callable[[str], str]:
    at = iter(range(1_000_000))

    def mark(value: str) -> str:
        # Marks beside what is there, or in its place.
        if not value.strip() or next(at) % 3 != number:
            return value
        return f"{MARKER}a {MARKER}b" if number else f"{value} {MARKER}a"

    return mark


def _table(data: bytes, number: int, headings: Collection[str]) -> bytes:
    mark = _some(number)
    rows = csv.reader(io.StringIO(decoded(data), newline=""))
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [cell if " ".join(cell.split()) in headings else mark(cell) for cell in cells]
        for cells in rows
    )
    return out.getvalue().encode()


def decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _json(data: bytes, number: int) -> bytes:
    mark = _some(number)

    def walk(value: object) -> object:
        if isinstance(value, dict):
            return {key: walk(one) for key, one in value.items()}
        if isinstance(value, list):
            return [walk(one) for one in value]
        return mark(value) if isinstance(value, str) and "<" not in value else value

    texts = data.splitlines() if data[: data.find(b"\n")].rstrip().endswith(b"}") else [data]
    return b"\n".join(json.dumps(walk(json.loads(text))).encode() for text in texts) + b"\n"


def _markup(data: bytes, number: int) -> bytes:
    mark = _some(number)
    return re.sub(
        r"(?<=>)(?!\s*<)[^<>]+(?=</(?!th|dt|title|strong|h\d))",
        lambda found: mark(found[0]),
        data.decode(),
    ).encode()


def _workbook(data: bytes, number: int, headings: Collection[str]) -> bytes:
    mark = _some(number)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename in ("content.xml", "xl/sharedStrings.xml"):
                root = etree.fromstring(content)
                for one in root.iter("{*}p", "{*}t"):
                    if one.text and one.text not in headings:
                        one.text = mark(one.text)
                content = etree.tostring(root, xml_declaration=True, encoding="utf-8")
            target.writestr(member, content)
    return out.getvalue()


def everything(found: tuple[Trial, ...]) -> str:
    """All that is said of the trials, without the words of status that may be quoted."""
    said = "\n".join(format_trial_report(found)) + json.dumps(
        build_list_trial_document(found), default=str
    )
    for trial in found:
        for one in trial.unmapped:
            if one.quoted:
                for value, _ in one.values:
                    said = said.replace(value, "")
    return said


@every_list
@pytest.mark.parametrize(
    "number", [0, pytest.param(1, marks=pytest.mark.soak), pytest.param(2, marks=pytest.mark.soak)]
)
def test_no_value_of_any_record_is_quoted(
    watchlist: Watchlist, number: int, open_workspace: Open, folder: Path
) -> None:
    for path in folder.iterdir():
        path.write_bytes(marked(path, number))
    found = try_out(open_workspace(), watchlist.id, folder)
    said = everything(found)
    assert MARKER not in said, said
    assert MARKER.casefold() not in said.casefold()


@every_list
def test_a_row_of_data_is_never_taken_for_headings(
    watchlist: Watchlist, open_workspace: Open, folder: Path
) -> None:
    changed = False
    for path in folder.glob("*.[cC][sS][vV]"):
        headings = read_form(path).headings
        rows = _table(path.read_bytes(), 2, headings).decode().splitlines(keepends=True)
        header = [row for row in rows if headings and headings[0] in row and headings[-1] in row]
        rest = [row for row in rows if row not in header]
        path.write_text("".join(rest), encoding="utf-8", newline="")
        changed = True
    if not changed:
        pytest.skip("it has no table as text")
    said = everything(try_out(open_workspace(), watchlist.id, folder))
    assert MARKER not in said, said


WEST = "OLBSLicenceReport_West of England"


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def test_a_renamed_heading_is_paired_and_the_first_error_has_its_place(
    open_workspace: Open, samples: Path
) -> None:
    folder = samples / "operator-licences"
    change(folder, f"{WEST}.csv", "OperatorName", "NameOfOperator")
    found = try_out(open_workspace(), "operator-licences", folder)
    assert result_of(found) == "not readable"
    said = "\n".join(format_trial_report(found))
    assert "probably renamed: OperatorName is now NameOfOperator" in said
    assert f"{WEST}.csv: the header has no column OperatorName" in said


def test_new_headings_and_values_make_it_changed(open_workspace: Open, samples: Path) -> None:
    folder = samples / "ofac"
    for path in folder.glob("*.CSV"):
        path.unlink()
    change(folder, "SDN.XML", "<sdnType>Vessel<", "<sdnType>Hovercraft<")
    change(folder, "SDN.XML", "</uid>", "</uid><colour>green</colour>")
    found = try_out(open_workspace(), "ofac-sdn", folder)
    assert result_of(found) == "changed", "\n".join(format_trial_report(found))
    said = "\n".join(format_trial_report(found))
    assert "Hovercraft" in said
    assert "not read by any code: tag colour" in said
    assert "green" not in said
    assert "## Values that no table maps\n\n- none" not in said


@for_each(("names", "cut"), [(40, ""), (41, " and 1 more")])
def test_a_report_lists_forty_new_headings_and_counts_the_rest(
    open_workspace: Open, names: int, cut: str
) -> None:
    (trial,) = try_out(open_workspace(), "un", SAMPLES)
    new = tuple(f"h{place}" for place in range(names))
    heading = Headings(("made.csv",), gone=(), new=new, renamed=(), certain=True)
    said = list(format_trial_report([replace(trial, headings=(heading,), unmapped=())]))
    shown = ", ".join(new[:40])
    assert f"- made.csv: new, or not in the sample: {shown}{cut}" in said
    start = said.index("## Values that no table maps")
    assert said[start : start + 4] == ["## Values that no table maps", "", "- none", ""]


def test_the_version_in_use_and_the_expectation_are_compared(
    open_workspace: Open, home: Path
) -> None:
    workspace = open_workspace(home)
    (trial,) = try_out(workspace, "un", SAMPLES)
    assert trial.previous == workspace.lists.current()["un"].version
    said = "\n".join(format_trial_report([trial]))
    assert f"version in use: {trial.entries}" in said
    assert "(difference +0)" in said
    (real,) = try_files(workspace, "un", folder=SAMPLES, samples=SAMPLES)
    assert real.refused
    assert real.result == "not readable"
    assert "a refresh would refuse what they hold" in "\n".join(format_trial_report([real]))


def test_without_a_folder_the_files_that_were_refused_are_read(
    open_workspace: Open, home: Path, samples: Path
) -> None:
    workspace = open_workspace(home)
    folder = samples / "un"
    change(folder, "consolidated.xml", "REFERENCE_NUMBER>", "REFERENCE>")
    (ended,) = refresh(workspace, ["un"], folder=folder, terms=TERMS)
    assert ended.result == "failed"
    (trial,) = try_out(workspace, "un", None)
    assert trial.result == "not readable"
    assert "REFERENCE" in "\n".join(format_trial_report([trial]))


def test_what_is_not_there_is_said(open_workspace: Open, tmp_path: Path) -> None:
    workspace = open_workspace()
    with pytest.raises(NotFound, match=r"no file of un is kept"):
        try_out(workspace, "un", None)
    (tmp_path / "bring").mkdir()
    with pytest.raises(NotFound, match=r"no file of un is in .*bring") as raised:
        try_out(workspace, "un", tmp_path / "bring")
    assert "consolidated.xml" in str(raised.value.hint)


def test_a_fault_of_a_reader_names_its_place_and_no_value(
    open_workspace: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    def broken(files: object) -> Iterator[object]:
        yield from {}["Oddny Pilchard"]

    un = replace(registry.get_watchlist("un"), parse=broken)  # type: ignore[arg-type]
    monkeypatch.setattr(registry, "find_watchlists", lambda: {"un": un})
    (trial,) = try_out(open_workspace(), "un", SAMPLES)
    assert trial.error == f"cannot be read: KeyError: '{WITHHELD}'"
    assert trial.at.startswith("test_trials.py:")


@for_each(
    ("message", "kept"),
    [
        ("a.csv: row 1204: Status is empty", "a.csv: row 1204: Status is empty"),
        ("a.csv: row 3 has 'Oddny Pilchard'", f"a.csv: row 3 has '{WITHHELD}'"),
        ("a.csv: 1968-03-02 is not a date", f"a.csv: {WITHHELD}-03-02 is not a date"),
    ],
)
def test_only_the_programs_own_words_are_kept(message: str, kept: str) -> None:
    assert without_content(message, __name__, ["a.csv", "Status"]) == kept


def test_the_shape_of_a_value_says_nothing_of_it() -> None:
    assert mask_value_shape("Flat 12, Elm Row (née Ånås)") == "Aa 99, Aa Aa (a Aa)"
    assert mask_value_shape("31.12.1999") == "99.99.9999"
