"""Suppliers that may be one: which pairs are shown, why, and which are not."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import Address, Identifier, PartialDate, Person, Supplier
from duediligence.suppliers.duplicates import group_duplicate_pairs, likely_duplicates
from tests.rows import for_each
from tests.thorough import examples


def firm(ref: str, name: str, postcode: str = "", number: str = "", born: str = "") -> Supplier:
    return Supplier(
        ref=ref,
        name=name,
        identifiers=(Identifier("GB-COH", number),) if number else (),
        address=Address("4 Dune Row", postcode) if postcode else None,
        people=(Person("Ann Noname", PartialDate(int(born[:4]), 3)),) if born else (),
    )


@for_each(
    ("one", "other", "why"),
    [
        (("Moss Ltd", "", "99000001"), ("Gull Ltd", "ZY1 1AA", "99000001"), "same number"),
        (("Moss Ltd", "ZY1 1AA"), ("MOSS LIMITED", "zy11aa"), "same name and postcode"),
        (("Moss & Sons", "ZY1 1AA"), ("Moss and Sons Ltd", "ZY1 1AA"), "same name and postcode"),
        (("Moss Catering", "ZY1 1AA"), ("Mos Catering", "ZY1 1AA"), "similar name, same postcode"),
        (("Catering Moss", "ZY1 1AA"), ("Moss Catering", "ZY1 1AA"), "similar name, same postcode"),
        (("Moss Catering Ltd", "ZY1 1AA"), ("Moss Catering", "ZY9 9ZZ"), "same name"),
        (("Porthmellow Care", "ZY1 1AA"), ("Porthmelow Care", ""), "similar name"),
        (
            ("Moss Catering", "ZY1 1AA", "", "1968"),
            ("Moss Cattering", "ZY9 9ZZ", "", "1968"),
            "similar name, same person",
        ),
    ],
)
def test_likely_duplicates_are_found_with_their_reason(
    one: tuple[str, ...], other: tuple[str, ...], why: str
) -> None:
    (pair,) = likely_duplicates([firm("S1", *one), firm("S2", *other), firm("S3", "Quill", "ZY3")])
    assert ({pair.one.ref, pair.other.ref}, pair.why) == ({"S1", "S2"}, why)


@for_each(
    ("one", "other"),
    [
        # Two companies: a number says more than a name.
        (("Moss Ltd", "ZY1 1AA", "99000001"), ("Moss Ltd", "ZY1 1AA", "99557788")),
        (("Porth Care North", "ZY1 1AA"), ("Porth Care South", "ZY1 1AA")),
        (("Unit 1 Care", "ZY1 1AA"), ("Unit 2 Care", "ZY1 1AA")),
        # Many people have one name.
        (("John Smith", "ZY1 1AA"), ("John Smith", "ZY9 9ZZ")),
        (("Porthmellow Care", "ZY1 1AA"), ("Porthmelow Care", "ZY9 9ZZ")),
        (("Moss", "ZY1 1AA"), ("Gull", "ZY1 1AA")),
    ],
)
def test_what_may_well_be_two_is_not_shown(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert likely_duplicates([firm("S1", *one), firm("S2", *other)]) == []


def test_pairs_kept_apart_and_pairs_that_ended_are_left_out() -> None:
    pair = [firm("S2", "Moss", "ZY1 1AA"), firm("S1", "Moss", "ZY1 1AA")]
    ended = [replace(one, ended=date(2026, 1, 1)) for one in pair]
    assert len(likely_duplicates(pair)) == 1
    assert likely_duplicates(pair, apart={("S1", "S2")}) == []
    assert likely_duplicates(ended) == []
    assert len(likely_duplicates([pair[0], ended[1]])) == 1


def test_pairs_that_share_a_supplier_are_one_group() -> None:
    suppliers = [
        firm("S1", "Moss", "ZY1 1AA", "99000001"),
        firm("S2", "Moss", "ZY1 1AA"),
        firm("S3", "Gull Taxis", "ZY2 2BB", "99000001"),
        firm("S4", "Quill Roofing", "ZY3 3CC"),
        firm("S5", "Quill Roofing Ltd", "ZY3 3CC"),
    ]
    found = group_duplicate_pairs(likely_duplicates(suppliers))
    refs = [{one.ref for pair in group for one in (pair.one, pair.other)} for group in found]
    assert refs == [{"S1", "S2", "S3"}, {"S4", "S5"}]


def test_a_number_or_postcode_of_very_many_says_nothing() -> None:
    many = [
        firm(f"S{at}", f"Firm{chr(97 + at % 26)}{at}", "ZY1 1AA", "00000001") for at in range(60)
    ]
    assert likely_duplicates(many) == []


@settings(max_examples=examples(100))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["Moss", "Moss Ltd", "Mos Catering", "Moss Catering", "Gull", "x" * 30]
            ),
            st.sampled_from(["", "ZY1 1AA", "ZY2 2BB"]),
            st.sampled_from(["", "99000001", "99000002"]),
        ),
        max_size=8,
    )
)
def test_each_pair_comes_once_whatever_the_order(rows: list[tuple[str, str, str]]) -> None:
    suppliers = [firm(f"S{at}", *row) for at, row in enumerate(rows)]
    found = likely_duplicates(suppliers)
    keys = [frozenset((one.one.ref, one.other.ref)) for one in found]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 2 for key in keys)
    back = {
        frozenset((one.one.ref, one.other.ref)): one.why
        for one in likely_duplicates(suppliers[::-1])
    }
    assert {key: one.why for key, one in zip(keys, found, strict=True)} == back
    grouped = [pair for group in group_duplicate_pairs(found) for pair in group]
    assert sorted(grouped, key=repr) == sorted(found, key=repr)
