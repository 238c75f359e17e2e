"""A corrected spelling is the same supplier; two suppliers are never one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from duediligence.model import Address, Contract, Identifier, PartOf, Supplier
from duediligence.suppliers.identity import Recognised, recognise_suppliers
from duediligence.suppliers.importing import Import
from duediligence.suppliers.parents import StoredSuppliers
from duediligence.suppliers.rows import made_ref
from tests.rows import for_each
from tests.thorough import examples

TODAY = date(2026, 5, 1)


def firm(
    name: str, postcode: str = "", number: str = "", *, ref: str = "", **more: object
) -> Supplier:
    """A supplier as a file has it, under the reference of the file or one that was made."""
    found = Supplier(
        ref=ref,
        name=name,
        identifiers=(Identifier("GB-COH", number),) if number else (),
        address=Address("4 Dune Row", postcode) if postcode else None,
        **more,  # type: ignore[arg-type]
    )
    return found if ref else replace(found, ref=made_ref(found))


def read(suppliers: Sequence[Supplier], *, undated: Sequence[str] = ()) -> Import:
    return Import(
        file="s.csv",
        sha256="",
        header=(),
        columns={},
        unused=(),
        suppliers=tuple(suppliers),
        rejects=(),
        remarks=(),
        rows=len(suppliers),
        duplicates=0,
        without_ref=frozenset(one.ref for one in suppliers if one.ref.startswith("S-")),
        undated=frozenset(undated),
    )


def known_as(
    rows: Sequence[Supplier], stored: Sequence[Supplier], own_refs: dict[str, str] | None = None
) -> Recognised:
    return recognise_suppliers(read(rows), StoredSuppliers(stored, own_refs or {}), today=TODAY)


MOSS = firm("Moss Catering Ltd", "ZY1 1AA", "99001234")


@for_each(
    ("before", "now", "why"),
    [
        (MOSS, firm("MOSS CATERING LIMITED", "ZY1 1AA", "99001234"), "same number"),
        (MOSS, firm("Something Else Ltd", "ZY9 9ZZ", "99001234"), "same number"),
        (MOSS, firm("Moss Catering Ltd", "ZY1 1AA", "99001243"), "same name and postcode"),
        (MOSS, firm("Moss Catering Ltd", "ZY1 1AA"), "same name and postcode"),
        (firm("Moss Catering Ltd", "ZY1 1AA"), MOSS, "same name and postcode"),
        (firm("Moss Ltd"), firm("MOSS LIMITED", "ZY1 1AA"), "same name"),
        (firm("Moss Ltd", "ZY1 1AA"), firm("Moss"), "same name"),
        (firm("Moss Ltd", "ZY1 1AA"), firm("Moss Ltd", "ZY1 1AB"), "same name, another postcode"),
        (
            firm("Moss Catering", "ZY1 1AA"),
            firm("Mos Catering", "ZY1 1AA"),
            "similar name, same postcode",
        ),
    ],
)
def test_one_supplier_under_another_spelling_keeps_its_reference(
    before: Supplier, now: Supplier, why: str
) -> None:
    others = [firm("Quill Roofing Ltd", "ZY1 1AA", "99001999"), firm("Gull Taxis", "ZY1 1AC")]
    found = known_as([now, *others], [before, *others])
    assert found.suppliers[0] == replace(now, ref=before.ref)
    (join,) = found.joins
    assert (join.before, join.now.name, join.why, join.own_ref) == (before, now.name, why, "")
    assert [one.ref for one in found.suppliers[1:]] == [one.ref for one in others]
    assert found.doubts == ()
    # What was joined once is known from then on, and nothing is reported again.
    again = known_as([now, *others], found.suppliers)
    assert (again.suppliers, again.joins) == (found.suppliers, ())


@for_each(
    ("stored", "now"),
    [
        # Another company of the same name at the same place: what a phoenix looks like.
        ([MOSS], firm("Moss Catering Ltd", "ZY1 1AA", "99557788")),
        ([firm("Moss Ltd", "ZY1 1AA"), firm("Moss Ltd", "ZY1 1AB")], firm("Moss Ltd", "ZY1 1AC")),
        ([firm("Moss Ltd", "ZY1 1AA"), firm("Moss Ltd", "ZY1 1AB")], firm("Moss Ltd")),
        ([firm("Moss Ltd", "ZY1 1AA", "99000001"), firm("Gull", number="99000001")],
         firm("Quill", number="99000001")),
    ],
)  # fmt: skip
def test_where_several_would_do_it_is_new(stored: list[Supplier], now: Supplier) -> None:
    found = known_as([now], stored)
    assert found.suppliers[0].ref not in {one.ref for one in stored}
    assert found.joins == ()


def test_a_doubt_names_the_candidates() -> None:
    stored = [firm("Moss Ltd", "ZY1 1AA"), firm("Moss Ltd", "ZY1 1AB"), firm("Gull", "ZY1 1AA")]
    found = known_as([firm("Moss Ltd", "ZY1 1AC")], stored)
    (doubt,) = found.doubts
    assert doubt.supplier == found.suppliers[0]
    assert set(doubt.candidates) == set(stored[:2])


@for_each(
    ("one", "other"),
    [
        ("Unit 1 Care Ltd", "Unit 2 Care Ltd"),
        ("Porth Care North", "Porth Care South"),
        ("Porth Holdings", "Porth Services"),
        ("Porthmellow Catering", "Porthmellow Cleaning"),
    ],
)
def test_another_firm_at_the_same_postcode_is_another(one: str, other: str) -> None:
    found = known_as([firm(other, "ZY1 1AA")], [firm(one, "ZY1 1AA")])
    assert found.joins == ()
    assert found.suppliers[0].ref != made_ref(firm(one, "ZY1 1AA"))


def test_a_number_in_the_wrong_row_makes_no_supplier_another() -> None:
    stored = [firm("Moss Catering", "ZY1 1AA", "99000001")]
    rows = [firm("Moss Catering", "ZY1 1AA", "99777777"), firm("Gull Taxis", "ZY2", "99000001")]
    found = known_as(rows, stored)
    assert found.joins == ()
    assert stored[0].ref not in {one.ref for one in found.suppliers}


def test_a_spelling_that_another_had_before_does_not_take_its_place() -> None:
    """`Moss Ltd` was corrected to `Mossy Ltd`; then another `Moss Ltd` came."""
    first = firm("Moss Ltd", "ZY1 1AA", "99000001")
    mossy = replace(firm("Mossy Ltd", "ZY1 1AA", "99000001"), ref=first.ref)
    rows = [firm("Mossy Ltd", "ZY1 1AA", "99000001"), first, firm("Moss Ltd", "ZY1 1AA")]
    rows[1] = replace(first, people=())
    found = known_as([rows[0], rows[2]], [mossy])
    assert found.suppliers[0].ref == first.ref
    assert found.suppliers[1].ref != first.ref


def test_a_reference_is_identity_whatever_else_changed() -> None:
    stored = [firm("Moss Ltd", "ZY1 1AA", "99000001", ref="V1"), firm("Gull", ref="V2")]
    rows = [firm("Gull", ref="V1"), firm("Moss Ltd", "ZY1 1AA", "99000001", ref="V2")]
    found = known_as(rows, stored)
    assert (found.suppliers, found.joins) == (tuple(rows), ())


def test_a_supplier_that_gets_a_reference_keeps_the_one_it_had() -> None:
    stored = [firm("Moss Ltd", "ZY1 1AA"), firm("Gull Taxis", "ZY1 1AB", "99000001")]
    rows = [firm("Moss Limited", "ZY1 1AA", ref="V1"), firm("Gull", number="99000001", ref="V2")]
    rows.append(firm("Quill", ref="V3", part_of=(PartOf("V1", "sub-contractor"),)))
    found = known_as(rows, stored)
    assert [one.ref for one in found.suppliers] == [stored[0].ref, stored[1].ref, "V3"]
    assert found.suppliers[2].part_of == (PartOf(stored[0].ref, "sub-contractor"),)
    assert found.own_refs == {"V1": stored[0].ref, "V2": stored[1].ref}
    # From then on the reference is identity.
    rows[0] = firm("Wholly Different", "ZY9 9ZZ", ref="V1")
    again = known_as(rows, found.suppliers, dict(found.own_refs))
    assert again.suppliers[0] == replace(rows[0], ref=stored[0].ref)
    assert (again.joins, again.own_refs) == ((), {})
    # Under another reference it is another supplier: two accounts of one firm, say.
    other = known_as([firm("Moss Limited", "ZY1 1AA", ref="V9")], found.suppliers,
                     dict(found.own_refs))  # fmt: skip
    assert other.suppliers[0].ref == "V9"


def test_one_that_had_ended_and_is_there_again_is_active() -> None:
    ended = replace(MOSS, ended=date(2026, 3, 1))
    found = known_as([MOSS], [ended])
    assert (found.suppliers, found.reopened) == ((MOSS,), (MOSS,))
    assert known_as([ended], [ended]).reopened == ()


def test_the_day_of_the_first_import_stays() -> None:
    day = date(2026, 3, 1)
    taxis = Contract(title="Taxis", end=day)
    before = replace(MOSS, ended=day, contracts=(taxis,), contract="Taxis")
    now = replace(before, ended=TODAY, contracts=(replace(taxis, end=TODAY),))
    found = recognise_suppliers(
        read([now], undated=[MOSS.ref]), StoredSuppliers([before]), today=TODAY
    )
    assert found.suppliers == (before,)
    # Where the file gives the day, that counts.
    found = recognise_suppliers(read([now]), StoredSuppliers([before]), today=TODAY)
    assert found.suppliers == (now,)


SYLLABLES = "por tre pen lan bos car ros nan hal chy bod lis mor gul kel zen lam pol".split()
word = st.lists(st.sampled_from(SYLLABLES), min_size=3, max_size=4).map("".join)
numbers = st.integers(1, 999_999).map(lambda n: f"99{n * 7919 % 1_000_000:06}")


def _count_other_syllables(one: str, other: str) -> int:
    """With one alone it would be a slip: the same supplier where the postcode agrees."""
    return sum(one[at : at + 3] != other[at : at + 3] for at in range(0, 12, 3))


@st.composite
def firms(draw: st.DrawFn) -> list[Supplier]:
    """Suppliers without references, each with a name of its own and a postcode or a number."""
    names: list[str] = []
    for one in draw(st.lists(word, min_size=2, max_size=8)):
        if all(_count_other_syllables(one, other) > 1 for other in names):
            names.append(one)
    codes = draw(st.lists(numbers, min_size=len(names), max_size=len(names), unique=True))
    found = []
    for name, number in zip(names, codes, strict=True):
        trade = draw(st.sampled_from(["Catering", "Roofing", "Taxis"]))
        postcode = draw(st.sampled_from(["", "ZY1 1AA", "ZY1 1AB", "ZY2 2CD"]))
        has_number = not postcode or draw(st.booleans())
        form = draw(st.sampled_from(["Ltd", "Limited", "LLP", ""]))
        found.append(
            firm(f"{name.title()} {trade} {form}".strip(), postcode, number if has_number else "")
        )
    return found


def corrected(one: Supplier, how: str, at: int) -> Supplier:
    """The supplier with one field corrected."""
    first, *rest = one.name.split()
    at = 2 + at % (len(first) - 3)
    match how:
        case "letter missing":
            return replace(one, name=" ".join([first[:at] + first[at + 1 :], *rest]))
        case "letters swapped":
            swapped = first[:at] + first[at + 1] + first[at] + first[at + 2 :]
            return replace(one, name=" ".join([swapped, *rest]))
        case "case":
            return replace(one, name=one.name.upper())
        case "legal form":
            bare = one.name.removesuffix(" Ltd").removesuffix(" Limited").removesuffix(" LLP")
            return replace(one, name=f"{bare} Limited" if bare == one.name else bare)
        case "postcode":
            return replace(one, address=Address("4 Dune Row", "ZY8 8ZZ"))
        case "postcode removed":
            return replace(one, address=None)
        case "number added":
            return (
                one
                if one.identifiers
                else replace(one, identifiers=(Identifier("GB-COH", "98765432"),))
            )
        case "number mistyped":
            if not one.identifiers:
                return one
            number = one.company_number
            digit = str((int(number[5]) + 5) % 10)
            return replace(
                one, identifiers=(Identifier("GB-COH", number[:5] + digit + number[6:]),)
            )
        case _:
            return replace(one, trading_names=("Another Name",))


HOW = ("letter missing", "letters swapped", "case", "legal form", "postcode", "postcode removed",
       "number added", "number mistyped", "trading name")  # fmt: skip


@settings(max_examples=examples(150))
@given(stored=firms(), at=st.integers(0, 7), how=st.sampled_from(HOW), letter=st.integers(0, 20))
def test_any_single_correction_keeps_every_reference(
    stored: list[Supplier], at: int, how: str, letter: int
) -> None:
    at %= len(stored)
    if how.startswith("letter") and not (stored[at].address or stored[at].identifiers):
        return
    if how == "number mistyped" and any(
        one.company_number[:5] == stored[at].company_number[:5]
        for one in stored
        if one is not stored[at]
    ):
        return
    rows = list(stored)
    rows[at] = corrected(stored[at], how, letter)
    rows[at] = replace(rows[at], ref=made_ref(rows[at]))
    found = known_as(rows, stored)
    assert [one.ref for one in found.suppliers] == [one.ref for one in stored]
    assert len(found.joins) == (rows[at].ref != stored[at].ref)
    again = known_as(rows, found.suppliers)
    assert again.suppliers == found.suppliers


@settings(max_examples=examples(100))
@given(every=firms(), split=st.integers(0, 8))
def test_two_suppliers_never_become_one(every: list[Supplier], split: int) -> None:
    """Those that go and those that come are of different names and numbers."""
    stored, rows = every[:split], every[split:]
    found = known_as(rows, stored)
    assert not {one.ref for one in found.suppliers} & {one.ref for one in stored}
    assert len({one.ref for one in found.suppliers}) == len(rows)


def test_a_reference_of_a_supplier_that_was_merged_stays_its_own() -> None:
    """Whoever stores it knows which supplier holds it by now."""
    keep, merged = firm("Moss Ltd", "ZY1 1AA"), firm("Moss", "ZY1 1AB")
    rows = [keep, merged, firm("Moss", "ZY1 1AB", ref="V1")]
    known = StoredSuppliers([keep], {"V1": merged.ref}, {merged.ref})
    found = recognise_suppliers(read(rows), known, today=TODAY)
    assert [one.ref for one in found.suppliers] == [keep.ref, merged.ref, merged.ref]
    assert found.joins == ()


def test_a_reference_whose_supplier_is_gone_is_free_again() -> None:
    found = known_as([firm("Moss", ref="V1")], [], {"V1": "S-0123456789ab"})
    assert found.suppliers[0].ref == "V1"
