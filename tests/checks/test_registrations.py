"""What a contract's work needs, beside what the register holds: held, lost, alike, or unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from duediligence.checks import registrations
from hypothesis import given
from hypothesis import strategies as st

from duediligence.law.registrations import load_trades
from duediligence.model import (
    Address,
    Contract,
    Feature,
    Identifier,
    ListEntry,
    ListStatus,
    ListVersion,
    Match,
    Name,
    Outcome,
    Party,
    PartyRole,
    PossibleMatch,
    Procurement,
    Record,
    StaleReason,
    Supplier,
)
from duediligence.model.entries import CARE, RegisteredService
from duediligence.model.registrations import (
    Need,
    NeededRegistrations,
    NumberOfAnother,
    RegistrationsToAsk,
)
from duediligence.render.saying import format_text
from duediligence.screening.lookup.list_search import Possible
from duediligence.screening.run.findings import check_context
from duediligence.screening.run.registrations import RegistrationSearch, nation_of
from duediligence.text.legal_forms import has_same_words
from tests.rows import for_each

TODAY = check_context(date(2026, 11, 24))
RULES = (
    registrations.not_found,
    registrations.lost,
    registrations.another_name,
)
REGISTRATIONS = {registration.id: registration for registration, _ in load_trades()}
SUPPLIER = Supplier(ref="S1", name="Quill Ltd", contract="Skip hire")
WHEN = datetime(2026, 11, 20, tzinfo=UTC)
CURRENT = ListStatus(
    list_id="ea-waste-carriers",
    title="Waste carriers",
    state="current",
    version=ListVersion(
        list_id="ea-waste-carriers",
        version="1",
        entries=1,
        names=1,
        published=None,
        retrieved_at=WHEN,
        checked_at=WHEN,
        sha256="",
        origin="https://register.example",
    ),
)
STALE = replace(CURRENT, state="stale", reasons=(StaleReason(kind="not fetched"),))
HELD = Record(type="registration", authority="Agency", reference="CBDU9901", event="Registered")
SAME = Feature("agreeing words", "quill", "quill", 1.0, "agree")
SIMILAR = Feature("similar words", "quill", "quilt", 0.86, "nearly agree")
NUMBER = Feature("identifier", "9901", "9901", 0.5, "agree")
OTHER_NUMBER = Feature("identifier", "9901", "9902", -0.1, "differ")


NEEDED_HOME = NeededRegistrations(
    SUPPLIER,
    (
        Need(
            replace(REGISTRATIONS["childrens-homes"], proof="list", whole=True),
            (Contract(title="Children's homes"),),
            True,
            "England",
        ),
    ),
    (CURRENT,),
)


def found(record: Record | None = HELD, *features: Feature, **more: Any) -> PossibleMatch:
    """An entry of the register; by default with the supplier's name."""
    entry = ListEntry(
        id="1",
        list_id="ea-waste-carriers",
        kind="organisation",
        names=(Name(more.pop("name", "Quill Ltd")),),
        record=record,
    )
    party = Party(names=(Name("Quill Ltd"),), kind="organisation", role=PartyRole("supplier"))
    match = Match(features or (SAME,), "Quill Ltd", entry.name, "1", "ea-waste-carriers")
    named = match.same_name and has_same_words("Quill Ltd", entry.name)
    return PossibleMatch(party, entry, match, "register", "Waste carriers", named=named, **more)


def outcomes(
    *matches: PossibleMatch,
    trade: str = "waste",
    sure: bool = True,
    registers: tuple[ListStatus, ...] = (CURRENT,),
    **more: Any,
) -> dict[str, Outcome]:
    """What each check says that says anything."""
    need = Need(REGISTRATIONS[trade], (Contract(title="Skip hire"),), sure)
    return outcomes_of(NeededRegistrations(SUPPLIER, (need,), registers, matches, **more))


def outcomes_of(needed: NeededRegistrations) -> dict[str, Outcome]:
    """What each check says that says anything."""
    spoken = {rule.id: rule.run(needed, TODAY) for rule in RULES}
    asked = RegistrationsToAsk(SUPPLIER, (needed,))
    spoken["REQ-04"] = registrations.to_be_asked.run(asked, TODAY)
    return {id_: one for id_, one in spoken.items() if one.result != "not_applicable"}


def test_no_entry_is_not_found_and_asked_for() -> None:
    (outcome,) = outcomes().values()
    assert outcome.result == "review"
    assert format_text(outcome.why).startswith(
        "'Skip hire' needs registration as an upper tier waste"
    )
    assert "No entry of Waste carriers has its names or numbers." in format_text(outcome.why)
    assert format_text(outcome.next_step).startswith("Ask for the carrier's registration number")
    # Another nation has another registrar: where it is not known, less can be said.
    assert outcome.severity == "medium"
    (outcome,) = outcomes(nation="England").values()
    assert outcome.severity is None
    assert registrations.not_found.severity == "high"


@for_each(
    "match",
    [
        found(),
        found(HELD, SAME, NUMBER),
        found(HELD, SIMILAR, NUMBER, place="elsewhere"),
        found(replace(HELD, expires=date(2027, 1, 1))),
        found(replace(HELD, type="licence_review")),
        found(HELD, place="same postcode"),
    ],
)
def test_whoever_is_on_the_register_leaves_no_finding(match: PossibleMatch) -> None:
    assert outcomes(match) == {}
    assert outcomes(found(replace(HELD, ended=True)), match) == {}


@for_each(
    ("match", "severity"),
    [
        (found(replace(HELD, ended=True)), "high"),
        (found(replace(HELD, low=True)), "high"),
        (found(replace(HELD, type="licence_revoked")), "high"),
        (found(replace(HELD, type="licence_refused")), "high"),
        (found(replace(HELD, expires=date(2026, 11, 23))), "high"),
        (found(replace(HELD, reference="CBDL9901")), "high"),
        (found(replace(HELD, ended=True), SIMILAR), "medium"),
        (found(replace(HELD, ended=True), SAME, place="elsewhere"), "medium"),
    ],
)
def test_what_ended_or_is_lower_is_lost(match: PossibleMatch, severity: str) -> None:
    (found_,) = outcomes(match).items()
    assert found_[0] == "REQ-02"
    assert found_[1].severity == severity
    assert "Quill Ltd" in format_text(found_[1].why)


@for_each(
    "match",
    [
        found(HELD, SIMILAR, name="Quilt Ltd"),
        # Names of which the words that count agree, and which are two firms all the same.
        found(name="1st Quill Ltd"),
        found(name="Quill (Tarvit) Ltd"),
        found(HELD, SAME, OTHER_NUMBER),
        found(HELD, SAME, place="elsewhere"),
        found(HELD, NUMBER, name="Ferrow Haulage Ltd"),
    ],
)
def test_another_name_number_or_place_is_to_be_compared(match: PossibleMatch) -> None:
    assert outcomes(match).keys() == {"REQ-03"}


def test_a_register_that_is_not_current_is_unknown_and_never_clear() -> None:
    for matches in (
        (),
        (found(),),
    ):
        (found_,) = outcomes(*matches, registers=(STALE,)).items()
        assert (found_[0], found_[1].result) == ("REQ-01", "unknown")
    # What it holds against the supplier counts all the same.
    ended = found(replace(HELD, ended=True))
    assert outcomes(ended, registers=(STALE,)).keys() == {"REQ-02"}


@for_each(
    "more",
    [
        {"registers": ()},
        {"sure": False},
        {"nation": "Scotland"},
        {"more": True},
        {"trade": "security", "registers": ()},
        {"trade": "food"},  # not every kitchen is on the lists in use
    ],
)
def test_what_no_list_can_show_is_a_question(more: dict[str, Any]) -> None:
    (found_,) = outcomes(**more).items()
    assert found_[0] == "REQ-04"
    assert found_[1].result == "review"
    assert "exclu" not in format_text(found_[1].why)


@for_each(
    ("trade", "nation", "said"),
    [
        (
            "waste",
            "Scotland",
            "The supplier is in Scotland, which the register in use does not cover (SEPA in "
            "Scotland, Natural Resources Wales, NIEA in Northern Ireland).",
        ),
        (
            "taxis",
            "Scotland",
            "The supplier is in Scotland, which the register in use does not cover.",
        ),
    ],
)
def test_a_supplier_of_another_nation_is_told_of_the_registers_there(
    trade: str, nation: str, said: str
) -> None:
    assert said in format_text(outcomes(trade=trade, nation=nation)["REQ-04"].why)


def test_an_entry_of_another_service_is_not_this_registration() -> None:
    """A register of several services shows the one that its entry names."""
    home = RegisteredService(number="SC990001", nation="England", kinds=("Secure children's home",))
    agency = replace(home, number="SC990002", kinds=("Independent Fostering Agency",))
    held, other = (
        replace(found(), entry=replace(found().entry, service=one)) for one in (home, agency)
    )
    assert outcomes(held, other, trade="childrens-homes", nation="England") == {}
    whole = replace(REGISTRATIONS["childrens-homes"], proof="list", whole=True)
    need = Need(whole, (Contract(title="Children's homes"),), True, "England")
    needed = NeededRegistrations(SUPPLIER, (need,), (CURRENT,), (other,))
    outcome = registrations.not_found.run(needed, TODAY)
    assert outcome.result == "review"
    assert outcome.severity is None
    assert "it has them for Independent Fostering Agency." in format_text(outcome.why)
    assert "whether an exemption applies" in format_text(outcome.next_step)


def test_a_number_that_another_holds_is_a_question_and_no_absence() -> None:
    """Nor is one whose holder the publisher withholds said to be anybody's."""
    entry = replace(found().entry, names=(Name("Larkmere Group Ltd"),))
    number = Identifier(CARE, "SC990003")
    for owner, check, said in (
        ("Larkmere Group Ltd", "REQ-03", "the number SC990003 is held by Larkmere Group Ltd"),
        ("", "REQ-04", "The number SC990003 is on Children's homes, whose publisher withholds"),
    ):
        service = RegisteredService(
            number="SC990003", nation="England", kinds=("Children's Home",), owner=owner
        )
        other = NumberOfAnother(
            found().party, number, replace(entry, service=service), "Children's homes"
        )
        ((id_, outcome),) = outcomes_of(replace(NEEDED_HOME, others=(other,))).items()
        assert (id_, outcome.severity) == (check, None)
        assert said in format_text(outcome.why)
    # One that ended shows nothing.
    over = replace(entry, service=service, ends_on=date(2026, 1, 1))
    other = NumberOfAnother(found().party, number, over, "Children's homes")
    assert list(outcomes_of(replace(NEEDED_HOME, others=(other,)))) == ["REQ-01"]


HOME_IN_WALES = RegisteredService(
    number="", nation="Wales", kinds=("Care Home Service",), place="Quill"
)


def test_the_name_of_a_place_alone_shows_nothing_without_its_address() -> None:
    nameless = replace(found().entry, service=HOME_IN_WALES)
    for record in (HELD, replace(HELD, ended=True)):
        alike = replace(found(), entry=replace(nameless, record=record))
        assert list(outcomes(alike, trade="care-wales", nation="Wales")) == ["REQ-04"]
        here = replace(alike, place="same postcode")
        assert "REQ-04" not in outcomes(here, trade="care-wales", nation="Wales")


def test_an_old_register_says_nothing_of_what_began_since() -> None:
    assert CURRENT.version
    annual = replace(CURRENT, version=replace(CURRENT.version, published=date(2026, 3, 31)))
    needed = replace(NEEDED_HOME, registers=(annual,))
    ((check, outcome),) = outcomes_of(needed).items()
    assert check == "REQ-01"
    assert "as of 31 March 2026 (238 days ago) has its names" in format_text(outcome.why)
    (need,) = needed.needs
    began = replace(need, contracts=(Contract(title="Children's homes", start=date(2026, 9, 1)),))
    for newer in (replace(needed, needs=(began,)), replace(needed, formed_on=date(2026, 5, 4))):
        ((check, outcome),) = outcomes_of(newer).items()
        assert check == "REQ-04"
        assert "what was registered since is not on it" in format_text(outcome.why)
    # A register of this quarter is as if of today.
    recent = replace(CURRENT, version=replace(CURRENT.version, published=date(2026, 8, 31)))
    soon = replace(needed, registers=(recent,), needs=(began,))
    assert list(outcomes_of(soon)) == ["REQ-01"]


def test_the_number_that_a_supplier_gives_decides() -> None:
    """A suspended one is not covered by another in force, nor by an owner's other homes."""
    home = RegisteredService(number="SC990001", nation="England", kinds=("Children's Home",))
    suspended = replace(home, number="SC990002", standing="Suspended")
    own, other = found(replace(HELD, low=True), SAME, NUMBER), found()
    party = replace(own.party, identifiers=(Identifier("care", "sc 990002"),))
    own = replace(own, party=party, entry=replace(own.entry, service=suspended))
    other = replace(other, party=party, entry=replace(other.entry, service=home))
    outcome = outcomes(other, own, trade="childrens-homes", nation="England")["REQ-02"]
    assert (outcome.result, outcome.severity) == ("review", "high")
    # Without its number, the one in force is enough.
    unnumbered = replace(own, party=replace(party, identifiers=()))
    assert outcomes(other, unnumbered, trade="childrens-homes", nation="England") == {}


def test_an_owner_of_many_gets_the_answer_of_one_of_few() -> None:
    """All registrations in its name are added, so that more of other names change nothing."""
    agency = RegisteredService(
        number="SC990003", nation="England", kinds=("Independent Fostering Agency",)
    )
    register = replace(CURRENT, list_id="ofsted-social-care")
    supplier = Supplier(ref="S1", name="Quill Ltd", contract="Children's home placements")
    said = []
    for name in ("Quill Ltd", "Quillby Ltd"):
        one = found(HELD, SAME if name == supplier.name else SIMILAR, name=name)
        one = replace(one, entry=replace(one.entry, service=agency))
        search = RegistrationSearch([supplier], {}, [register], TODAY.today)
        search.collect(Possible(supplier, (one,), (), more=True), register)
        (needed,) = search.subjects()
        said.append(registrations.not_found.run(needed, TODAY).result)
    assert said == ["review", "not_applicable"]


def test_a_number_of_another_is_not_said_to_be_missing() -> None:
    given = Identifier("care", "SC990004")
    theirs = found(replace(HELD, ended=True), name="Ferrow Ltd")
    other = NumberOfAnother(theirs.party, given, theirs.entry, theirs.list_title)
    register = replace(CURRENT, list_id="ofsted-social-care", title="Homes")
    supplier = Supplier(ref="S1", name="Quill Ltd", contract="Children's home placements")
    search = RegistrationSearch([supplier], {}, [register], TODAY.today)
    search.collect(Possible(supplier, (), (), more=False, others=(other,)), register)
    (needed,) = search.subjects()
    why = format_text(registrations.not_found.run(needed, TODAY).why)
    assert "No entry of Homes has its names." in why


def test_what_is_to_be_done_is_said_once() -> None:
    """The open question stands for that of one of its licences, and no sentence comes twice."""
    route = Contract(title="SEN transport, route 9", cpv=("60172000",))
    supplier = Supplier(ref="S1", name="Quill Ltd", contracts=(route, Contract(title="Coaches")))
    search = RegistrationSearch([supplier], {}, [], TODAY.today)
    (asked,) = search.asked()
    assert {one.registration.id for one in asked.parts[0].needs} == {"buses", "passengers"}
    step = format_text(registrations.to_be_asked.run(asked, TODAY).next_step)
    assert step.count("Under permits") == step.count("licence") == 1


def test_a_contract_elsewhere_than_its_supplier_is_a_question() -> None:
    need = Need(REGISTRATIONS["care"], (Contract(title="Care homes"),), True, "England")
    needed = NeededRegistrations(SUPPLIER, (need,), (CURRENT,), (), nation="Scotland")
    assert registrations.not_found.run(needed, TODAY).result == "not_applicable"
    asked = registrations.to_be_asked.run(RegistrationsToAsk(SUPPLIER, (needed,)), TODAY)
    assert "the work is in England" in format_text(asked.why)
    assert "The supplier is in Scotland" in format_text(asked.why)


def test_a_contract_is_asked_about_once_for_all_registers() -> None:
    school = Contract(title="School bus and coach service", procurement=Procurement(nation="Wales"))
    supplier = Supplier(
        ref="S1", name="Quill Ltd", contracts=(school, Contract(title="Keyholding"))
    )
    licences = replace(CURRENT, list_id="operator-licences")
    search = RegistrationSearch([supplier], {}, [licences], TODAY.today)
    assert len(list(search.subjects())) == 2
    (asked,) = search.asked()
    why = format_text(registrations.to_be_asked.run(asked, TODAY).why)
    assert why.count("School bus") == 1
    assert "Keyholding" in why
    # A council of Scotland buys where nothing else is said.
    care = Supplier(ref="S2", name="Moss Ltd", contract="Care at home")
    (needed,) = RegistrationSearch([care], {}, [], TODAY.today, "Scotland").subjects()
    assert [one.registration.id for one in needed.needs] == ["care-scotland"]


def test_a_record_of_another_kind_is_no_place_on_the_register() -> None:
    assert outcomes(found(replace(HELD, type="notice"))).keys() == {"REQ-01"}
    assert outcomes(found(replace(HELD, status="withdrawn"))).keys() == {"REQ-01"}


records = st.builds(
    Record,
    type=st.sampled_from(["registration", "licence_revoked", "rating", "notice", "licence_review"]),
    reference=st.sampled_from(["CBDU1", "CBDL1", ""]),
    ended=st.booleans(),
    low=st.booleans(),
    status=st.sampled_from(["live", "withdrawn", "unstated"]),
    expires=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
matches = st.builds(
    lambda record, features, place: found(record, *features, place=place),
    st.none() | records,
    st.sampled_from([(SAME,), (SIMILAR,), (SAME, NUMBER), (SAME, OTHER_NUMBER)]),
    st.sampled_from(["same premises", "elsewhere", "not known"]),
)


@given(
    matches=st.lists(matches, max_size=4),
    trade=st.sampled_from(sorted(REGISTRATIONS)),
    sure=st.booleans(),
    registers=st.sampled_from([(), (CURRENT,), (STALE,), (CURRENT, STALE)]),
    more=st.booleans(),
    nation=st.sampled_from([None, "England", "Scotland", "Wales"]),
)
def test_each_need_is_said_once_at_most(
    matches: list[PossibleMatch], trade: str, sure: bool, registers: Any, more: bool, nation: Any
) -> None:
    found_ = outcomes(
        *matches, trade=trade, sure=sure, registers=registers, more=more, nation=nation
    )
    assert len(found_) <= 1
    for outcome in found_.values():
        assert format_text(outcome.why)
        assert format_text(outcome.next_step).startswith("Ask") or outcome.result == "unknown"
        assert outcome.severity != "critical"
        assert not outcome.grounds


@given(st.builds(Supplier, contract=st.just(""), contracts=st.just(()), ref=st.text()))
def test_without_a_contract_there_is_nothing_to_judge(supplier: Supplier) -> None:
    search = RegistrationSearch([supplier], {}, [CURRENT], TODAY.today)
    assert list(search.subjects()) == []


def test_needs_of_one_register_are_one_subject() -> None:
    contracts = tuple(
        Contract(title=title) for title in ("Skip hire", "Coach hire", "Haulage", "Keyholding")
    )
    over = Contract(title="Home care", end=date(2026, 11, 23))
    supplier = Supplier(ref="S1", name="Quill Ltd", contracts=(*contracts, over))
    licences = replace(CURRENT, list_id="operator-licences")
    never = replace(
        CURRENT, list_id="ea-waste-carriers", state="never loaded", version=None, optional=True
    )
    search = RegistrationSearch([supplier], {}, [licences, never], TODAY.today)
    assert [
        ([need.registration.id for need in one.needs], [r.list_id for r in one.registers])
        for one in search.subjects()
    ] == [(["waste", "security"], []), (["haulage", "buses"], ["operator-licences"])]


@for_each(
    ("supplier", "nation"),
    [
        (Supplier(ref="1", name="Q", identifiers=(Identifier("GB-COH", "SC990001"),)), "Scotland"),
        (
            Supplier(ref="1", name="Q", identifiers=(Identifier("GB-NIC", "990001"),)),
            "Northern Ireland",
        ),
        (Supplier(ref="1", name="Q", address=Address("1 Row", "", "Wales")), "Wales"),
        (Supplier(ref="1", name="Q", identifiers=(Identifier("GB-CHC", "9900001"),)), "England"),
        (Supplier(ref="1", name="Q", identifiers=(Identifier("GB-COH", "99000001"),)), None),
    ],
)
def test_where_a_supplier_is(supplier: Supplier, nation: str | None) -> None:
    assert nation_of(supplier) == nation


def test_a_local_register_with_the_trade_in_its_title_is_the_councils() -> None:
    supplier = Supplier(ref="S1", name="Quill Ltd", contract="Taxis")
    own = replace(CURRENT, list_id="porthvellan-taxis", title="Private hire and taxi operators")
    other = replace(CURRENT, list_id="porthvellan-premises", title="Premises licences")
    search = RegistrationSearch([supplier], {}, [other, own, CURRENT], TODAY.today)
    (needed,) = search.subjects()
    (asked,) = search.asked()
    assert needed.registers == (own,)
    # The operator may be licensed by another council.
    assert registrations.not_found.run(needed, TODAY).result == "not_applicable"
    assert registrations.to_be_asked.run(asked, TODAY).result == "review"


def looked_up(status: str, on: date, record: Record | None, *features: Feature) -> PossibleMatch:
    """A look-up on the register, written down."""
    match = found(record, *features)
    entry = replace(
        match.entry,
        status=status,
        updated_on=on,
        remarks="Looked up by Ottilie Ash",
        url="https://register.example/9901",
    )
    return replace(match, entry=entry)


NEW, OLD = date(2026, 11, 2), date(2025, 11, 2)


def test_a_look_up_counts_for_a_year() -> None:
    assert outcomes(looked_up("Licensed", NEW, HELD), trade="labour") == {}
    for matches in ((), (looked_up("Licensed", OLD, HELD),), (looked_up("Not found", OLD, None),)):
        ((check, outcome),) = outcomes(*matches, trade="labour").items()
        assert check == "REQ-04"
        assert "nobody looked it up here within a year" in format_text(outcome.why)


def test_a_look_up_that_did_not_find_the_supplier_says_who_looked_and_when() -> None:
    missing = looked_up("Not found", NEW, None)
    ((check, outcome),) = outcomes(missing, trade="labour").items()
    assert check == "REQ-01"
    assert "not found on 2 November 2026 (Looked up by Ottilie Ash: https://" in format_text(
        outcome.why
    )
    assert outcome.signs == ("gangmaster licence",)
    # It says nothing of a firm with a similar name, nor where a licence was seen.
    similar = looked_up("Not found", NEW, None, SIMILAR)
    assert list(outcomes(similar, trade="labour")) == ["REQ-04"]
    assert outcomes(missing, looked_up("Licensed", NEW, HELD), trade="labour") == {}


BEDS, YOUNG = "Care home placements", ("Care Home Service", "Children & Young People")
HOME, AGENCY = ("Care Home Service", "Older People"), ("Support Service", "Care at Home")


@for_each(
    ("trade", "title", "kinds", "held"),
    [
        ("care", BEDS, ("Care home service without nursing",), True),
        ("care", BEDS, ("Dentist",), False),
        ("care", BEDS, ("Dental service", "Care home service with nursing"), True),
        ("care", "Home care", ("Care home service with nursing",), False),
        ("care", "Home care and care home beds", ("Care home service with nursing",), True),
        ("care", "Shared lives scheme", ("Homecare agencies",), False),
        ("care", "Adult social care", ("Dentist",), True),
        ("healthcare", "Dental services for prisons", ("Dentist",), True),
        ("care-wales", BEDS, ("Care Home Service", "Childrens Home"), False),
        ("care-wales", "Nursing home beds", ("Care Home Service", "Adults Without Nursing"), False),
        ("care-wales", "Domiciliary care", ("Care Home Service", "Adults With Nursing"), False),
        ("care-scotland", BEDS, HOME, True),
        ("care-scotland", BEDS, AGENCY, False),
        ("care-scotland", BEDS, ("Housing Support Service",), False),
        ("care-scotland", BEDS, YOUNG, False),
        ("care-scotland", "Care at home", AGENCY, True),
        ("care-scotland", "Care at home", ("Support Service", "Other than Care at home"), False),
        ("care-scotland", "Housing support", AGENCY, False),
        ("care-northern-ireland", BEDS, ("Residential (RC)",), True),
        ("care-northern-ireland", BEDS, ("Domiciliary Care Agency (DCA)",), False),
        ("care-northern-ireland", "Nursing home beds", ("Residential (RC)",), False),
        ("care-northern-ireland", "Home care", ("Nursing (NH)",), False),
    ],
)  # fmt: skip
def test_a_service_of_another_kind_is_not_the_one_that_the_contract_asks_for(
    trade: str, title: str, kinds: tuple[str, ...], held: bool
) -> None:
    service = RegisteredService(number="1-990001", nation="England", kinds=kinds)
    entry = replace(found().entry, service=service)
    registration = replace(REGISTRATIONS[trade], whole=True)
    need = Need(registration, (Contract(title=title),), True, registration.nations[0])
    one = replace(found(), entry=entry)
    said = outcomes_of(NeededRegistrations(SUPPLIER, (need,), (CURRENT,), (one,)))
    assert (said == {}) is held
    if not held:
        assert f"it has them for {kinds[0]}" in format_text(said["REQ-01"].why)


@for_each(
    ("said", "held"),
    [
        ({"standing": "dormant"}, False),
        ({"standing": "Inactive"}, False),
        ({"standing": "active"}, True),
        ({"conditions": ("No new admissions. Registration suspended",)}, False),
        ({"conditions": ("The provider must not admit anybody: cease admissions",)}, False),
        ({"conditions": ("A maximum of 24 beds. Category NH-I only",)}, True),
    ],
)
def test_a_service_that_takes_nobody_does_not_do_the_work(said: dict[str, Any], held: bool) -> None:
    service = RegisteredService(number="1-990001", nation="England", **said)
    found_ = replace(found(), entry=replace(found().entry, service=service))
    spoken = outcomes(found_, trade="care", nation="England")
    assert (spoken == {}) is held
    if not held:
        (words,) = said.get("conditions", (said.get("standing"),))
        assert f'The register says: "{words}".' in format_text(spoken["REQ-02"].why)
