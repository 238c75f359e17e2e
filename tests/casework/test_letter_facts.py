"""A letter says what its receiver may know and nothing else, over invented alerts of every kind."""

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from duediligence import registry
from duediligence.casework.letter_facts import (
    NOT_GIVEN,
    STATEMENTS,
    LetterFacts,
    address_lines,
    letter_facts,
    list_letter_holds,
)
from duediligence.model import (
    Address,
    Dossier,
    Feature,
    Finding,
    Handling,
    Identifier,
    Kind,
    ListEntry,
    Name,
    PartialDate,
    Party,
    PartyRole,
    PossibleMatch,
    Record,
    RecordType,
    Supplier,
)
from duediligence.model.alerts import Alert, AlertStatus, Compared, State
from duediligence.model.facts import say, tag_quote
from duediligence.model.letters import LETTER_KINDS, LetterKind
from duediligence.render.letter_page import (
    PLACES,
    Letterhead,
    parse_letter_template,
    read_letter_template,
    render_letter_page,
)
from tests.rows import for_each

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
# What each kind may hold of an alert, by the name of the token that stands in it.
ADDRESSED = {"suppliername", "supplierstreet"}
# The gist is the publisher's words of what it did; of an entry without a record, its reasons.
GIST = {"recordevent", "recordoutcome"}
PUBLISHED = {"authority", "actsection", "title", "url", "entrygrounds", "entryreason"} | GIST
ALLOWED: dict[LetterKind, set[str]] = {
    "details-wanted": ADDRESSED | {"subjectname", "role"},
    "explanation-wanted": ADDRESSED | PUBLISHED,
    "representations": ADDRESSED | {"subjectname", "role"} | PUBLISHED,
    "privacy-notice": ADDRESSED,
}
EXPLAINING: tuple[LetterKind, ...] = ("explanation-wanted", "representations")
ROLES = ("supplier", "premises", "sole trader", "director", "owner", "friend")
TOPICS = {check.id: check.topic for check in registry.checks().values()}


def token(name: str) -> str:
    return f"zq{name}qz"


TITLES = {"invented": token("title")}


def tokens(text: str) -> set[str]:
    return set(re.findall("zq(.*?)qz", text))


def filled(cls: type[Any], prefix: str, **given: Any) -> Any:
    """An object whose every field of text, or of texts, holds a token of its own."""
    for one in fields(cls):
        name = token(prefix + one.name.replace("_", ""))
        if one.name not in given and one.type is str:
            given[one.name] = name
        elif one.name not in given and one.type == tuple[str, ...]:
            given[one.name] = (name,)
    return cls(**given)


def invented(
    *,
    check: str,
    role: str = "supplier",
    kind: Kind = "unknown",
    handling: Handling = "public",
    state: State = "same",
    of: str = "",
    matched: bool = True,
    recorded: bool = True,
    connected: bool = True,
) -> Alert:
    role = role if matched else "supplier"
    record = filled(
        Record,
        "record",
        type="notice",
        stage="",
        power="other",
        status="under_appeal",
        handling=handling,
        authority=token("authority"),
        act_section=token("actsection"),
        penalty_gbp=Decimal(4711),
        crime_types=(),
    )
    entry = filled(
        ListEntry,
        "entry",
        kind=kind,
        names=(Name(token("entryname")), Name(token("alias"), "alias")),
        addresses=(Address(token("entrystreet")),),
        identifiers=(Identifier("GB-COH", token("entrynumber")),),
        birth_dates=(PartialDate(1911, 3),),
        record=record if recorded else None,
    )
    party = Party(
        names=(Name(token("subjectname")), Name(token("othername"), "former")),
        kind=kind,
        role=PartyRole(role, of=of, source=token("source")),
        birth_date=PartialDate(1912, 3),
        identifiers=(Identifier("passport", token("passport")),),
        addresses=(Address(token("home")),),
        connected=connected,
    )
    finding = filled(
        Finding,
        "finding",
        outcome="review",
        severity="high",
        handling=handling,
        check_id=check,
        topic=TOPICS[check],
        about="supplier" if role == "supplier" else "party",
        supplier_name=token("suppliername"),
        subject_name=token("subjectname"),
        list_id="" if check.startswith("CH") else "invented",
        entry_id=token("entryid") if matched else "",
        entry_url=f"https://example.org/{token('url')}",
        party_role=party.role,
        subject_born=PartialDate(1913, 3),
        score=0.4711 if matched else None,
        why=say("{w}", w=tag_quote(token("why"))),
        happened=say("{w}", w=tag_quote(token("happened"))),
        next_step=token("nextstep"),
        happened_on=DAY,
        retrieved_at=AT,
        first_seen=None,
        features=(Feature("birth date", token("query"), token("listed"), 0.4, "agree"),),
        signs=(),
        event=None,
    )
    return Alert(
        id="ab" * 32,
        findings=(finding,),
        load=lambda: Compared(
            parties=(party,) if matched else (),
            facts=(token("fact"),),
            entry=entry if matched else None,
        ),
        party_sha256="",
        entry_sha256="",
        last_seen=AT,
        status=AlertStatus(state=state),
    )


ALERTS = st.builds(
    invented,
    check=st.sampled_from(sorted(STATEMENTS)) | st.sampled_from(sorted(TOPICS)),
    role=st.sampled_from(ROLES),
    kind=st.sampled_from(("person", "organisation", "unknown")),
    handling=st.sampled_from(("public", "public", *get_args(Handling))),
    state=st.just("same") | st.sampled_from(get_args(State)),
    of=st.sampled_from(("", token("otherfirm"))),
    matched=st.booleans(),
    recorded=st.booleans(),
    connected=st.booleans(),
)


def letter(facts: LetterFacts, kind: LetterKind) -> str:
    """As `delivery.letters` puts it together, without a home."""
    receiver = Supplier(
        ref="S1",
        name=token("suppliername"),
        address=Address(token("supplierstreet")),
        trading_names=(token("trading"),),
        contract=token("contract"),
    )
    given = {one.name: getattr(facts, one.name) for one in fields(facts)}
    values = {
        name: value if isinstance(value, str | tuple) else ("yes" if value else "")
        for name in PLACES[kind]
        for value in [given.get(name, "x")]
    }
    values |= {"supplier": receiver.name, "retention": (), "council": "Example Council"}
    values |= {"subcontractor": "", "associated": ""} if kind == "representations" else {}
    head = Letterhead(
        council="Example Council",
        council_lines=(),
        to=receiver.name,
        to_lines=address_lines(receiver),
        on=DAY,
        reference="L1",
    )
    return render_letter_page(
        parse_letter_template(read_letter_template(kind), kind, name=kind), values, head
    ).html


@given(ALERTS, st.sampled_from(LETTER_KINDS))
def test_nothing_outside_the_allowed_facts_is_in_a_letter(one: Alert, kind: LetterKind) -> None:
    assert_allowed(one, kind)


@for_each("kind", LETTER_KINDS)
@for_each("role", ROLES)
def test_every_fact_that_may_be_there_is_there_and_no_other(role: str, kind: LetterKind) -> None:
    for check in STATEMENTS:
        assert_allowed(invented(check=check, role=role), kind)
    whole = letter(letter_facts(invented(check="ENF-05", role=role), TITLES), kind)
    facts = {"authority", "actsection", "title", "url"} | GIST
    expected = ADDRESSED | (facts if kind in EXPLAINING else set())
    if role not in ("supplier", "premises", "sole trader") and kind != "privacy-notice":
        # An explanation about somebody else is refused; the template does not name them anyway.
        expected |= {"subjectname"} if kind != "explanation-wanted" else set()
    assert tokens(whole) == expected


def assert_allowed(one: Alert, kind: LetterKind) -> None:
    if any(hold.final for hold in list_letter_holds(one, (), kind, DAY)):
        return
    page = letter(letter_facts(one, TITLES), kind)
    role = {"role"} if "(director)" in page or "(owner)" in page else set()
    assert tokens(page) | role <= ALLOWED[kind]
    for year in ("1911", "1912", "1913"):
        assert year not in page, "a birth date is asked for, and never told"
    for told in ("0.47", "47%", "abab", "friend"):
        assert told not in page
    if one.first.handling != "public":
        assert tokens(page) <= ADDRESSED | {"subjectname"}
    if one.first.role.kind in ("supplier", "premises", "sole trader"):
        assert "subjectname" not in tokens(page)


@given(ALERTS)
def test_a_question_for_details_never_says_what_was_found(one: Alert) -> None:
    page = letter(letter_facts(one, TITLES), "details-wanted").casefold()
    for word in (
        "sanction",
        "debar",
        "alert",
        "convict",
        "enforcement",
        "crime",
        "terror",
        "match",
    ):
        assert word not in page


@given(ALERTS, st.sampled_from(LETTER_KINDS))
def test_what_is_restricted_has_no_letter_at_all(one: Alert, kind: LetterKind) -> None:
    if one.restricted:
        assert [hold.final for hold in list_letter_holds(one, (), kind, DAY)] == [True]


@for_each("recorded", (True, False))
@for_each("dated", (True, False))
def test_a_letter_says_day_source_reason_and_term_or_that_they_are_not_given(
    dated: bool, recorded: bool
) -> None:
    """Of every list, and of every check that a letter can be about."""
    lists = {one.id: one.title for one in registry.find_watchlists().values()}
    ends = date(2031, 5, 6)
    for check in STATEMENTS:
        for list_id in lists:
            one = invented(check=check, recorded=recorded)
            entry = one.compared.entry
            assert entry
            record = entry.record and replace(
                entry.record, expires=ends if dated else None, event="Dumped waste" * dated
            )
            record = record and replace(record, outcome="")
            entry = replace(entry, record=record, grounds=(), reason="Dumped waste" * dated)
            entry = replace(entry, ends_on=ends if dated else None)
            found = replace(one.first, list_id=list_id, happened_on=DAY if dated else None)
            held = replace(
                one,
                findings=(found,),
                load=lambda entry=entry: Compared(entry=entry),  # type: ignore[misc]
            )
            facts = dict(letter_facts(held, lists).facts)
            assert facts["Source"] == lists[list_id]
            said = (facts["Date"], facts["Reason"], facts["Term"])
            given = ("20 November 2026", "Dumped waste", "Until 6 May 2031")
            assert said == (given if dated else (NOT_GIVEN,) * 3)


def test_what_may_not_be_disclosed_is_named_as_withheld_and_not_told() -> None:
    about, secret = plain("ENF-05"), plain("ENF-06", handling="restricted")
    assert letter_facts(about, {}, [secret]).withheld
    assert not letter_facts(about, {}, [plain("CH-FIL-02")]).withheld
    page = letter(letter_facts(about, {}, [secret]), "representations")
    assert "is withheld from this letter" in page
    assert "is withheld" not in letter(letter_facts(about, {}), "representations")


def test_no_letter_rests_on_a_conviction_that_is_spent() -> None:
    def convicted(on: date, kind: Kind) -> list[bool]:
        one = invented(check="ENF-01", kind=kind)
        entry = one.compared.entry
        assert entry
        record = Record(type="conviction", decision_date=on, outcome="Fined £900")
        entry = replace(entry, record=record)
        return final(replace(one, load=lambda: Compared(entry=entry)), "representations")

    assert convicted(date(2019, 1, 1), "person") == [True]
    assert convicted(date(2019, 1, 1), "organisation") == []
    assert convicted(date(2026, 9, 1), "person") == []


def plain(check: str, **more: Any) -> Alert:
    finding = Finding(
        run_id="r",
        supplier_ref="S1",
        supplier_name="Example Ltd",
        company_number="",
        check_id=check,
        check_title="x",
        topic=TOPICS[check],
        outcome="adverse",
        severity="high",
        about="supplier",
        subject_role="supplier",
        possible_grounds=("PA23-7-11 Professional misconduct, officer to decide",),
        **more,
    )
    return Alert(
        id="cd" * 32,
        findings=(finding,),
        load=Compared,
        party_sha256="",
        entry_sha256="",
        last_seen=AT,
    )


def final(one: Alert, kind: LetterKind, *others: Alert) -> list[bool]:
    return [hold.final for hold in list_letter_holds(one, others, kind, DAY)]


@for_each("kind", EXPLAINING)
@for_each("check", sorted(TOPICS))
def test_each_check_tells_a_published_fact_or_has_no_letter(check: str, kind: LetterKind) -> None:
    refused = True in final(plain(check), kind)
    debarred = kind == "representations" and check in ("DEB-01", "DEB-02")
    asked = check == "DCL-04" or (kind, check) in (
        ("explanation-wanted", "REQ-01"),
        ("representations", "DCL-02"),
    )
    assert refused == ((not asked and check not in STATEMENTS) or debarred)


@for_each("kind", EXPLAINING)
def test_a_letter_that_may_warn_waits_until_somebody_agrees(kind: LetterKind) -> None:
    fact = plain("ENF-05")
    assert final(fact, kind) == []
    for other in (plain("LAB-01"), plain("SAN-01"), plain("ENF-06", handling="restricted")):
        assert final(fact, kind, other) == [False]
        done = replace(other, status=AlertStatus(state="not the same"))
        assert final(fact, kind, done) == []
    victims = plain("ENF-01", crime_types=("slavery_trafficking",))
    assert final(victims, kind) == [False]
    assert final(plain("ENF-05", handling="internal"), kind) == [True]


def test_a_match_must_be_decided_before_it_is_put_to_a_supplier() -> None:
    match = plain("ENF-05", entry_id="e", list_id="l")
    for kind in EXPLAINING:
        assert final(match, kind) == [True]
        for state in ("same", "confirmed risk"):
            decided = replace(match, status=AlertStatus(state=state))  # type: ignore[arg-type]
            assert final(decided, kind) == []
        assert final(replace(match, found="no"), kind) == [True]
    assert final(match, "details-wanted") == []
    cleared = replace(match, status=AlertStatus(state="not the same"))
    assert final(cleared, "details-wanted") == [True]


def test_what_rests_on_an_entry_that_may_be_of_another_waits_for_who_it_is() -> None:
    """Only an alert about one entry can be decided as the same: no other check that rests on
    entries of lists tells of one, and its details can be asked for.
    """
    single = (PossibleMatch, Dossier)
    for check in registry.checks().values():
        if check.id in STATEMENTS:
            assert check.needs in single, check.id
    for check_id in ("REQ-02", "REQ-03"):
        similar = plain(check_id, list_id="l")
        for state in get_args(State):
            decided = replace(similar, status=AlertStatus(state=state))
            for kind in EXPLAINING:
                assert True in final(decided, kind)
        assert final(similar, "details-wanted") == []


def test_a_conviction_is_called_one_with_both_of_its_days() -> None:
    """Also one under appeal; of a caution and of what is neither nothing is said of the other."""

    def told(type_: RecordType, **more: Any) -> dict[str, str]:
        one = invented(check="ENF-01", kind="organisation")
        entry = one.compared.entry
        assert entry
        record = Record(type=type_, event="Dumped waste", **more)
        entry = replace(entry, record=record)
        return dict(letter_facts(replace(one, load=lambda: Compared(entry=entry)), TITLES).facts)

    facts = told("conviction", decision_date=DAY, status="under_appeal")
    assert facts["What is published"] == "A conviction is published"
    assert facts["Date of the conviction"] == "20 November 2026"
    assert facts["Date of the conduct"] == NOT_GIVEN
    assert facts["Status"] == "Under appeal"
    facts = told("caution", event_date=date(2026, 3, 4))
    assert facts["What is published"] == "A caution is published"
    assert facts["Date of the caution"] == NOT_GIVEN
    assert facts["Date of the conduct"] == "4 March 2026"


def test_what_stands_in_our_own_register_is_not_called_published() -> None:
    for check in STATEMENTS:
        one = invented(check=check)
        facts = letter_facts(one, TITLES, own_list=True)
        assert "What our own record says" in dict(facts.facts)
        for kind in EXPLAINING:
            page = letter(facts, kind)
            assert "a register that we keep ourselves" in page
            assert "ublished" not in page, (check, kind)
            assert "a register that we keep ourselves" not in letter(letter_facts(one, {}), kind)


def test_no_ground_no_invitation_to_respond() -> None:
    assert final(plain("ENF-05"), "representations") == []
    without = replace(plain("ENF-05").first, possible_grounds=())
    alert = replace(plain("ENF-05"), findings=(without,))
    assert final(alert, "representations") == [True]
    assert final(alert, "explanation-wanted") == []


def test_whom_the_supplier_may_not_know_of_is_not_named_without_asking() -> None:
    match = plain("ENF-05", entry_id="e", list_id="l")
    for role, expected in (
        ("director", []),
        ("LLP designated member", []),
        ("parent company", []),
        ("associate", [False]),
        ("friend of the owner", [False]),
        ("", [False]),
    ):
        party = replace(match.first, about="party", party_role=PartyRole(role))
        assert final(replace(match, findings=(party,)), "details-wanted") == expected, role


@for_each("handling", ["internal", "restricted"])
def test_what_is_not_public_has_no_facts(handling: Handling) -> None:
    assert letter_facts(invented(check="ENF-05"), TITLES).facts
    assert letter_facts(invented(check="ENF-05", handling=handling), TITLES).facts == ()


def test_only_what_is_missing_is_asked_for() -> None:
    def wanted(one: Alert) -> tuple[bool, bool, bool]:
        facts = letter_facts(one, TITLES)
        return facts.person, facts.firm, facts.people

    assert wanted(plain("SUP-02")) == (False, True, False)
    assert wanted(plain("SUP-04")) == (False, False, True)
    for kind, expected in (
        ("person", (True, False, False)),
        ("organisation", (False, True, False)),
        ("unknown", (True, True, False)),
    ):
        one = invented(check="ENF-05", role="director", kind=kind)  # type: ignore[arg-type]
        assert wanted(one) == expected


def test_every_statement_is_of_a_check_and_accuses_nobody() -> None:
    assert STATEMENTS.keys() <= TOPICS.keys()
    for words in STATEMENTS.values():
        assert words[0].isupper()
        assert not words.endswith(".")
        assert not re.search(r"fraud|crim|guilty|sham|fake", words)


def test_the_postcode_ends_the_address() -> None:
    whole = Supplier(
        ref="S", name="S", address=Address("1 Quay Street, Example, EX1 1AA", "EX1 1AA")
    )
    assert address_lines(whole) == ("1 Quay Street", "Example", "EX1 1AA")
    apart = replace(whole, address=Address("1 Quay Street,, Example", "EX1 1AA"))
    assert address_lines(apart) == ("1 Quay Street", "Example", "EX1 1AA")
    assert address_lines(replace(whole, address=None)) == ()
