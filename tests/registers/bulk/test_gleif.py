"""A golden copy of GLEIF: what is kept, who is above a company, and copies that are refused."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from duediligence.contracts import Drift
from duediligence.errors import ExpectationFailed, UnreadableFile, UsageError
from duediligence.model import LegalEntity, RegisterVersion
from duediligence.registers.bulk.gleif import read_gleif_rows
from duediligence.registers.files import find_file_name_date
from duediligence.store.register.local_register import Incoming, RegisterStore
from tests.registers.bulk.golden_copies import (
    AUTHORITY,
    HOLDING,
    SUBSIDIARY,
    TOP,
    entity,
    lei,
    owned,
    reason,
    write_golden_copy,
)
from tests.rows import for_each

DAY = date(2026, 11, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RegisterStore]:
    with closing(RegisterStore(tmp_path / "home" / "register.db")) as store:
        yield store


def load(store: RegisterStore, paths: Sequence[Path]) -> RegisterVersion:
    drift = Drift()
    at = datetime(2026, 11, 2, tzinfo=UTC)
    published = find_file_name_date(paths[0])
    incoming = Incoming(files=(), published=published, at=at, drift=drift, max_drop=1.0)
    return store.load_legal_entities(read_gleif_rows(paths, drift), incoming)


def above(store: RegisterStore, number: int, *, ultimate: bool = False) -> list[str]:
    return [one.name for one, _ in store.entity_parents(lei(number), ultimate=ultimate)]


def test_a_company_is_found_with_its_parents_two_levels_up(
    store: RegisterStore, tmp_path: Path
) -> None:
    version = load(store, write_golden_copy(tmp_path))
    assert (version.rows, version.published, version.drift) == (3, DAY, ())
    found = store.legal_entity("99002101")
    assert found
    assert (found.lei, found.name, found.country) == (lei(1), "Invented Subsidiary Ltd", "GB")
    assert (found.as_of, found.no_parent) == (DAY, ())
    ((holding, since),) = store.entity_parents(found.lei, ultimate=False)
    assert (holding.name, holding.number, since) == (
        "Invented Holding AG",
        "HRB 2",
        date(2018, 3, 1),
    )
    ((top, _),) = store.entity_parents(holding.lei, ultimate=False)
    assert top.no_parent == ("NATURAL_PERSONS", "NO_LEI")
    assert above(store, 1, ultimate=True) == ["Invented Group SE"]
    assert store.legal_entity("99002199") is None
    assert store.legal_entity("") is None


def test_only_companies_of_the_kingdom_and_those_above_them_are_kept(
    store: RegisterStore, tmp_path: Path
) -> None:
    strangers = [entity(7, "Invented Fremde GmbH"), entity(8, "Invented Fremde Holding GmbH")]
    copy = write_golden_copy(
        tmp_path,
        [SUBSIDIARY, HOLDING, *strangers, TOP],
        [owned(1, 2), owned(2, 3), owned(7, 8)],
        [reason(7, "NO_LEI"), reason(3, "NON_PUBLIC")],
    )
    assert load(store, copy).rows == 3
    assert above(store, 7) == []


@for_each(
    "authority, given, number",
    [
        ("RA000585", "99002101", "99002101"),
        ("RA000585", "2101", "00002101"),
        ("RA000585", "SC990001", "SC990001"),
        ("RA000586", "990001", "SC990001"),
        ("RA000586", "SC990001", "SC990001"),
        ("RA000587", "9901", "NI009901"),
        ("RA000242", "99002101", ""),
        ("RA000585", "", ""),
    ],
)
def test_the_authority_and_the_number_give_the_company(
    authority: str, given: str, number: str
) -> None:
    one = LegalEntity(lei=lei(1), name="Invented", authority=authority, number=given)
    assert one.company_number == number


@for_each(
    "more",
    [
        {"Relationship__RelationshipStatus": "INACTIVE"},
        {"Relationship__RelationshipType": "IS_FUND-MANAGED_BY"},
        {"Relationship__Period__2__endDate": "2024-06-30T00:00:00Z"},
        {"Relationship__EndNode__NodeID": lei(66)},
    ],
)
def test_a_relationship_that_ended_or_is_another_is_none(
    more: dict[str, str], store: RegisterStore, tmp_path: Path
) -> None:
    load(store, write_golden_copy(tmp_path, [SUBSIDIARY, HOLDING], [owned(1, 2, **more)], []))
    assert above(store, 1) == []


def test_a_relationship_that_ends_later_is_one(store: RegisterStore, tmp_path: Path) -> None:
    later = owned(1, 2, Relationship__Period__2__endDate="2027-06-30T00:00:00Z")
    load(store, write_golden_copy(tmp_path, [SUBSIDIARY, HOLDING], [later], []))
    assert above(store, 1) == ["Invented Holding AG"]


def test_a_lei_that_was_not_renewed_stays_and_one_given_twice_goes(
    store: RegisterStore, tmp_path: Path
) -> None:
    def copy(number: int, status: str) -> object:
        return entity(
            number, f"Invented {number}", "99002101", Registration__RegistrationStatus=status
        )

    lapsed = [copy(1, "DUPLICATE"), copy(2, "LAPSED"), copy(3, "ANNULLED")]
    load(store, write_golden_copy(tmp_path, lapsed, [], []))  # type: ignore[arg-type]
    found = store.legal_entity("99002101")
    assert found
    assert (found.lei, found.registration, found.status) == (lei(2), "LAPSED", "ACTIVE")
    load(store, write_golden_copy(tmp_path, [*lapsed, SUBSIDIARY], [], []))  # type: ignore[list-item]
    renewed = store.legal_entity("99002101")
    assert renewed
    assert renewed.name == "Invented Subsidiary Ltd"


def test_a_cell_may_have_lines_and_quotes_of_its_own(store: RegisterStore, tmp_path: Path) -> None:
    odd = entity(
        1, 'Invented "Odd"\nNames, Ltd', "99002101", Entity__LegalAddress__City="Nowhampton\r\nTown"
    )
    load(store, write_golden_copy(tmp_path, [odd, HOLDING], [owned(1, 2)], []))
    found = store.legal_entity("99002101")
    assert found
    assert found.name == 'Invented "Odd" Names, Ltd'
    assert found.address
    assert found.address.text == "Nowhampton Town"
    assert above(store, 1) == ["Invented Holding AG"]


def test_a_line_of_a_cell_begins_no_record(store: RegisterStore, tmp_path: Path) -> None:
    forged = entity(1, f"Invented Ltd\n{lei(2)},Forged,99002102", "99002101")
    paths = write_golden_copy(tmp_path, [forged, HOLDING, TOP])
    assert load(store, paths).drift == ()
    found = store.legal_entity("99002101")
    assert found
    assert found.lei == lei(1)
    assert above(store, 1) == ["Invented Holding AG"]


def test_files_that_are_not_one_golden_copy_are_refused(
    store: RegisterStore, tmp_path: Path
) -> None:
    paths = write_golden_copy(tmp_path)
    load(store, paths)
    for wrong in (paths[:2], [*paths, paths[0]], [paths[0], paths[0], paths[2]]):
        with pytest.raises(UsageError, match="golden copy"):
            load(store, wrong)
    cut = tmp_path / "rr.csv"
    rows = ",".join(owned(1, 2)) + "\n" + lei(1) + ","
    cut.write_text(rows)
    with pytest.raises(UnreadableFile, match="cut off"):
        load(store, [paths[0], cut, paths[2]])
    cut.write_text(",".join(owned(1, 2)) + "\nnot a LEI\n")
    with pytest.raises(UnreadableFile, match="line 2"):
        load(store, [paths[0], cut, paths[2]])
    with pytest.raises(ExpectationFailed):
        load(store, write_golden_copy(tmp_path, [HOLDING], [], []))
    assert above(store, 1) == ["Invented Holding AG"]


def test_a_row_that_cannot_be_read_and_an_unknown_type_are_counted(
    store: RegisterStore, tmp_path: Path
) -> None:
    paths = write_golden_copy(
        tmp_path, relationships=[owned(1, 2), owned(1, 3, "IS_NEWLY_CONSOLIDATED_BY")]
    )
    wide = tmp_path / "lei2.csv"
    cells = [lei(1), "Invented", "ACTIVE", "ISSUED", "RA000585", "99002101"]
    columns = ["LEI", "Entity.LegalName", "Entity.EntityStatus"]
    columns += ["Registration.RegistrationStatus", f"{AUTHORITY}ID", f"{AUTHORITY}EntityID"]
    # The last one is no CSV.
    lines = [columns, cells, [*cells[:1], *cells], [lei(2), "Inv\rented", *cells[2:]]]
    wide.write_text("".join(",".join(line) + "\n" for line in lines))
    version = load(store, [wide, *paths[1:]])
    said = " ".join(item.words() for item in version.drift)
    assert "IS_NEWLY_CONSOLIDATED_BY" in said
    assert "row of another width" in said
    assert sum(item.count for item in version.drift) == 3
    assert version.rows == 1
    assert above(store, 1, ultimate=True) == []
