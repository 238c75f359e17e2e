"""The local register: found by number and name, swapped whole, unharmed by a load that fails."""

import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from duediligence.contracts import Drift
from duediligence.errors import ExpectationFailed, StorageError, UnreadableFile
from duediligence.model import (
    Address,
    AnnualReturn,
    Charity,
    CharityEvent,
    CharityFigures,
    CharityPart,
    CharityRow,
    Company,
    CompanyRow,
    DriftItem,
    Exemption,
    FormerName,
    Identifier,
    Owner,
    OwnerRow,
    PartialDate,
    RegisterFile,
    Statement,
)
from duediligence.store.register.local_register import Incoming, RegisterStore
from tests.rows import for_each

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUILLMERE = CompanyRow(
    number="99000001",
    name="QUILLMERE CARE LIMITED",
    status="active",
    status_detail="",
    type="ltd",
    subtype=None,
    created_on="2016-02-29",
    ceased_on=None,
    address="SUITE 3, 71-75 QUILLEN STREET, FENWICK",
    postcode="QQ1 1QQ",
    country="ENGLAND",
    sic_codes="88100 70229",
    former_names="ORRINGTON HELP LTD\nTARNWICK AID LIMITED",
    former_until="2019-07-15\n",
    accounts_type="small",
    accounts_made_up_to="2025-03-31",
    accounts_due_on="2026-10-31",
    confirmation_due_on="2026-11-14",
    charges=0,
)


def company(number: int, name: str, **fields: Any) -> CompanyRow:
    return QUILLMERE._replace(
        number=f"{number:08}", name=name, former_names="", former_until="", **fields
    )


OTHERS = [
    company(99000002, "QUILLMERE CATERING LTD", postcode="ZZ9 9ZZ"),
    company(99000003, "BERRY COURT FARM & SONS LIMITED", postcode="ZZ9 9ZZ"),
    company(99000004, "A.B.C. O'TARN SERVICES LIMITED", postcode="ZZ9 9ZZ"),
    company(99000005, "CARE SERVICES LIMITED", address="71-75 Quillen St, Fenwick"),
    company(99000006, "ÉLAN TÂRN CYF", address="77 QUILLEN STREET"),
]


def incoming(at: datetime = NOW, **fields: Any) -> Incoming:
    file = RegisterFile("BasicCompanyData-2026-11-01.zip", "0" * 64)
    given = {"files": (file,), "published": date(2026, 11, 1), "at": at, "drift": Drift()}
    return Incoming(**{**given, **fields})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "register.db"


@pytest.fixture
def store(path: Path) -> Iterator[RegisterStore]:
    with closing(RegisterStore(path)) as store:
        yield store


@pytest.fixture
def loaded(store: RegisterStore) -> RegisterStore:
    store.load_companies([QUILLMERE, *OTHERS], incoming())
    return store


def files(path: Path) -> set[str]:
    folder = path.parent / "register"
    return {file.name for file in folder.iterdir()} if folder.exists() else set()


def found(store: RegisterStore, name: str, postcode: str = "") -> list[str]:
    return [hit.identifier.id for hit in store.search(name, postcode)]


def test_a_company_is_found_as_it_was_loaded(loaded: RegisterStore) -> None:
    assert loaded.company("99000001") == Company(
        number="99000001",
        name="QUILLMERE CARE LIMITED",
        status="active",
        type="ltd",
        status_detail="",
        jurisdiction="england-wales",
        created_on=date(2016, 2, 29),
        address=Address("SUITE 3, 71-75 QUILLEN STREET, FENWICK", "QQ1 1QQ", "ENGLAND"),
        sic_codes=("88100", "70229"),
        former_names=(
            FormerName("ORRINGTON HELP LTD", until=date(2019, 7, 15)),
            FormerName("TARNWICK AID LIMITED"),
        ),
        accounts_type="small",
        accounts_made_up_to=date(2025, 3, 31),
        accounts_due_on=date(2026, 10, 31),
        accounts_overdue=True,
        confirmation_due_on=date(2026, 11, 14),
        confirmation_overdue=False,
        has_charges=False,
    )


def test_without_the_day_of_the_snapshot_nothing_is_called_overdue_or_on_time(
    store: RegisterStore,
) -> None:
    store.load_companies([QUILLMERE], incoming(published=None))
    one = store.company("99000001")
    assert one is not None
    assert one.accounts_overdue is None


def test_nothing_loaded_is_told_from_nothing_found(store: RegisterStore) -> None:
    assert store.versions() == {}
    assert store.company("99000001") is None
    assert store.owners("99000001") is None
    assert store.statements("99000001") is None
    assert store.psc_exempt("99000001") is None
    assert store.same_address(Address("1 Tarn Row", "QQ1 1QQ")) is None
    assert store.search("Quillmere") == []


@pytest.mark.parametrize("number", ["99000001", " 9900 0001 "])
def test_numbers_are_found_however_written(loaded: RegisterStore, number: str) -> None:
    assert loaded.company(number)


def test_odd_numbers_are_found(store: RegisterStore) -> None:
    rows = [QUILLMERE._replace(number=n) for n in ("IP99067R", "RS9931EN", "00990001", "SC099001")]
    store.load_companies(rows, incoming())
    for asked in ("ip99067r", "RS9931EN", "990001", "SC99001"):
        assert store.company(asked), asked


@for_each(
    ("name", "number"),
    [
        ("Quillmere Care Ltd", "99000001"),
        ("Qillmere Care", "99000001"),  # a letter lost
        ("Quill Mere Care", "99000001"),  # split
        ("quillmerecare", "99000001"),  # joined
        ("Orrington Help", "99000001"),  # a former name
        ("Tarnwick Aid Ltd", "99000001"),
        ("Berry Court Farm and Sons", "99000003"),
        ("ABC OTarn Services", "99000004"),
        ("Care Services", "99000005"),
        ("Elan Tarn", "99000006"),
    ],
)
def test_a_name_finds_its_company_first(loaded: RegisterStore, name: str, number: str) -> None:
    assert found(loaded, name)[0] == number


def test_the_postcode_finds_what_the_name_does_not(loaded: RegisterStore) -> None:
    assert "99000003" not in found(loaded, "Wholly Otherwise Known")
    assert "99000003" in found(loaded, "Wholly Otherwise Known", "zz99zz")


def test_the_postcode_settles_between_namesakes(store: RegisterStore) -> None:
    twins = [
        company(99000011 + n, "TARN HOLDINGS LIMITED", postcode=f"QQ{n} 1QQ") for n in range(1, 6)
    ]
    store.load_companies(twins, incoming())
    assert found(store, "Tarn Holdings", "QQ4 1QQ")[0] == "99000015"


@for_each("name", ["", " ", '"', "()", "AND", "NOT NEAR", "x" * 5_000, "\0", "%", "é"])
def test_no_name_is_taken_for_a_query(loaded: RegisterStore, name: str) -> None:
    loaded.search(name, name)


def test_a_hit_says_what_is_needed_to_compare(loaded: RegisterStore) -> None:
    hit = loaded.search("Quillmere Care Limited")[0]
    assert hit.identifier == Identifier("GB-COH", "99000001")
    assert hit.former_names == ("ORRINGTON HELP LTD", "TARNWICK AID LIMITED")
    assert (hit.postcode, hit.status, hit.kind) == ("QQ1 1QQ", "active", "company")


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("71-75 Quillen Street, Fenwick", 2),
        ("Unit 12, 71 - 75 QUILLEN STREET", 2),
        ("c/o Dole 9 Ltd, 71-75 Quillen Street", 2),
        ("77 Quillen Street", 1),
        ("Quillen House", 0),
    ],
)
def test_companies_in_one_building_are_counted(
    loaded: RegisterStore, address: str, count: int
) -> None:
    assert loaded.same_address(Address(address, "qq11qq")) == count


def test_an_address_without_a_postcode_cannot_be_counted(loaded: RegisterStore) -> None:
    assert loaded.same_address(Address("71-75 Quillen Street")) is None


def test_owners_statements_and_exemptions(store: RegisterStore) -> None:
    owner = Owner(
        kind="individual-person-with-significant-control",
        name="Ms Orla Tarnwick",
        birth_date=PartialDate(1977, 2),
        natures=("significant-influence-or-control",),
        notified_on=date(2020, 1, 1),
    )
    statement = Statement("psc-details-not-confirmed", date(2020, 1, 1))
    rows = [
        OwnerRow("99000001", owner),
        OwnerRow("99000002", Owner(kind="super-secure-person-with-significant-control")),
        OwnerRow("99000001", statement),
        OwnerRow("99000003", Exemption("x", date(2016, 1, 1), date(2026, 11, 1))),
        OwnerRow("99000004", Exemption("x", date(2016, 1, 1))),
    ]
    assert store.load_owners(rows, incoming()).rows == 5
    assert store.owners("99000001") == (owner,)
    assert store.statements("99000001") == (statement,)
    assert store.owners("99000009") == ()
    assert [store.psc_exempt(f"9900000{n}") for n in (1, 3, 4)] == [False, False, True]


def test_a_charity_is_one_record_out_of_its_parts(store: RegisterStore) -> None:
    own = Charity(
        identifier=Identifier("GB-CHC", "9900011"),
        name="Quillmere Almshouse Trust",
        status="removed",
        company_number="99000001",
        removed_on=date(2025, 6, 30),
    )
    removal = CharityEvent("Removed", date(2025, 6, 30), "CEASED TO EXIST")
    late = AnnualReturn(date(2024, 3, 31), date(2025, 1, 31), accounts_qualified=True)
    part_b = CharityFigures(year_end=date(2024, 3, 31), reserves=-1_200)
    rows = [
        CharityRow("1", own),
        CharityRow("2", replace(own, identifier=Identifier("GB-CHC", "9900012"), removed_on=None)),
        CharityPart("1", "other_names", "Quillaid"),
        CharityPart("1", "trustees", "Orla Tarnwick"),
        CharityPart("1", "events", removal),
        CharityPart("1", "returns", late),
        CharityPart("1", "figures", part_b),
        CharityPart("1", "inquiry", "Inquiry report"),
    ]
    store.load_charities("charities-england-wales", rows, incoming())
    assert store.charity(own.identifier) == replace(
        own,
        other_names=("Quillaid",),
        trustees=("Orla Tarnwick",),
        events=(removal,),
        returns=(late,),
        figures=(part_b,),
        inquiry="Inquiry report",
        removal_reason="CEASED TO EXIST",
    )
    by_company = store.charity_of_company("99000001")
    assert by_company is not None
    assert by_company.identifier.id == "9900012"  # the one still on the register
    assert by_company.trustees == ()
    assert store.charity_of_company("") is None
    assert store.search("Quillaid")[0].kind == "charity"


def test_parts_that_were_not_loaded_stay_unknown(store: RegisterStore) -> None:
    own = Charity(identifier=Identifier("GB-SC", "SC099001"), name="Tarn Hall", status="registered")
    store.load_charities("charities-scotland", [CharityRow("SC099001", own)], incoming())
    assert store.charity(own.identifier) == own
    assert own.trustees is None


def test_a_load_replaces_the_one_before_and_its_file(loaded: RegisterStore, path: Path) -> None:
    before = files(path)
    version = loaded.load_companies([QUILLMERE, *OTHERS[1:], *OTHERS[:1]], incoming())
    assert loaded.versions() == {"companies-house": version}
    assert len(files(path)) == 1
    assert files(path) != before


def failing(error: BaseException) -> Iterator[CompanyRow]:
    yield QUILLMERE
    raise error


@pytest.mark.parametrize("error", [UnreadableFile("cut off"), KeyboardInterrupt(), MemoryError()])
def test_a_load_that_fails_leaves_the_one_before(
    loaded: RegisterStore, path: Path, error: BaseException
) -> None:
    before, versions = files(path), loaded.versions()
    with pytest.raises(type(error)):
        loaded.load_companies(failing(error), incoming())
    assert (files(path), loaded.versions()) == (before, versions)
    assert loaded.company("99000002")


def test_far_fewer_rows_are_refused_unless_accepted(loaded: RegisterStore) -> None:
    with pytest.raises(ExpectationFailed, match="5 rows where 6 were loaded before"):
        loaded.load_companies(OTHERS, incoming())
    assert loaded.company("99000001")
    loaded.load_companies(OTHERS, incoming(max_drop=1.0))
    assert loaded.company("99000001") is None


def test_an_empty_file_is_refused(loaded: RegisterStore) -> None:
    with pytest.raises(ExpectationFailed, match="holds nothing"):
        loaded.load_companies([], incoming(max_drop=1.0))


def test_a_number_on_two_rows_is_refused(loaded: RegisterStore) -> None:
    with pytest.raises(ExpectationFailed, match="99000001 is on two rows"):
        loaded.load_companies([QUILLMERE, *OTHERS, QUILLMERE], incoming())


def test_a_reader_goes_on_with_what_it_opened(loaded: RegisterStore, path: Path) -> None:
    with closing(RegisterStore(path)) as reader:
        assert reader.company("99000001")
        loaded.load_companies(OTHERS, incoming(max_drop=1.0))
        assert reader.company("99000001")
        assert reader.search("Quillmere Care")[0].identifier.id == "99000001"
    with closing(RegisterStore(path)) as reader:
        assert reader.company("99000001") is None


def test_readers_read_while_a_load_runs(loaded: RegisterStore, path: Path) -> None:
    def slow() -> Iterator[CompanyRow]:
        yield QUILLMERE
        with closing(RegisterStore(path)) as reader:
            assert reader.company("99000006")
            assert reader.versions()["companies-house"].rows == 6
        yield from OTHERS

    loaded.load_companies(slow(), incoming())


def test_two_loads_never_run_at_once(
    loaded: RegisterStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("duediligence.store.database.PATIENCE_SECONDS", 0.05)

    def nested() -> Iterator[CompanyRow]:
        with closing(RegisterStore(path)) as second:
            with pytest.raises(StorageError) as refused:
                second.load_companies([QUILLMERE], incoming(max_drop=1.0))
            assert "Another process is writing" in refused.value.hint
        yield from [QUILLMERE, *OTHERS]

    loaded.load_companies(nested(), incoming())


def test_a_load_killed_half_way_leaves_the_one_before(loaded: RegisterStore, path: Path) -> None:
    before = files(path)
    script = f"""
        import time
        from pathlib import Path
        from duediligence.contracts import Drift
        from duediligence.store.register.local_register import Incoming, RegisterStore
        from datetime import UTC, datetime
        from duediligence.model import CompanyRow

        def rows():
            for n in range(2_000):
                yield CompanyRow(*{tuple(QUILLMERE)!r})._replace(number=str(99100000 + n))
            print("half-way", flush=True)
            time.sleep(60)

        RegisterStore(Path({str(path)!r})).load_companies(rows(), Incoming(
            files=(), published=None, at=datetime.now(UTC), drift=Drift()))
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"half-way"
        child.kill()
    assert len(files(path) - before) == 1
    with closing(RegisterStore(path)) as reader:
        assert reader.company("99000001")
    loaded.load_companies([QUILLMERE, *OTHERS], incoming())
    assert len(files(path)) == 1


def test_a_file_that_is_gone_or_damaged_is_a_plain_error(loaded: RegisterStore, path: Path) -> None:
    (file,) = (path.parent / "register").iterdir()
    file.write_bytes(b"not a database" * 100)
    with closing(RegisterStore(path)) as reader, pytest.raises(StorageError):
        reader.company("99000001")
    file.unlink()
    with closing(RegisterStore(path)) as reader, pytest.raises(StorageError):
        reader.company("99000001")


# What earlier versions wrote: all fields of a company in columns of a table.
OLD_LAYOUT = """
    CREATE TABLE companies (id INTEGER PRIMARY KEY, number TEXT NOT NULL, name TEXT NOT NULL,
        status TEXT NOT NULL, status_detail TEXT, type TEXT NOT NULL, subtype TEXT,
        created_on TEXT, ceased_on TEXT, address TEXT NOT NULL, postcode TEXT NOT NULL,
        country TEXT NOT NULL, sic_codes TEXT NOT NULL, former_names TEXT NOT NULL,
        former_until TEXT NOT NULL, accounts_type TEXT, accounts_made_up_to TEXT,
        accounts_due_on TEXT, confirmation_due_on TEXT, charges INTEGER) STRICT;
    CREATE VIRTUAL TABLE names USING fts5(words, content = '', columnsize = 0, detail = none,
        tokenize = 'unicode61 remove_diacritics 2');
    CREATE TABLE words (word TEXT PRIMARY KEY, entities INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
OLD_INDEXES = """
    INSERT INTO names (rowid, words)
        SELECT id, replace(replace(replace(name || char(10) || former_names,
                                           '''', ''), '’', ''), '.', '') FROM companies;
    CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, names, row);
    INSERT INTO words SELECT term, doc FROM temp.vocabulary;
    CREATE INDEX companies_name ON companies (name);
    CREATE INDEX companies_postcode ON companies (postcode);
    CREATE UNIQUE INDEX companies_number ON companies (number);
"""


def test_a_file_of_an_earlier_version_answers_as_before(loaded: RegisterStore, path: Path) -> None:
    def answers(store: RegisterStore) -> list[Any]:
        return [
            *(store.company(row.number) for row in [QUILLMERE, *OTHERS]),
            store.company("99000099"),
            store.same_address(Address("71-75 Quillen Street", "QQ1 1QQ", "")),
            *(store.search(row.name) for row in OTHERS),
            store.search("Tarnwick Aid"),
            store.search("Elan Tarn", "QQ1 1QQ"),
        ]

    (file,) = (path.parent / "register").iterdir()
    file.unlink()
    with closing(sqlite3.connect(file)) as old:
        old.executescript(OLD_LAYOUT)
        marks = ", ".join("?" * len(CompanyRow._fields))
        old.executemany(
            f"INSERT INTO companies VALUES (NULL, {marks})",
            [QUILLMERE, *OTHERS],
        )
        old.executescript(OLD_INDEXES)
    before = answers(loaded)
    loaded.load_companies([QUILLMERE, *OTHERS], incoming())
    assert answers(loaded) == before
    assert before[0].former_names == (
        FormerName("ORRINGTON HELP LTD", until=date(2019, 7, 15)),
        FormerName("TARNWICK AID LIMITED"),
    )


def test_a_version_says_what_it_was_loaded_from(store: RegisterStore) -> None:
    drift = Drift()
    drift.unmapped("CompanyStatus", "Odd")
    version = store.load_companies([QUILLMERE], incoming(drift=drift))
    assert store.versions()["companies-house"] == version
    assert version.files[0].name == "BasicCompanyData-2026-11-01.zip"
    assert version.published == date(2026, 11, 1)
    assert version.loaded_at == NOW
    assert version.drift == (DriftItem("unmapped", "CompanyStatus", "Odd"),)
