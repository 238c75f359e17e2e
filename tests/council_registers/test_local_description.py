"""What a description may say; everything else is told with its key and the nearest right word."""

import pytest

from duediligence.council_registers import WrongDescription, read_description
from duediligence.errors import UsageError
from tests.rows import for_each

from .conftest import COLUMNS, TOP, Register


def wrong(register: Register, rest: str = COLUMNS, **options: str) -> str:
    with pytest.raises(WrongDescription) as caught:
        register.describe(rest, **options)
    assert "notices.toml" in caught.value.message
    assert caught.value.hint
    return "\n".join(caught.value.problems)


def test_a_description_is_read_whole(register: Register) -> None:
    found = register.describe(
        COLUMNS + 'source_url = { value = "https://example.org/a" }\n'
        'premises_address = ["Line 1", "Line 2"]\n'
        '[dates]\nformat = "%d.%m.%Y"\n[values.status]\n"In  Force" = "live"\n'
        '[defaults]\nsubject_type = "organisation"\n'
    )
    assert found.id == "notices"
    assert found.power == "planning"
    assert found.expected == (0, 100)
    assert found.source.file == register.folder / "notices.csv"
    assert found.columns["premises_address"].headings == ("Line 1", "Line 2")
    assert found.columns["source_url"].value == "https://example.org/a"
    assert found.values == {"status": {"in force": "live"}}
    assert found.dates.formats == ("%d.%m.%Y",)
    assert found.defaults == {"subject_type": "organisation"}


@for_each(
    ("line", "told"),
    [
        ('titel = "x"', "titel: unknown key; did you mean title?"),
        ('handling = "publik"', "handling is 'publik', not one of public, internal, restricted"),
        ('power = "plannning"', "Did you mean planning?"),
        ('id = "My Register"', "id is 'My Register'"),
        ('id = "../up"', "id is '../up'"),
        ('max_age_days = "30"', "max_age_days must be a whole number"),
        ("max_age_days = 0", "max_age_days must be between 1 and 3660"),
        ("expected = [5, 1]", "expected is [smallest, largest]"),
        ("expected = [1]", "expected must be two whole numbers: [1, 2000]"),
        ('title = " "', "title is blank"),
        ('homepage = "javascript:alert(1)"', "homepage is"),
        ('ignore = "Ward"', "ignore must be texts in brackets"),
    ],
)
def test_a_wrong_key_at_the_top_is_told(register: Register, line: str, told: str) -> None:
    key = line.split(" ")[0]
    top = "".join(f"{each}\n" for each in TOP.splitlines() if not each.startswith(f"{key} "))
    assert told in wrong(register, top=f"{top}{line}\n")


@for_each("key", [line.split(" ")[0] for line in TOP.splitlines()])
def test_nothing_that_is_needed_may_lack(register: Register, key: str) -> None:
    top = "".join(f"{each}\n" for each in TOP.splitlines() if not each.startswith(f"{key} "))
    told = wrong(register, top=top)
    assert f"has no {key}" in told or f"has no column, value or default for {key}" in told


@for_each(
    ("source", "told"),
    [
        ("", "exactly one of url, file and folder"),
        ('file = "a.csv"\nfolder = "b"\nfiles = "*"', "exactly one of url, file and folder"),
        ('fille = "a.csv"', "source.fille: unknown key; did you mean file?"),
        ('url = "http://example.org/a.csv"', "must be an address that starts with https://"),
        ('url = "https://u:p@example.org/a.csv"', "must be an address that starts with https://"),
        ('url = "https://example.org/register"', "source.format is needed"),
        ('file = "a.csv"\nformat = "xls"', "source.format is 'xls'"),
        ('file = "*.csv"', "source.file is one file"),
        ('folder = "pages"', "source.folder and source.files go together"),
        ('folder = "pages"\nfiles = "../*.html"', "without folders"),
        ('file = "a.html"\nnext = "a"', "source.next goes with url or folder"),
        ('folder = "p"\nfiles = "*"\nnext = "a["', "is not a CSS selector"),
        ('file = "a.html"\ntable = ":nonsense"', "is not a CSS selector"),
        ('file = "a.html"\ntable = 0', "tables are counted from 1"),
        ('file = "a.csv"\nformat = "csv"\ntable = 1', "source.table goes with format html"),
        ('file = "a.csv"\nformat = "csv"\nsheet = "A"', "source.sheet goes with format xlsx"),
        ('file = "a.csv"\nformat = "csv"\nrows = "x"', "source.rows goes with format html or json"),
    ],
)
def test_a_source_that_cannot_be_is_told(register: Register, source: str, told: str) -> None:
    assert told in wrong(register, source=source)


@for_each(
    ("rest", "told"),
    [
        ('[columns]\nsubject_nam = "Name"', "columns.subject_nam: unknown key; did you"),
        (COLUMNS + 'outcome = "Status"', "columns.status and columns.outcome both read 'Status'"),
        (COLUMNS + 'outcome = ["A", "a"]', "columns.outcome names a column twice"),
        (COLUMNS + 'postcode = ["A", "B"]', "columns.postcode reads one column only"),
        (COLUMNS + "postcode = 5", "columns.postcode must be a heading"),
        (COLUMNS + 'postcode = { column = "A" }', "columns.postcode must be a heading"),
        (COLUMNS + 'postcode = { link = "A" }', "a link is read for source_url only"),
        (COLUMNS + 'subject_type = { value = "firm" }', "columns.subject_type is 'firm'"),
        (COLUMNS + 'expires = { value = "soon" }', "columns.expires is 'soon'"),
        ('[columns]\nrecord_type = "T"', "neither subject_name nor premises_address"),
        ('[columns]\nsubject_name = "N"', "no column, value or default for record_type"),
        (COLUMNS + '[defaults]\nstatus = "alive"', "Did you mean live?"),
        (COLUMNS + '[defaults]\nrecord_ref = "1"', "defaults.record_ref: unknown key"),
        (COLUMNS + '[defaults]\nstate = "live"', "defaults.state: unknown key; did you"),
        (
            COLUMNS + 'subject_type = { value = "organisation" }\n[defaults]\n'
            'subject_type = "individual"',
            "both give a fixed value",
        ),
        (COLUMNS + '[values.status]\n"Open" = "opne"', "values.status: 'Open' is 'opne'"),
        (COLUMNS + '[values.status]\nA = "live"\na = "quashed"', "'a' appears twice"),
        (COLUMNS + '[values.handling]\nA = "public"', "no column is read for handling"),
        (COLUMNS + '[values.outcome]\nA = "b"', "values.outcome: unknown key"),
        (COLUMNS + '[dates]\nformat = "%d/%m"', "dates.format must name day, month and year"),
        (COLUMNS + '[dates]\nformat = "%d/%m/%Y"\nday_first = true', "say the same thing"),
        (COLUMNS + '[dates]\norder = "dmy"', "dates.order: unknown key"),
    ],
)
def test_columns_words_and_dates_that_cannot_be_are_told(
    register: Register, rest: str, told: str
) -> None:
    assert told in wrong(register, rest)


def test_all_faults_are_told_at_once(register: Register) -> None:
    told = wrong(register, '[columns]\nnmae = "A"\n[dates]\norder = 1', source='file = "a"\nx = 1')
    assert len(told.splitlines()) >= 4


def test_no_more_faults_are_told_than_a_person_reads(register: Register) -> None:
    columns = "".join(f'unknown_{n} = "A{n}"\n' for n in range(50))
    assert len(wrong(register, f"[columns]\n{columns}").splitlines()) == 20


def test_the_line_of_broken_toml_is_told(register: Register) -> None:
    assert "line 2" in wrong(register, top='id = "a"\ntitle = Notices\n')
    with pytest.raises(WrongDescription) as caught:
        register.describe(source='file = "C:\\registers\\a.csv"')
    assert "single ones" in str(caught.value.hint)


@for_each("content", [b"\xff\xfe\x00", b"a" * 1_000_001, b"a = " + b"[" * 5_000])
def test_a_file_that_is_no_description_is_refused(register: Register, content: bytes) -> None:
    path = register.write(content, "x.toml")
    with pytest.raises(UsageError, match=r"x\.toml"):
        read_description(path)


def test_a_file_that_is_not_there_is_told(register: Register) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        read_description(register.folder / "none.toml")


def test_a_mark_at_the_start_of_the_file_does_no_harm(register: Register) -> None:
    register.describe()
    register.path.write_bytes(b"\xef\xbb\xbf" + register.path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_description(register.path).id == "notices"
