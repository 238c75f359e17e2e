"""The bases of sharing: each says what it is, what it needs, and how sure we are of it."""

from datetime import date

from pages.citations import find_provision_rows, list_cited_provisions

from duediligence.extensions.sharing.sharing_bases import (
    PARTS,
    SharingBasis,
    missing_parts,
    sharing_bases,
)
from tests.rows import for_each

BASES = list(sharing_bases().values())


@for_each("basis", BASES, ids=lambda one: one.code)
def test_each_cites_what_the_table_of_legislation_has(basis: SharingBasis) -> None:
    places = list_cited_provisions(basis.law)
    assert places
    assert all(find_provision_rows(one) for one in places), basis.law
    assert basis.source.startswith("https://www.legislation.gov.uk/")
    assert basis.permits[:1].isupper()
    assert not basis.permits.endswith(".")
    assert basis.only_if.endswith(".")
    assert basis.reviewed < basis.review_by


def test_a_code_is_one_basis_and_every_part_has_some() -> None:
    assert len({one.code for one in BASES}) == len(BASES)
    assert {one.part for one in BASES} == set(PARTS)


@for_each(
    ("codes", "people", "missing"),
    [
        (["cda-1998-s115", "uk-gdpr-6-1-e"], False, ()),
        (
            ["cda-1998-s115", "uk-gdpr-6-1-e"],
            True,
            ("condition for data about offences",),
        ),
        (["cda-1998-s115", "dpa-2018-part3", "dpa-2018-sch1-10"], True, ()),
        # A duty gives no power to disclose, and an exemption is no basis.
        (["cda-1998-s17", "uk-gdpr-6-1-e"], False, ("power to share",)),
        (["dpa-2018-sch2-2"], False, ("power to share", "lawful basis")),
    ],
)
def test_what_the_bases_leave_open_is_named(
    codes: list[str], people: bool, missing: tuple[str, ...]
) -> None:
    assert missing_parts(codes, people=people) == missing


def test_what_is_from_memory_or_not_reviewed_must_be_read() -> None:
    memory, verified = sharing_bases()["cda-1998-s115"], sharing_bases()["dpa-2018-sch1-10"]
    assert "from memory" in memory.why_to_read_it(date(2026, 12, 1))
    assert verified.why_to_read_it(verified.review_by) == ""
    assert "not compared with the law" in verified.why_to_read_it(date(2028, 1, 1))
