"""Exports of findings: the same rows as CSV, workbook, JSON Lines and FollowTheMoney."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from duediligence.model import Finding
from duediligence.render.exports import Exported, build_export_entities, write_ftm, write_jsonl
from duediligence.render.flags import COLUMNS as FLAG_COLUMNS
from duediligence.render.flags import EXPORT_COLUMNS as COLUMNS
from duediligence.render.flags import format_flag_rows, write_csv
from duediligence.render.flags_xlsx import Sheets, save_flags_workbook
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DECIDED = {
    "status": "same",
    "decided_by": "ada",
    "decided_at": NOW,
    "reason": "NUMBER-SAME",
    "last_seen": NOW,
    "change": "unchanged",
}
# Of https://followthemoney.tech/explorer/schemata/ : what we use, with what it inherits.
_THING = {"name", "topics", "sourceUrl", "notes", "summary"}
_LEGAL = _THING | {"registrationNumber"}
_INTERVAL = {"summary", "recordId", "sourceUrl"}
_INTEREST = _INTERVAL | {"role", "status"}
SCHEMATA: dict[str, set[str]] = {
    "LegalEntity": _LEGAL,
    "Person": _LEGAL,
    "Organization": _LEGAL,
    "Company": _LEGAL,
    "Vessel": _THING | {"registrationNumber"},
    "Airplane": _THING | {"registrationNumber"},
    "Sanction": _INTERVAL | {"entity", "program", "provisions", "status"},
    "UnknownLink": _INTEREST | {"subject", "object"},
    "Directorship": _INTEREST | {"director", "organization"},
}
POINTERS = {
    ("Sanction", "entity"): {"Person", "Organization", "Vessel", "Airplane", "LegalEntity"},
    ("UnknownLink", "subject"): {"Person", "Organization", "Company", "LegalEntity"},
    ("UnknownLink", "object"): set(SCHEMATA) - {"Sanction", "UnknownLink", "Directorship"},
    ("Directorship", "director"): {"Person", "LegalEntity"},
    ("Directorship", "organization"): {"Organization", "Company"},
}
# https://www.opensanctions.org/docs/topics/
TOPICS = {"sanction", "debarment", "corp.disqual", "reg.action"}


def valid(found: list[dict[str, Any]]) -> None:
    by_id = {one["id"]: one for one in found}
    assert len(by_id) == len(found)
    for one in found:
        assert set(one) == {"id", "schema", "properties"}
        for name, values in one["properties"].items():
            assert name in SCHEMATA[one["schema"]], (one["schema"], name)
            assert values
            assert len(set(values)) == len(values)
            assert all(isinstance(value, str) and value for value in values)
            allowed = POINTERS.get((one["schema"], name))
            for value in values if allowed else ():
                assert by_id[value]["schema"] in allowed
        assert set(one["properties"].get("topics", ())) <= TOPICS


def of_schema(found: list[dict[str, Any]], schema: str) -> list[dict[str, Any]]:
    return [one["properties"] for one in found if one["schema"] == schema]


def test_the_columns_are_those_of_the_flags_with_what_was_decided_after_the_status() -> None:
    added = ("decided_by", "decided_at", "reason", "last_seen", "change")
    at = COLUMNS.index("status") + 1
    assert COLUMNS[at : at + len(added)] == added
    assert (*COLUMNS[:at], *COLUMNS[at + len(added) :]) == FLAG_COLUMNS
    assert len(set(COLUMNS)) == len(COLUMNS)


def written(found: list[Exported], path: Path, *, bom: bool = False) -> None:
    write_csv(found, path, columns=COLUMNS, bom=bom)


@for_each("bom", [False, True])
def test_csv_holds_each_row_under_its_columns(
    make_finding: Callable[..., Finding], tmp_path: Path, bom: bool
) -> None:
    found = [Exported(finding=make_finding(), **DECIDED), Exported(finding=make_finding())]
    written(found, tmp_path / "flags.csv", bom=bom)
    data = (tmp_path / "flags.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") is bom
    assert data.count(b"\r\n") == 3
    first, second = csv.DictReader(data.decode("utf-8-sig").splitlines())
    assert tuple(first) == COLUMNS
    assert first["supplier_ref"] == "S-001"
    assert first["decided_at"] == "2026-11-24T09:30:00Z"
    assert (first["status"], second["status"]) == ("same", "")


@for_each("start", ["=", "+", "-", "@", "＝", " ="])
def test_no_cell_of_the_csv_is_run_as_a_formula(
    make_finding: Callable[..., Finding], tmp_path: Path, start: str
) -> None:
    bad = f"{start}HYPERLINK(1)"
    found = [Exported(finding=make_finding(why=bad), change=bad, decided_by=bad)]
    written(found, tmp_path / "flags.csv")
    with (tmp_path / "flags.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert {row["why"][0], row["change"][0], row["decided_by"][0]} == {"'"}


def test_the_workbook_has_the_same_cells_and_a_sheet_about_it(
    make_finding: Callable[..., Finding], tmp_path: Path
) -> None:
    found = [Exported(finding=make_finding(company_number="00012345"), **DECIDED)]
    path = tmp_path / "flags.xlsx"
    about = ("Export", [("Not checked", "2"), ("Rows", "1")], ())
    lines = format_flag_rows(found, COLUMNS)
    save_flags_workbook(path, Sheets(COLUMNS, len(found), lines, about, NOW))
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names == ["Flags", "Export"]
    header, line = book.get_sheet_by_name("Flags").to_python(skip_empty_area=False)
    assert header == list(COLUMNS)
    assert tuple(line) == next(format_flag_rows(found, COLUMNS))
    assert line[COLUMNS.index("company_number")] == "00012345"
    assert book.get_sheet_by_name("Export").to_python()[0][:2] == ["Not checked", "2"]


def test_json_lines_hold_one_finding_each_in_the_versioned_form(
    make_finding: Callable[..., Finding], tmp_path: Path
) -> None:
    found = [Exported(finding=make_finding(why="first\nsecond é"), **DECIDED)]
    write_jsonl([*found, *found], tmp_path / "flags.jsonl")
    lines = (tmp_path / "flags.jsonl").read_bytes().split(b"\n")
    assert len(lines) == 3
    document = json.loads(lines[0])
    assert document["version"] == 1
    data = document["data"]
    assert data["why"] == "first\nsecond é"
    assert data["score"] == 0.934
    assert (data["status"], data["decided_at"]) == ("same", "2026-11-24T09:30:00Z")
    assert set(COLUMNS) - {"match_strength"} <= set(data)


def test_a_possible_match_links_two_parties_and_merges_none(
    make_finding: Callable[..., Finding],
) -> None:
    one = Exported(
        finding=make_finding(
            subject_name="Perpetua Quillfeather", subject_role="director", person=True
        ),
        list_topic="sanctions",
        list_title="Moon Sanctions List",
        entry_kind="person",
        status="open",
    )
    found = build_export_entities([one, one])
    valid(found)
    (company,) = of_schema(found, "Company")
    assert company["registrationNumber"] == ["99000011"]
    assert [each["name"] for each in of_schema(found, "Person")] == [
        ["Perpetua Quillfeather"],
        ["ZANZIBAR SPROCKETS LIMITED"],
    ]
    (listing,) = of_schema(found, "Sanction")
    assert listing["program"] == ["Moon Sanctions List"]
    assert listing["provisions"] == ["Asset freeze", "Trust services sanctions"]
    (post,) = of_schema(found, "Directorship")
    assert post["role"] == ["director"]
    (link,) = of_schema(found, "UnknownLink")
    assert (link["role"], link["status"]) == (["possible match"], ["open"])


def test_a_fact_about_the_supplier_is_a_note_of_it(make_finding: Callable[..., Finding]) -> None:
    plain = make_finding(company_number="", entry_id="", list_id="", check_id="CH-FIL-02")
    numbered = make_finding(entry_id="", list_id="", check_id="CH-INS-02")
    found = build_export_entities([Exported(finding=plain), Exported(finding=numbered)])
    valid(found)
    (company,) = of_schema(found, "Company")
    assert [note.partition(" ")[0] for note in company["notes"]] == ["CH-FIL-02", "CH-INS-02"]


def test_what_is_about_no_supplier_is_no_entity(make_finding: Callable[..., Finding]) -> None:
    assert (
        build_export_entities([Exported(finding=make_finding(supplier_ref="", outcome="unknown"))])
        == []
    )


def test_entries_whose_id_is_withheld_are_not_taken_for_one(
    make_finding: Callable[..., Finding],
) -> None:
    found = build_export_entities(
        Exported(
            finding=make_finding(
                entry_id="withheld", entry_name=f"listed person {number}", about="supplier"
            )
        )
        for number in (1, 2)
    )
    valid(found)
    assert len(of_schema(found, "LegalEntity")) == 2


texts = st.text(max_size=12)


@given(
    st.lists(
        st.builds(
            lambda finding, **more: Exported(finding=Finding(**finding), **more),
            st.fixed_dictionaries(
                {
                    "run_id": st.just("r"),
                    "supplier_ref": st.sampled_from(["", "S1", "S2", "\ud800"]),
                    "supplier_name": texts,
                    "company_number": st.sampled_from(["", "99000011"]),
                    "check_id": st.just("X-01"),
                    "check_title": texts,
                    "topic": st.just("sanctions"),
                    "outcome": st.sampled_from(["review", "unknown"]),
                    "severity": st.just("low"),
                    "subject_name": texts,
                    "subject_role": st.sampled_from(
                        ["supplier", "supplier (trading name)", "director", "owner", ""]
                    ),
                    "list_id": st.sampled_from(["", "un"]),
                    "entry_id": st.sampled_from(["", "1", "2", "withheld"]),
                    "entry_name": texts,
                    "why": texts,
                    "measures": st.lists(texts, max_size=2).map(tuple),
                    "person": st.booleans(),
                }
            ),
            list_topic=st.sampled_from(["", "sanctions", "debarment", "register", "enforcement"]),
            entry_kind=st.just("unknown"),
            status=texts,
        ),
        max_size=6,
    )
)
def test_any_findings_make_sound_entities(tmp_path_factory: Any, found: list[Exported]) -> None:
    path = tmp_path_factory.mktemp("ftm") / "flags.ftm.json"
    write_ftm(found, path)
    valid([json.loads(line) for line in path.read_text(encoding="ascii").splitlines()])
