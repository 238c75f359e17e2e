"""Rows of a register → entries with records; one row that cannot be read, and there are none."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from duediligence.council_registers import files_in, watchlist_of
from duediligence.council_registers.reading import read_register_entries
from duediligence.errors import UnreadableFile, UsageError
from duediligence.model import Address, Identifier, Name, PartialDate, Record
from tests.rows import for_each
from tests.whole_words import has_word

from .conftest import COLUMNS, TOP, Register

HEAD = "Ref,Name,Type,Served,Status\n"
ROW = "E/1,Bright Sands Ltd,notice,2026-03-01,live\n"
WIDE = """
[columns]
record_ref = "Ref"
power = "Team"
authority = "Council"
record_type = "Type"
subject_type = "Kind"
subject_name = "Name"
trading_name = "Trading as"
company_number = "Company"
charity_number = "Charity"
birth_month_year = "Born"
premises_address = ["Street", "Town"]
uprn = "UPRN"
act_section = "Act"
event = "What"
event_date = "Done"
decision_date = "Served"
known_date = "Known"
expires = "Ends"
status = "Status"
outcome = "Result"
penalty_gbp = "Fine"
crime_types = "Crimes"
handling = "Marking"
source_url = "Page"
source_date = "As of"
"""
WIDE_HEAD = (
    "Ref,Team,Council,Type,Kind,Name,Trading as,Company,Charity,Born,Street,Town,UPRN,Act,What,"
    "Done,Served,Known,Ends,Status,Result,Fine,Crimes,Marking,Page,As of\n"
)


def wide(**cells: str) -> str:
    """A row of the wide register."""
    sound = {"Ref": "1", "Type": "notice", "Name": "A Ltd", "Marking": "public"}
    names = WIDE_HEAD.strip().split(",")
    row = {
        **dict.fromkeys(names, ""),
        **sound,
        **{k.replace("_", " "): v for k, v in cells.items()},
    }
    return WIDE_HEAD + ",".join(f'"{row[name]}"' for name in names) + "\n"


def test_every_field_reaches_the_entry(register: Register) -> None:
    entry = register.entry(
        wide(
            Ref="TS/1",
            Team="Trading Standards",
            Council="St Orlan Council",
            Type="Conviction",
            Kind="Organisation",
            Name="Bright Sands Ltd",
            Trading_as="Sands; Bright Care",
            Company="99001001",
            Charity="9900001",
            Street="4 Dune Row",
            Town="Porthvellan ZY1 4DR",
            UPRN="990000000001",
            Act="Fraud Act 2006, section 2",
            What="Fees for nothing",
            Done="1 February 2026",
            Served="03/04/2026",
            Known="2026-04-05T00:00:00",
            Ends="2027-04-03",
            Status="Under appeal",
            Result="Fined",
            Fine="£1,250.50",
            Crimes="fraud_financial; Cyber",
            Page="https://example.org/1",
            As_of="24-Nov-2026",
        ),
        WIDE,
    )
    assert entry.id == "TS/1"
    assert entry.kind == "organisation"
    assert entry.names == (
        Name("Bright Sands Ltd"),
        Name("Sands", "trading"),
        Name("Bright Care", "trading"),
    )
    assert entry.identifiers == (
        Identifier("GB-COH", "99001001"),
        Identifier("GB-CHC", "9900001"),
        Identifier("uprn", "990000000001", "", "UPRN of the premises"),
    )
    assert entry.addresses == (Address("4 Dune Row, Porthvellan ZY1 4DR", "ZY1 4DR"),)
    assert entry.url == "https://example.org/1"
    assert entry.record == Record(
        type="conviction",
        power="trading_standards",
        authority="St Orlan Council",
        reference="TS/1",
        act_section="Fraud Act 2006, section 2",
        event="Fees for nothing",
        event_date=date(2026, 2, 1),
        decision_date=date(2026, 4, 3),
        known_date=date(2026, 4, 5),
        expires=date(2027, 4, 3),
        status="under_appeal",
        outcome="Fined",
        penalty_gbp=Decimal("1250.50"),
        crime_types=("fraud_financial", "cyber"),
        handling="public",
        source_date=date(2026, 11, 24),
    )


@for_each(
    ("cells", "told"),
    [
        ({"Type": ""}, "column 'Type' (record_type) is empty"),
        ({"Type": "telling-off"}, "column 'Type' (record_type) is 'telling-off', which"),
        ({"Status": "spent"}, "column 'Status' (status) is 'spent', which"),
        ({"Marking": ""}, "column 'Marking' (handling) is empty"),
        ({"Marking": "secret"}, "column 'Marking' (handling) is 'secret', which"),
        ({"Kind": "robot"}, "column 'Kind' (subject_type) is 'robot', which"),
        ({"Team": "parking"}, "column 'Team' (power) is 'parking', which"),
        ({"Crimes": "cyber; arson"}, "column 'Crimes' (crime_types) is 'arson', which"),
        ({"Served": "soon"}, "column 'Served' (decision_date) is 'soon': not understood"),
        ({"Served": "31/02/2026"}, "there is no such day"),
        ({"Ends": "01/01/1066"}, "not a year between 1900 and 2100"),
        ({"Fine": "lots"}, "column 'Fine' (penalty_gbp) is 'lots': not understood"),
        ({"Company": "9.9E+07"}, "a spreadsheet has rounded it"),
        ({"Charity": "none of these"}, "not a charity number"),
        ({"Page": "javascript:alert(1)"}, "column 'Page' (source_url) is"),
        ({"Name": ""}, "column 'Name' (subject_name) is empty, and so is premises_address"),
        ({"Name": "x" * 501}, "holds 501 characters; the maximum is 500"),
        ({"Type": "conviction"}, "column 'Kind' (subject_type) is not given"),
        ({"Type": "prosecution_pending"}, "column 'Kind' (subject_type) is not given"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_place(
    register: Register, cells: dict[str, str], told: str
) -> None:
    (problem,) = register.problems(wide(**cells), WIDE)
    assert problem.startswith("notices.csv: row 2: ")
    assert told in problem


def test_a_birth_date_keeps_no_day_and_is_shown_in_no_error(register: Register) -> None:
    entry = register.entry(wide(Kind="Individual", Born="17/03/1968"), WIDE)
    assert entry.kind == "person"
    assert entry.birth_dates == (PartialDate(1968, 3),)
    (problem,) = register.problems(wide(Kind="Individual", Born="17/33/1968"), WIDE)
    assert not has_word(problem, "1968")


@for_each("kind", ["conviction", "caution", "prosecution pending"])
def test_offences_of_individuals_are_left_out_and_counted(register: Register, kind: str) -> None:
    found, files = register.look(wide(Kind="individual", Type=kind, Name="Jory Quill"), WIDE)
    assert found.entries == found.problems == ()
    assert any(line.startswith("left out: ") for line in files.drift.lines())
    assert "Quill" not in str(files.drift.lines())


def test_a_notice_to_an_individual_is_kept(register: Register) -> None:
    assert register.entry(wide(Kind="individual", Name="Jory Quill"), WIDE).kind == "person"


@for_each(
    ("registers", "row", "kind", "held"),
    [
        ("public", "public", "notice", "public"),
        ("public", "internal", "notice", "internal"),
        ("internal", "public", "notice", "internal"),
        ("restricted", "public", "notice", "restricted"),
        ("public", "public", "prosecution_pending", "restricted"),
    ],
)
def test_the_stricter_handling_holds(
    register: Register, registers: str, row: str, kind: str, held: str
) -> None:
    top = TOP.replace('handling = "public"', f'handling = "{registers}"')
    entry = register.entry(wide(Type=kind, Kind="organisation", Marking=row), WIDE, top=top)
    assert entry.record
    assert entry.record.handling == held


def test_a_company_number_tells_an_organisation(register: Register) -> None:
    assert register.entry(wide(Company="99001001", Type="conviction"), WIDE).kind == "organisation"
    assert register.entry(wide(), WIDE).kind == "unknown"
    # A number that is none tells nothing, and is told.
    found, files = register.look(wide(Company="see file"), WIDE)
    assert found.entries[0].kind == "unknown"
    assert "unmapped company_number: see file (1)" in files.drift.lines()


def test_a_record_without_a_name_is_known_by_its_premises(register: Register) -> None:
    entry = register.entry(wide(Name="n/a", Street="Slate Yard", Town="ZY9 1SY"), WIDE)
    assert entry.name == "Premises at Slate Yard, ZY9 1SY"
    assert entry.addresses[0].postcode == "ZY9 1SY"


def test_formulas_are_data(register: Register) -> None:
    assert register.entry(wide(Name="=cmd|calc!A0"), WIDE).name == "=cmd|calc!A0"


def test_the_words_of_the_register_are_mapped(register: Register) -> None:
    rest = COLUMNS + '[values.record_type]\n"Breach of Condition" = "notice"\n'
    entry = register.entry(HEAD + "E/1,A Ltd,breach of  condition,,\n", rest)
    assert entry.record
    assert entry.record.type == "notice"
    # The register's own word stands for what happened, where no column tells that.
    assert entry.record.event == "breach of condition"
    assert entry.record.status == "unstated"


def test_a_default_stands_for_an_empty_cell_alone(register: Register) -> None:
    rest = COLUMNS + '[defaults]\nstatus = "live"\n'
    found = register.examine(HEAD + "1,A,notice,,\n2,B,notice,,quashed\n", rest)
    assert [e.record.status for e in found.entries if e.record] == ["live", "quashed"]


@for_each(
    ("dates", "text", "read_as"),
    [
        ("", "03/04/2026", date(2026, 4, 3)),
        ("day_first = false", "03/04/2026", date(2026, 3, 4)),
        ('format = "%d%m%y"', "030426", date(2026, 4, 3)),
        ('format = "%d%m%y"', "2026-04-03", date(2026, 4, 3)),
        ("", "3rd April 2026", date(2026, 4, 3)),
        ("", "03.04.2026 10:15", date(2026, 4, 3)),
    ],
)
def test_dates_are_read_as_told(register: Register, dates: str, text: str, read_as: date) -> None:
    entry = register.entry(f"{HEAD}1,A,notice,{text},\n", f"{COLUMNS}[dates]\n{dates}\n")
    assert entry.record
    assert entry.record.decision_date == read_as


def test_ids_do_not_depend_on_the_order_of_rows_or_on_how_a_record_stands(
    register: Register,
) -> None:
    rest = COLUMNS.replace('record_ref = "Ref"\n', "")
    first, files = register.look(HEAD + ",A,notice,,live\n,B,notice,,live\n", rest)
    second = register.examine(HEAD + ",B,notice,,live\n,A,notice,,complied\n", rest)
    assert {e.id for e in first.entries} == {e.id for e in second.entries}
    assert all(e.id.startswith("made-") for e in first.entries)
    assert "no reference: id made from the content (2)" in files.drift.lines()


def test_one_reference_of_two_records_is_told_and_both_are_kept(register: Register) -> None:
    found, files = register.look(HEAD + "E/1,A,notice,,\nE/1,B,notice,,\nE/2,C,notice,,\n")
    ids = [entry.id for entry in found.entries]
    assert len(set(ids)) == 3
    assert ids[2] == "E/2"
    assert "reference of several records: E/1 (2)" in files.drift.lines()


def test_a_row_that_repeats_another_is_read_once_and_told(register: Register) -> None:
    found, files = register.look(HEAD + ROW + ROW)
    assert len(found.entries) == 1
    assert "left out: row that repeats another (1)" in files.drift.lines()


def test_columns_that_nobody_reads_are_told_unless_ignored(register: Register) -> None:
    text = "Ref,Name,Type,Served,Status,Ward,Officer,\nE/1,A,notice,,,W,O,stray\n"
    _, files = register.look(text, top=f'{TOP}ignore = ["ward"]\n')
    assert files.drift.lines() == (
        "unread column: Officer (1)",
        "unread column: number 8, without a heading (1)",
    )


def test_a_column_that_is_not_there_is_told_with_the_nearest(register: Register) -> None:
    (problem,) = register.problems("Ref,Names,Type,Served,Status\n1,A,notice,,\n")
    assert "columns.subject_name: unknown column 'Name'; did you mean 'Names'?" in problem
    assert "notices.toml" in problem


def test_two_columns_of_one_heading_are_told(register: Register) -> None:
    (problem,) = register.problems("Ref,Name,Name,Type,Served,Status\n1,A,B,notice,,\n")
    assert "two columns are headed 'Name'" in problem


@for_each("row", ["E/2,B Ltd", "E/2,B,Ltd,notice,,live", "E/2,B\0,notice,,"])
def test_a_row_out_of_shape_is_never_taken(register: Register, row: str) -> None:
    (problem,) = register.problems(f"{HEAD}{ROW}{row}\n")
    assert problem.startswith("notices.csv: row 3: ")


def test_all_problems_are_reported(register: Register) -> None:
    rows = "".join(f"{n},A,?,soon {n},?\n" for n in range(3))
    told = [str(problem) for problem in register.examine(HEAD + rows).problems]
    assert len(told) == 5
    # One word in every row hides no other.
    assert "is '?', which is not in the description (and in 2 more rows)" in told[0]
    assert "row 4: column 'Served' (decision_date) is 'soon 2'" in told[-1]
    many = "".join(f"{n},A,?,soon {n},?\n" for n in range(30))
    assert len(register.examine(HEAD + many).problems) == 32


def test_a_watchlist_gives_nothing_of_a_register_with_one_bad_row(register: Register) -> None:
    register.write(HEAD + ROW + "E/2,B,notice,soon,\n")
    description = register.describe()
    entries = watchlist_of(description).parse(files_in(description))
    with pytest.raises(UnreadableFile, match=r"row 3: column 'Served'") as caught:
        next(entries)
    assert "test register description" in str(caught.value.hint)


def test_what_a_list_of_it_says(register: Register) -> None:
    register.write(HEAD + ROW)
    description = register.describe(COLUMNS + 'postcode = "PC"\n')
    made = watchlist_of(description)
    assert made.id == "notices"
    assert made.location == register.folder
    assert made.feeds[0].filename == "notices.csv"
    assert not made.feeds[0].url
    assert made.powers == ("planning",)
    assert made.premises
    assert not made.optional
    assert made.max_age.days == 30
    assert list(watchlist_of(register.describe()).parse(files_in(description)))
    assert not watchlist_of(register.describe()).premises


def test_an_address_is_fetched_as_robots_allow(register: Register) -> None:
    source = 'url = "https://example.org/a"\nformat = "html"\nnext = "a.next"'
    (feed,) = watchlist_of(register.describe(source=source)).feeds
    assert feed.robots
    assert feed.filename == "notices-{page}.html"
    assert feed.next_page
    (feed,) = watchlist_of(register.describe(source='url = "https://example.org/a.csv"')).feeds
    assert feed.filename == "notices.csv"
    assert feed.next_page is None


def test_an_empty_register_is_no_error_where_that_is_expected(register: Register) -> None:
    assert register.examine(HEAD).problems == ()


@for_each(
    ("text", "told"),
    [
        ("", "is empty"),
        ("<html><body>Down for maintenance</body></html>", "is a web page, not delimited text"),
        ('[{"Ref": 1}]', "is JSON, not delimited text"),
        ('Ref,Name\n1,"A', "unexpected end of data"),
        ("%PDF-1.7", "is a PDF"),
    ],
)
def test_another_kind_of_file_is_refused(register: Register, text: str, told: str) -> None:
    source = 'file = "notices.csv"\nformat = "csv"'
    assert told in register.problems(text, source=source)[0]


def test_json_is_read_by_its_path_or_as_the_only_list(register: Register) -> None:
    rest = COLUMNS.replace('"Name"', '"who.name"')
    item = '{"Ref": "1", "who": {"name": "A"}, "Type": "notice", "Served": null, "Status": "live"}'
    for text, path in (
        (f"[{item}]", ""),
        (f'{{"data": {{"items": [{item}]}}}}', ""),
        (f'{{"x": [{item}], "y": [{item}]}}', 'rows = "y"'),
    ):
        source = f'file = "n.json"\n{path}'
        assert register.entry(text, rest, name="n.json", source=source).name == "A"


@for_each(
    ("text", "path", "told"),
    [
        ('{"x": [{"a": 1}], "y": [{"a": 1}]}', "", "2 lists of records"),
        ('{"x": 1}', "", "0 lists of records"),
        ('{"x": 1}', 'rows = "x.y"', "has no 'y'"),
        ('{"x": [1]}', 'rows = "x"', "not a list of objects"),
        ("[" * 100_000, "", "is not JSON"),
        ('[{"a": [{"b": 1}]}]', "", "a holds a list that is not a list of texts"),
        ("[" + '{"a":' * 9 + "1" + "}" * 9 + "]", "", "deep"),
    ],
)
def test_json_that_cannot_be_is_told(register: Register, text: str, path: str, told: str) -> None:
    source = f'file = "n.json"\n{path}'
    assert told in register.problems(text, name="n.json", source=source)[0]


def test_a_workbook_is_read_by_its_sheet(register: Register, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "n.xlsx")) as workbook:
        workbook.add_worksheet("Notes").write_row(0, 0, ["nothing here"])
        sheet = workbook.add_worksheet("Served")
        sheet.write_row(0, 0, ["Planning notices"])
        sheet.write_row(2, 0, ["Ref", "Name", "Type", "Served", "Status"])
        sheet.write_row(3, 0, ["E/1", "A Ltd", "notice", "", "live"])
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(3, 3, date(2026, 3, 1), day)
    content = (tmp_path / "n.xlsx").read_bytes()
    source = 'file = "n.xlsx"\nsheet = "Served"'
    entry = register.entry(content, name="n.xlsx", source=source)
    assert entry.record
    assert entry.record.decision_date == date(2026, 3, 1)
    assert (
        "no sheet"
        in register.problems(content, name="n.xlsx", source=source.replace("Served", "Other"))[0]
    )
    assert "damaged" in register.problems(content[:900], name="n.xlsx", source=source)[0]


def test_the_files_are_those_of_the_folder_named(register: Register, tmp_path: Path) -> None:
    description = register.describe()
    with pytest.raises(UsageError, match=r"has no file notices\.csv"):
        files_in(description)
    other = tmp_path / "other"
    other.mkdir()
    (other / "NOTICES.CSV").write_text(HEAD + ROW)
    assert len(list(read_register_entries(description, files_in(description, other)))) == 1
    online = register.describe(source='url = "https://example.org/a.csv"')
    with pytest.raises(UsageError, match=r"the register is at https://example\.org/a\.csv"):
        files_in(online)
