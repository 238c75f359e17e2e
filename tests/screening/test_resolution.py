"""Who a supplier is: by hand, by number, by name where clearly the best, else a person's desk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from duediligence.errors import SourceError
from duediligence.model import Address, Identifier, Name, Supplier
from duediligence.screening.resolution.candidates import Candidate
from duediligence.screening.resolution.resolving import (
    LEAST_GAP,
    LEAST_SCORE,
    ResolvedSupplier,
    as_resolved,
    resolve_supplier,
)
from duediligence.store.casework.suppliers import Link
from tests.rows import for_each

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HERE, ELSEWHERE = "ZZ1 1ZZ", "ZZ9 9ZZ"


class Register:
    """A small register that is searched whole, as a real one is allowed to be."""

    def __init__(self, *entities: Candidate, down: bool = False) -> None:
        self.entities = entities
        self.down = down

    def by_number(self, identifier: Identifier) -> Candidate | None:
        self._answer()
        return next((one for one in self.entities if one.identifier == identifier), None)

    def by_name(self, name: str, postcode: str) -> Sequence[Candidate]:
        self._answer()
        return self.entities

    def _answer(self) -> None:
        if self.down:
            raise SourceError("Companies House did not answer")


def company(number: int, name: str, postcode: str = HERE, **more: object) -> Candidate:
    return Candidate(
        identifier=Identifier("GB-COH", f"{99000000 + number}"),
        name=name,
        postcodes=(postcode,),
        **{"status": "active", **more},  # type: ignore[arg-type]
    )


def supplier(name: str, postcode: str = "", *identifiers: Identifier, **more: object) -> Supplier:
    address = Address(postcode, postcode=postcode) if postcode else None
    return Supplier(ref="S1", name=name, address=address, identifiers=identifiers, **more)  # type: ignore[arg-type]


def link(identifier: Identifier | None) -> Link:
    return Link(supplier_ref="S1", identifier=identifier, by="Ada Ferrow", at=NOW, note="rang them")


MARLPIT = company(1, "MARLPIT HARWICK CARE LIMITED")
ZORBLE = company(2, "ZORBLE & SONS LTD", ELSEWHERE)


def linked(found: ResolvedSupplier) -> str:
    return found.identifier.id[-1] if found.identifier else ""


@for_each(
    ("name", "postcode", "number"),
    [
        ("Marlpit Harwick Care Ltd", HERE, "1"),
        ("marlpit  harwick care ltd.", "zz11zz", "1"),
        ("Marlpit Harwick Care Ltd", "", "1"),
        ("Marlpit Harwick Care Ltd", ELSEWHERE, "1"),
        ("Zorble and Sons Limited", "", "2"),
        ("Marlpit Harwick Care Ltd t/a Sunny Rooms", HERE, "1"),
        ("Marlpit Harwick Care", HERE, "1"),
        ("Marlpitt Harwick Care Ltd", HERE, "1"),
        # From here on a person must look.
        ("Marlpit Harwick Care", "", ""),
        ("Marlpit Harwick Care", ELSEWHERE, ""),
        ("Marlpitt Harwick Care Ltd", "", ""),
        ("Marlpit Harwick Care LLP", HERE, ""),
        ("Marlpit Harwick Homes Ltd", HERE, ""),
        ("Marlpit Harwick Care Holdings Ltd", HERE, ""),
        ("A & T Marlpit Harwick Care Ltd", HERE, ""),
        ("Marlpit Harwick Care 2 Ltd", HERE, ""),
        ("Sunny Rooms t/a Marlpit Harwick Care", HERE, ""),
        ("Something Else Entirely plc", HERE, ""),
        ("???", HERE, ""),
    ],
)
def test_by_name(name: str, postcode: str, number: str) -> None:
    found = resolve_supplier(supplier(name, postcode), sources=[Register(MARLPIT, ZORBLE)])
    assert linked(found) == number
    assert found.state == ("settled" if number else "needs a person")
    assert found.resolution.how == ("name" if number else "none")
    assert found.resolution.reason
    assert found.candidates
    assert all(one.reasons and one.score is not None for one in found.candidates)


def test_a_trading_name_ranks_and_never_links() -> None:
    found = resolve_supplier(
        supplier("Sunny Rooms", HERE, trading_names=("Marlpit Harwick Care Ltd",)),
        sources=[Register(ZORBLE, MARLPIT)],
    )
    assert found.identifier is None
    assert found.candidates[0].identifier == MARLPIT.identifier
    assert "trading name" in found.resolution.reason
    assert "trading name" in found.candidates[0].reasons[0]


def test_a_common_name_needs_a_postcode() -> None:
    common = company(3, "C & A Ltd")
    assert linked(resolve_supplier(supplier("C & A Ltd"), sources=[Register(common)])) == ""


def test_namesakes_need_a_person_unless_the_postcode_settles() -> None:
    twin = company(3, "Marlpit Harwick Care Ltd", ELSEWHERE)
    register = Register(MARLPIT, twin)
    nowhere = resolve_supplier(supplier("Marlpit Harwick Care Ltd"), sources=[register])
    assert nowhere.identifier is None
    assert "are possible" in nowhere.resolution.reason
    here = resolve_supplier(supplier("Marlpit Harwick Care Ltd", ELSEWHERE), sources=[register])
    assert here.identifier == twin.identifier


def test_the_name_of_one_and_the_former_name_of_another_need_a_person() -> None:
    old = company(3, "Renamed Ltd", ELSEWHERE, other_names=(Name(MARLPIT.name, "former"),))
    assert linked(resolve_supplier(supplier(MARLPIT.name), sources=[Register(MARLPIT, old)])) == ""


def test_a_former_name_links_where_the_postcode_agrees() -> None:
    old = company(3, "Renamed Ltd", other_names=(Name("Quillet Fenwright Ltd", "former"),))
    found = resolve_supplier(supplier("Quillet Fenwright Ltd", HERE), sources=[Register(old)])
    assert found.identifier == old.identifier
    assert "former name 'Quillet Fenwright Ltd'" in found.resolution.reason
    assert (
        linked(resolve_supplier(supplier("Quillet Fenwright Ltd"), sources=[Register(old)])) == ""
    )


@for_each(
    ("status", "told"),
    [
        ("dissolved", "was dissolved on 3 May 2021"),
        ("converted-closed", "was closed or converted into another body on 3 May 2021"),
        ("removed", "was removed from the register on 3 May 2021"),
    ],
)
def test_what_is_no_more_is_named_as_such_and_never_linked_by_name(status: str, told: str) -> None:
    gone = replace(MARLPIT, status=status, ceased_on=date(2021, 5, 3))
    by_name = resolve_supplier(supplier("Marlpit Harwick Care Ltd", HERE), sources=[Register(gone)])
    assert by_name.identifier is None
    assert told in " ".join(by_name.candidates[0].reasons)
    given_number = supplier("Marlpit Harwick Care Ltd", HERE, gone.identifier)
    by_number = resolve_supplier(given_number, sources=[Register(gone)])
    assert by_number.identifier == gone.identifier
    assert told in by_number.resolution.reason


def test_a_number_given_is_that_entity_and_the_name_is_held_against_it() -> None:
    fits = resolve_supplier(
        supplier("Marlpit Harwick", "", MARLPIT.identifier), sources=[Register(MARLPIT, ZORBLE)]
    )
    assert (fits.state, fits.identifier, fits.resolution.how) == (
        "settled",
        MARLPIT.identifier,
        "number",
    )
    wrong = resolve_supplier(
        supplier("Zorble & Sons", "", MARLPIT.identifier), sources=[Register(MARLPIT, ZORBLE)]
    )
    assert wrong.state == "needs a person"
    assert wrong.identifier == MARLPIT.identifier
    assert wrong.resolution.name_score is not None
    assert wrong.resolution.name_score < 0.5
    assert "does not fit" in wrong.resolution.reason
    assert [one.identifier for one in wrong.candidates] == [MARLPIT.identifier, ZORBLE.identifier]


def test_a_former_or_trading_name_fits_its_number() -> None:
    old = replace(MARLPIT, name="Renamed Ltd", other_names=(Name(MARLPIT.name, "former"),))
    found = resolve_supplier(
        supplier(MARLPIT.name, "", MARLPIT.identifier), sources=[Register(old)]
    )
    assert found.state == "settled"
    sunny = supplier("Sunny Rooms", "", MARLPIT.identifier, trading_names=("Marlpit Harwick Care",))
    assert resolve_supplier(sunny, sources=[Register(MARLPIT)]).state == "settled"


def test_an_unknown_number_needs_a_person_and_shows_whose_it_may_be() -> None:
    mistyped = Identifier("GB-COH", "99000777")
    found = resolve_supplier(
        supplier("Zorble & Sons", "", mistyped), sources=[Register(MARLPIT, ZORBLE)]
    )
    assert found.state == "needs a person"
    assert (found.identifier, found.entity) == (mistyped, None)
    assert found.candidates[0].identifier == ZORBLE.identifier


def test_the_company_number_counts_before_a_charity_number() -> None:
    charity = replace(MARLPIT, identifier=Identifier("GB-CHC", "9900001"))
    given_both = supplier(MARLPIT.name, "", charity.identifier, MARLPIT.identifier)
    assert (
        resolve_supplier(given_both, sources=[Register(charity, MARLPIT)]).identifier
        == MARLPIT.identifier
    )


def test_a_charitable_company_in_two_registers_is_one_entity() -> None:
    charity = Candidate(
        identifier=Identifier("GB-CHC", "9900001"),
        name="Marlpit Harwick Care",
        postcodes=(HERE,),
        company_number=MARLPIT.identifier.id,
    )
    found = resolve_supplier(
        supplier("Marlpit Harwick Care", HERE), sources=[Register(MARLPIT, charity)]
    )
    assert found.identifier == MARLPIT.identifier
    assert len(found.candidates) == 1


def test_what_could_not_be_asked_is_never_settled_by_name() -> None:
    sources = [Register(MARLPIT), Register(down=True)]
    found = resolve_supplier(supplier("Marlpit Harwick Care Ltd", HERE), sources=sources)
    assert (found.state, found.identifier) == ("not known", None)
    assert found.not_asked == ("Companies House did not answer",)
    assert found.candidates[0].identifier == MARLPIT.identifier
    number = resolve_supplier(supplier("Zorble", "", ZORBLE.identifier), sources=sources)
    assert (number.state, number.identifier) == ("not known", ZORBLE.identifier)
    assert number.resolution.name_score is None
    there = resolve_supplier(supplier(MARLPIT.name, "", MARLPIT.identifier), sources=sources)
    assert there.state == "settled"


def test_without_a_register_nothing_is_known() -> None:
    assert resolve_supplier(supplier(MARLPIT.name, HERE), sources=[]).state == "not known"
    assert (
        resolve_supplier(supplier(MARLPIT.name, HERE, ZORBLE.identifier), sources=[]).state
        == "not known"
    )


def test_a_link_by_hand_says_who_and_when() -> None:
    found = resolve_supplier(
        supplier("Sunny Rooms"), sources=[Register(MARLPIT)], link=link(MARLPIT.identifier)
    )
    assert (found.state, found.identifier) == ("settled", MARLPIT.identifier)
    assert found.resolution.how == "person"
    assert found.resolution.name_score == 0.0
    assert "by Ada Ferrow on 20 November 2026: rang them" in found.resolution.reason
    nobody = resolve_supplier(
        supplier(MARLPIT.name, HERE), sources=[Register(MARLPIT)], link=link(None)
    )
    assert (nobody.state, nobody.identifier) == ("settled", None)
    assert "on no register" in nobody.resolution.reason


def test_the_number_gone_by_is_that_of_a_person_in_place_of_those_given() -> None:
    charity, ppon = Identifier("GB-CHC", "9900001"), Identifier("GB-PPON", "PZZZ-9900-ZZZZ")
    numbered = supplier(MARLPIT.name, HERE, MARLPIT.identifier, charity, ppon)
    sources = [Register(MARLPIT, ZORBLE)]

    def gone_by(who: Supplier, by_hand: Link | None = None) -> tuple[Identifier, ...]:
        return as_resolved(who, resolve_supplier(who, sources=sources, link=by_hand)).identifiers

    assert gone_by(numbered) == numbered.identifiers
    assert gone_by(numbered, link(ZORBLE.identifier)) == (ppon, ZORBLE.identifier)
    assert gone_by(numbered, link(None)) == (ppon,)
    assert gone_by(supplier(MARLPIT.name, HERE)) == (MARLPIT.identifier,)
    assert gone_by(supplier("Sunny Rooms", HERE)) == ()


WORDS = "marlpit harwick zorble sons care homes holdings group 2 uk at the & (north)".split()
FORMS = ("", " Ltd", " Limited", " LLP", " plc", " CIC", " & Co Ltd")
names = st.builds(
    lambda words, form: " ".join(words) + form,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    st.sampled_from(FORMS),
)
postcodes = st.sampled_from(("", HERE, ELSEWHERE))
entities = st.lists(
    st.builds(
        company,
        st.integers(1, 6),
        names,
        postcodes,
        status=st.sampled_from(("active", "active", "liquidation", "dissolved")),
        other_names=st.lists(st.builds(Name, names, st.just("former")), max_size=1).map(tuple),
    ),
    max_size=6,
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Supplier, list[Candidate]]:
    """A register, and a supplier that is often like one of its entities."""
    held = draw(entities)
    name, postcode = draw(names), draw(postcodes)
    if held and draw(st.booleans()):
        like = draw(st.sampled_from(held))
        name = draw(st.sampled_from((like.name, *(other.text for other in like.other_names))))
        postcode = draw(st.sampled_from(("", *like.postcodes)))
    trading = tuple(draw(st.lists(names, max_size=1)))
    return supplier(name, postcode, trading_names=trading), held


numbers = st.integers(1, 6).map(lambda number: Identifier("GB-COH", f"{99000000 + number}"))


@given(cases())
def test_never_links_below_the_thresholds(case: tuple[Supplier, list[Candidate]]) -> None:
    who, held = case
    found = resolve_supplier(who, sources=[Register(*held)])
    if found.identifier is None:
        return
    best, *others = found.candidates
    assert best.identifier == found.identifier
    assert best.score is not None
    assert best.score >= LEAST_SCORE
    assert not best.ceased
    assert all(best.standing - other.standing >= LEAST_GAP for other in others)
    ours = who.address.postcode if who.address else ""
    if not ours or ours not in best.postcodes:
        assert best.score == 1.0


@given(cases(), st.randoms())
def test_the_order_of_sources_and_candidates_changes_nothing(
    case: tuple[Supplier, list[Candidate]], random: Random
) -> None:
    who, held = case
    first = resolve_supplier(who, sources=[Register(*held[:3]), Register(*held[3:])])
    shuffled = list(held)
    random.shuffle(shuffled)
    again = resolve_supplier(who, sources=[Register(*shuffled[2:]), Register(*shuffled[:2])])
    assert again == first


@given(cases(), numbers, st.one_of(st.none(), numbers), st.booleans())
def test_a_link_by_hand_always_wins(
    case: tuple[Supplier, list[Candidate]],
    given_number: Identifier,
    chosen: Identifier | None,
    down: bool,
) -> None:
    who, held = case
    numbered = replace(who, identifiers=(given_number,))
    found = resolve_supplier(numbered, sources=[Register(*held, down=down)], link=link(chosen))
    assert (found.identifier, found.state) == (chosen, "settled")
    assert found.resolution.how == "person"


@given(cases())
def test_another_source_that_is_down_never_lets_a_name_link(
    case: tuple[Supplier, list[Candidate]],
) -> None:
    who, held = case
    found = resolve_supplier(who, sources=[Register(*held), Register(down=True)])
    assert (found.identifier, found.state) == (None, "not known")
