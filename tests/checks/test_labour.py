"""Signs of labour exploitation: which come together to a finding, and what it says."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations
from typing import get_args

from duediligence.checks import labour
from duediligence.checks.toolkit.records import of_record, what_happened
from hypothesis import given
from hypothesis import strategies as st

from duediligence import registry
from duediligence.model import (
    Dossier,
    Feature,
    Finding,
    ListEntry,
    ListStatus,
    ListVersion,
    Match,
    Name,
    Outcome,
    Owner,
    Party,
    PartyRole,
    PossibleMatch,
    Record,
    StaleReason,
    Supplier,
)
from duediligence.model.facts import map_clause_values
from duediligence.model.findings import LabourSign
from duediligence.model.labour import SIGNS, LabourSigns, UnseenSign
from duediligence.render.saying import format_text
from duediligence.screening.run.findings import check_context
from duediligence.screening.run.stages import find_labour_signs, sign_of
from tests.rows import for_each

CONTEXT = replace(
    check_context(date(2026, 11, 24)), params=dict(registry.checks()["LAB-01"].params)
)
SUPPLIER = Supplier(ref="S1", name="Quill Ltd")
KINDS: tuple[LabourSign, ...] = get_args(LabourSign)
LABOUR = tuple(sign for sign in KINDS if SIGNS[sign].labour)


def finding(sign: LabourSign, **changes: object) -> Finding:
    one = Finding(
        run_id="r",
        supplier_ref="S1",
        supplier_name="Quill Ltd",
        company_number="",
        check_id="ENF-99",
        check_title=f"A finding on {sign}",
        topic="enforcement",
        outcome="review",
        severity="medium",
        about="supplier",
        subject_name="Quill Ltd",
        happened=f"What happened with {sign}.",
        happened_on=date(2025, 5, 1),
        signs=(sign,),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def judged(findings: Iterable[Finding], unseen: tuple[UnseenSign, ...] = ()) -> Outcome:
    return labour.signs_together.run(LabourSigns(SUPPLIER, tuple(findings), None, unseen), CONTEXT)


def test_the_signs_are_those_of_the_model() -> None:
    assert tuple(SIGNS) == KINDS
    assert {sign_of(one) for one in registry.find_watchlists().values()} - {None} == {
        *LABOUR,
        "poor rating",
    }


@for_each("signs", [s for n in (1, 2, 3) for s in combinations(KINDS, n)])
def test_each_combination(signs: tuple[LabourSign, ...]) -> None:
    outcome = judged(map(finding, signs))
    if len(signs) < 2 or not set(signs) & set(LABOUR):
        assert outcome.result == "clear"
        return
    assert outcome.result == "review"
    assert outcome.severity == ("high" if len(signs) > 2 or "slavery" in signs else "medium")
    assert outcome.signs == signs
    assert not outcome.grounds
    why = format_text(outcome.why)
    for sign in signs:
        assert f"{SIGNS[sign].title}: What happened with {sign}." in why
        assert f"Source: ENF-99 A finding on {sign}." in why
        assert SIGNS[sign].meaning in why


@given(st.lists(st.sampled_from([sign for sign in KINDS if not SIGNS[sign].labour])))
def test_without_a_sign_about_labour_there_is_never_a_finding(signs: list[LabourSign]) -> None:
    assert judged(map(finding, signs)).result == "clear"
    failed = UnseenSign("sponsor licence", ("Sponsors",), failed=True)
    assert judged(map(finding, signs), (failed,)).result == "clear"


def test_several_findings_of_one_kind_are_one_sign() -> None:
    two = [finding("minimum wage"), finding("minimum wage", happened="Named again.")]
    assert judged(two).result == "clear"
    why = format_text(judged([*two, finding("sponsor licence")]).why)
    assert "2 kinds of sign" in why
    assert "Named again." in why


def test_what_is_long_ago_is_no_sign_but_for_slavery() -> None:
    old = date(2019, 5, 1)
    assert judged([finding("minimum wage", happened_on=old), finding("poor rating")]).result == (
        "clear"
    )
    assert judged([finding("slavery", happened_on=old), finding("poor rating")]).severity == "high"


def test_the_people_come_first_in_the_next_step() -> None:
    step = format_text(judged([finding("minimum wage"), finding("sponsor licence")]).next_step)
    people, contract = step.index("call 999"), step.index("sample of the payroll")
    assert people < contract
    for words in ("Do not confront", "National Referral Mechanism", "s.52", "08000 121 700"):
        assert people <= step.index(words) < contract or words == "Do not confront"


def test_what_could_not_be_looked_for_is_said() -> None:
    failed = UnseenSign("sponsor licence", ("Sponsors",), failed=True)
    unused = UnseenSign("gangmaster licence", ("Gangmasters",), failed=False)
    alone = judged([finding("minimum wage")], (failed, unused))
    assert alone.result == "unknown"
    assert "Sponsor licence lowered or gone (Sponsors)" in format_text(alone.why)
    assert judged([finding("minimum wage")], (unused,)).result == "clear"
    why = format_text(
        judged([finding("minimum wage"), finding("poor rating")], (failed, unused)).why
    )
    assert (
        "Not known, for a list is not current: Sponsor licence lowered or gone (Sponsors)." in why
    )
    assert "Not looked for, for no list is in use: Gangmaster's licence (Gangmasters)." in why
    assert "Not seen, for the register was not read: New owner and Registered office moved" in why
    # A sign that was found is not reported as unseen.
    assert "Not known" not in format_text(
        judged([finding("minimum wage"), finding("sponsor licence")], (failed,)).why
    )


def owner(**changes: object) -> Owner:
    one = Owner(
        kind="individual-person-with-significant-control",
        name="Ottoline Brackwater",
        notified_on=date(2026, 6, 1),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


@for_each(
    ("owners", "created", "new"),
    [
        ((owner(),), date(2012, 5, 1), True),
        ((owner(notified_on=date(2024, 6, 1)),), date(2012, 5, 1), False),
        ((owner(ceased_on=date(2026, 8, 1)),), date(2012, 5, 1), False),
        ((owner(notified_on=None),), date(2012, 5, 1), False),
        # Whoever founds a company owns it.
        ((owner(),), date(2026, 5, 30), False),
    ],
)
def test_a_new_owner(
    build: Callable[..., Dossier], owners: tuple[Owner, ...], created: date, new: bool
) -> None:
    dossier = build("ltd", owners=owners, company={"created_on": created})
    signs = LabourSigns(SUPPLIER, (finding("sponsor licence"),), dossier)
    outcome = labour.signs_together.run(signs, CONTEXT)
    assert outcome.result == ("review" if new else "clear")
    assert not new or "New owner: Ottoline Brackwater on 1 June 2026." in format_text(outcome.why)


def test_what_names_people_goes_and_the_signs_stay(build: Callable[..., Dossier]) -> None:
    record = Record(
        type="civil_penalty",
        authority="Fair Work Agency",
        event="Ada Quill was named",
        penalty_gbp=None,
    )
    named = finding("minimum wage", happened=what_happened(record))
    signs = LabourSigns(SUPPLIER, (named,), build("ltd", owners=(owner(),)))
    why = labour.signs_together.run(signs, CONTEXT).why
    assert "Ada Quill" in format_text(why)
    assert "Ottoline" in format_text(why)
    shown = format_text(
        map_clause_values(why, lambda value: None if value.personal else value) or ""
    )
    assert "Quill" not in shown
    assert "Ottoline" not in shown
    assert "2 kinds of sign: Named for minimum wage and New owner." in shown
    assert "Civil penalty (Fair Work Agency)" in shown
    assert SIGNS["new owner"].meaning in shown


SAME = Feature("agreeing words", "quill", "quill", 1.0, "agree")
OTHER_NUMBER = Feature("identifier", "9901", "9902", -0.1, "differ")
LEFT = Record(type="registration", ended=True)
LOW = Record(type="registration", low=True)
TRAFFICKING = Record(type="order", act_section="Modern Slavery Act 2015 s.14")


@for_each(
    ("sign", "record", "features", "expected"),
    [
        ("sponsor licence", LOW, (SAME,), "sponsor licence"),
        ("sponsor licence", LEFT, (SAME,), "sponsor licence"),
        ("sponsor licence", Record(type="registration"), (SAME,), None),
        ("sponsor licence", LOW, (SAME, OTHER_NUMBER), None),
        ("sponsor licence", LOW, (replace(SAME, name="similar words", contribution=0.7),), None),
        ("gangmaster licence", LOW, (SAME,), "gangmaster licence"),
        ("gangmaster licence", LEFT, (SAME,), None),
        ("gangmaster licence", Record(type="licence_revoked"), (SAME,), "gangmaster licence"),
        ("gangmaster licence", Record(type="licence_refused"), (SAME,), "gangmaster licence"),
        ("poor rating", Record(type="rating", low=True), (SAME,), "poor rating"),
        ("poor rating", Record(type="rating"), (SAME,), None),
        ("minimum wage", Record(type="civil_penalty"), (SAME,), "minimum wage"),
        ("illegal working", Record(type="civil_penalty"), (SAME,), "illegal working"),
        (None, Record(type="civil_penalty"), (SAME,), None),
        (None, TRAFFICKING, (SAME,), "slavery"),
        (None, replace(TRAFFICKING, type="prosecution_pending"), (SAME,), None),
        (None, Record(type="order", act_section="Serious Crime Act 2007 s.1"), (SAME,), None),
    ],
)
def test_which_records_are_signs(
    sign: LabourSign | None, record: Record, features: tuple[Feature, ...], expected: str | None
) -> None:
    entry = ListEntry(
        id="1", list_id="l", kind="organisation", names=(Name("Quill Ltd"),), record=record
    )
    party = Party(names=(Name("Quill Ltd"),), kind="organisation", role=PartyRole("supplier"))
    match = Match(features, "Quill Ltd", "Quill Ltd", "1", "l")
    found = PossibleMatch(party, entry, match, "register", "A list", labour_sign=sign)
    assert of_record(found) == ((expected,) if expected else ())


def test_whose_signs_count() -> None:
    director = PartyRole("director")
    own, of_director, restricted, slavery = (
        finding("minimum wage"),
        finding("minimum wage", about="party", party_role=director),
        finding("illegal working", handling="restricted"),
        finding("slavery", about="party", party_role=director),
    )
    (signs,) = find_labour_signs([SUPPLIER], [own, of_director, restricted, slavery], {}, [])
    assert signs.findings == (own, slavery)
    assert not list(find_labour_signs([SUPPLIER], [of_director, restricted], {}, []))


def status(list_id: str, **changes: object) -> ListStatus:
    when = datetime(2026, 11, 20, tzinfo=UTC)
    version = ListVersion(
        list_id=list_id,
        version="1",
        entries=1,
        names=1,
        published=None,
        retrieved_at=when,
        checked_at=when,
        sha256="",
        origin="https://list.example",
    )
    one = ListStatus(list_id=list_id, title=list_id, state="current", version=version)
    return replace(one, **changes)  # type: ignore[arg-type]


def test_lists_that_failed_and_lists_that_are_not_in_use_are_told_apart() -> None:
    stale = (StaleReason(kind="not fetched"),)
    used = [status("sponsors"), status("glaa-licences", state="stale", reasons=stale)]
    (signs,) = find_labour_signs([SUPPLIER], [finding("minimum wage")], {}, used)
    assert {one.sign: one.failed for one in signs.unseen} == {
        "slavery": False,
        "illegal working": False,
        "minimum wage": False,
        "gangmaster licence": True,
        "poor rating": False,
    }
