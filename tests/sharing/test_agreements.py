"""An agreement is kept by its terms or from the partner's file, and ended; both hold the same."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.casework.readiness import examine_readiness
from duediligence.casework.signing_keys import rotate, signing_key
from duediligence.casework.verifying import examine as verified
from duediligence.errors import Conflict, Forbidden, Invalid, NotFound, UsageError
from duediligence.extensions.sharing import agreement_files, partner_files
from duediligence.extensions.sharing.agreement_terms import contact_of
from duediligence.extensions.sharing.agreements import (
    accept,
    change_contacts,
    compare_key,
    drop_partner_keys,
    end,
    export,
    find,
    in_force,
    make,
    take_partner_key,
)
from duediligence.extensions.sharing.agreements_shown import agreement, agreements
from duediligence.extensions.sharing.exchanges.sizes import budgets
from duediligence.extensions.sharing.fingerprints import spoken_key
from duediligence.extensions.sharing.model.agreements import Contact, Shared
from duediligence.extensions.sharing.render.agreement_words import format_guesses
from duediligence.screening.workspace import Workspace
from duediligence.settings import EffectiveSettings, Settings
from tests.rows import for_each

from .agreements_made import TERMS, made, request

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
Home = Callable[..., Workspace]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Opens the home of a party, some days after NOW."""
    with ExitStack() as opened:

        def one(name: str, days: int = 0) -> Workspace:
            settings = Settings(home=tmp_path / name)
            at = NOW + timedelta(days=days)
            return opened.enter_context(Workspace(settings, now=lambda: at, who=name))

        yield one


def exported(workspace: Workspace) -> bytes:
    return export(workspace, TERMS.reference, file="agreement.json").encode()


def given_to(workspace: Workspace, content: bytes, **more: Any) -> None:
    """The police take the council's file."""
    theirs = agreement_files.parse_agreement_file(content, "agreement.json")
    accept(
        workspace,
        theirs,
        ours="Example Police",
        partner_kind="council-fraud-team",
        without_auditor=True,
        **more,
    )


def test_both_homes_hold_the_same_terms_and_each_the_key_of_the_other(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council), contacts=[contact_of("duty desk: 0000 000000", "")])
    theirs = agreement_files.parse_agreement_file(exported(police), "b.json")
    take_partner_key(council, TERMS.reference, theirs)
    ours, other = find(council, TERMS.reference), find(police, TERMS.reference)
    assert ours.terms.digest == other.terms.digest == TERMS.digest
    assert (ours.partner, other.partner) == ("Example Police", "Example Council")
    assert ours.partner_keys == (signing_key(police).public.text,)
    assert other.partner_keys == (signing_key(council).public.text,)
    # Each has the contacts of both, and knows whose they are.
    assert {(one.party, one.role) for one in ours.contacts} == {
        ("Example Council", "data protection officer"),
        ("Example Police", "duty desk"),
    }
    assert set(ours.contacts) == set(other.contacts)
    for ws in (council, police):
        assert not verified(ws).problems


def test_the_two_read_the_same_words_to_each_other(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council))
    take_partner_key(
        council, TERMS.reference, agreement_files.parse_agreement_file(exported(police), "b.json")
    )
    here, there = (dict(agreement(ws, TERMS.reference).facts) for ws in (council, police))
    for words in (
        "Words of the terms",
        "Words of the key of Example Council",
        "Words of the key of Example Police",
    ):
        assert here[words] == there[words]
        assert len(here[words][0].split()) == 20
    assert here["Words of the key of Example Council"] != here["Words of the key of Example Police"]


def test_a_file_is_believed_once_the_key_is_known_and_not_after_it_was_dropped(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council))
    header = partner_files.Header(
        format=partner_files.FORMATS["ask"],
        kind="ask",
        id="0" * 32,
        exchange="1" * 32,
        agreement=TERMS.reference,
        terms_sha256=TERMS.digest,
        sender="Example Police",
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
        facts={},
    )
    file = partner_files.parse_partner_file(
        partner_files.pack_partner_file(header, b"body", signing_key(police))
    )
    with pytest.raises(Forbidden, match="not signed by Example Police"):
        file.verified(find(council, TERMS.reference), "ask", NOW)
    theirs = agreement_files.parse_agreement_file(exported(police), "b.json")
    take_partner_key(council, TERMS.reference, theirs)
    assert file.verified(find(council, TERMS.reference), "ask", NOW).body == b"body"
    drop_partner_keys(council, TERMS.reference)
    with pytest.raises(Forbidden):
        file.verified(find(council, TERMS.reference), "ask", NOW)
    (shown,) = agreements(council)
    assert any("every file of it is refused" in one for one in shown.notices)


def test_a_key_that_the_partner_replaced_takes_the_place_of_the_one_before(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council))
    for _ in range(2):
        theirs = agreement_files.parse_agreement_file(exported(police), "b.json")
        take_partner_key(council, TERMS.reference, theirs)
        assert find(council, TERMS.reference).partner_keys == (signing_key(police).public.text,)
        rotate(police)


def take_key(council: Workspace, content: bytes) -> bool:
    """The council takes the file of the police; is its key one that somebody compared?"""
    take_partner_key(
        council, TERMS.reference, agreement_files.parse_agreement_file(content, "b.json")
    )
    return find(council, TERMS.reference).is_key_compared


def test_a_key_that_the_compared_one_signed_needs_no_words(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council))
    assert not take_key(council, exported(police))
    compare_key(council, TERMS.reference, spoken_key(signing_key(police).public))
    for _ in range(3):
        rotate(police)
    assert take_key(council, exported(police))
    rotate(police)
    assert take_key(council, exported(police))
    shown = dict(agreement(council, TERMS.reference).facts)["Key compared"]
    assert "is in use was not compared" in shown[0]
    assert "the key of which the words were compared by council on 27 November 2026" in shown[0]
    for workspace in (council, police):
        assert not verified(workspace).problems


def without_link(document: Any) -> None:
    del document["earlier_keys"][0]


def of_another_key(document: Any) -> None:
    document["earlier_keys"][1]["signature"] = document["earlier_keys"][0]["signature"]


def no_base64(document: Any) -> None:
    document["earlier_keys"][0]["signature"] = "%"


@for_each("break_", [without_link, of_another_key, no_base64])
def test_a_key_to_which_no_signatures_lead_needs_words(
    home: Home, break_: Callable[[Any], None]
) -> None:
    council, police = (home(f"{one} {break_.__name__}") for one in ("council", "police"))
    made(council)
    given_to(police, exported(council))
    take_key(council, exported(police))
    compare_key(council, TERMS.reference, spoken_key(signing_key(police).public))
    for _ in range(2):
        rotate(police)
    document = json.loads(exported(police))
    break_(document)
    assert not take_key(council, json.dumps(document).encode())
    notices = agreement(council, TERMS.reference).notices
    assert any("Those of an earlier key were compared by council" in one for one in notices)
    # The whole file leads to it from the key that was compared.
    assert take_key(council, exported(police))


@for_each(
    ("more", "field", "said"),
    [
        ({"reference": "isa-1"}, "reference", "not a valid reference"),
        ({"reference": "A/../B"}, "reference", "not a valid reference"),
        ({"parties": ("Example Council", "EXAMPLE council")}, "parties", "Both parties"),
        ({"parties": ("Example Council", "")}, "parties", "a line of 1 to"),
        ({"parties": ("Example Council", "Example\nPolice")}, "parties", "a line of 1 to"),
        ({"purpose": ""}, "purpose", "a line of 1 to"),
        ({"purpose": "Find \u202esreilppus\u202c"}, "purpose", "a line of 1 to"),
        ({"parties": ("Example Council", "Example \u2066Police")}, "parties", "a line of 1 to"),
        ({"purpose": "x" * 501}, "purpose", "a line of 1 to 500"),
        ({"bases": ()}, "bases", "at least one basis"),
        ({"bases": ("because",)}, "bases", "Unknown basis 'because'"),
        ({"shares": ()}, "shares", "at least one kind"),
        ({"shares": ("everything",)}, "shares", "Unknown kind of sharing 'everything'"),
        ({"retention_days": 0}, "retention_days", "0 is not 1 to 2,557"),
        ({"retention_days": 9_999}, "retention_days", "9,999 is not 1 to"),
        ({"review_on": date(2026, 11, 1)}, "review_on", "must be 1 to 1,096 days after"),
        ({"review_on": date(2031, 11, 1)}, "review_on", "must be 1 to 1,096 days after"),
        ({"starts_on": date(1, 1, 1)}, "starts_on", "not in the years"),
        ({"review_on": date.max}, "review_on", "not in the years"),
        ({"most_items": 1_000_000}, "most_items", "1,000,000 is not"),
        ({"most_hits": 0}, "most_hits", "0 is not 1 to 10,000"),
        ({"most_hits": 10_001}, "most_hits", "10,001 is not"),
        ({"most_held": 0}, "most_held", "0 is not 1 to"),
        ({"most_hits": 0, "most_held": 0}, "most_hits", "0 is not 1 to 10,000"),
        ({"most_exchanges": 0}, "most_exchanges", "0 is not"),
        ({"most_new_percent": 101}, "most_new_percent", "101 is not"),
    ],
)
def test_terms_that_cannot_be_signed_are_refused_by_their_field(
    home: Home, more: dict[str, Any], field: str, said: str
) -> None:
    council = home("council")
    with pytest.raises(Invalid, match=said) as refused:
        make(council, **request(**more))
    assert refused.value.field == field
    assert not agreements(council)
    assert not list(council.audit.records(kind="agreement"))


def test_a_party_or_kind_that_there_is_not_is_refused(home: Home) -> None:
    council = home("council")
    for wrong, field in (
        ({"ours": "Another Council"}, "ours"),
        ({"partner_kind": "neighbour"}, "partner_kind"),
        ({"contacts": (Contact(role="dpo", reach=""),)}, "contacts"),
        ({"contacts": (Contact(role="dpo", reach="x"),) * 21}, "contacts"),
    ):
        with pytest.raises(Invalid) as refused:
            make(council, **{**request(), **wrong})
        assert refused.value.field == field
    with pytest.raises(Invalid, match="is not a role and how to reach it"):
        contact_of("Ada Invented", "")


def test_what_was_signed_is_not_changed_by_keeping_it_twice(home: Home) -> None:
    council = home("council")
    made(council)
    with pytest.raises(Conflict, match="already"):
        made(council, purpose="Anything else")
    assert find(council, TERMS.reference).terms == TERMS


def test_a_file_of_other_terms_says_what_differs(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council))
    elsewhere = home("elsewhere")
    made(elsewhere, purpose="Another", most_items=20_000)
    theirs = agreement_files.parse_agreement_file(exported(elsewhere), "b.json")
    with pytest.raises(Conflict, match="ISA-2026-01: purpose, most items"):
        take_partner_key(police, TERMS.reference, theirs)


def test_a_key_of_this_home_is_never_that_of_the_partner(home: Home) -> None:
    """Also one that was replaced since, in a file that says it is of the partner."""
    council = home("council")
    made(council)
    theirs = agreement_files.parse_agreement_file(exported(council), "a.json")
    forged = replace(theirs, sender="Example Police")
    rotate(council)
    with pytest.raises(Conflict, match="key in this file is of this home"):
        take_partner_key(council, TERMS.reference, forged)
    other = replace(forged, terms=replace(TERMS, reference="ISA-2026-02"))
    with pytest.raises(Conflict, match="key in this file is of this home"):
        accept(
            council,
            other,
            ours="Example Council",
            partner_kind="police",
            without_auditor=True,
        )


@for_each(
    "unseen", ("\u200b", "\u00ad", "\u2060", "\ufeff", "\u034f", "\u3164", "\u200d", "\u00a0")
)
def test_a_party_has_no_name_with_what_cannot_be_seen(home: Home, unseen: str) -> None:
    for name in (f"Example Council{unseen}", f"Example{unseen} Police"):
        with pytest.raises(Invalid, match=r"has a character that cannot be seen|must be a line"):
            made(home("a"), parties=("Example Council", name))
    with pytest.raises(Invalid, match="or one that reads the same"):
        made(home("a"), parties=("Example Council", "\u0415xample Council"))


def test_the_own_file_gives_no_key_of_the_partner(home: Home) -> None:
    council = home("council")
    made(council)
    own = agreement_files.parse_agreement_file(exported(council), "a.json")
    with pytest.raises(Conflict, match="made by Example Council, not by Example Police"):
        take_partner_key(council, TERMS.reference, own)
    with pytest.raises(Invalid, match="made by Example Council"):
        accept(home("b"), own, ours="Example Council", partner_kind="police")
    with pytest.raises(Invalid, match="not a party"):
        accept(home("b"), own, ours="Another Police", partner_kind="police")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["terms"].update(most_items=99_999), "was altered"),
        (lambda d: d["terms"].update(purpose="Anything"), "was altered"),
        (lambda d: d["signing_key"].update(public_key="B" + "A" * 42 + "="), "was altered"),
        (lambda d: d["signing_key"].update(public_key="A" * 43 + "="), "nobody made it"),
        (lambda d: d["signing_key"].update(public_key="no key"), "cannot be used"),
        (lambda d: d["signing_key"].update(fingerprint="Alfa"), "was altered"),
        (lambda d: d.update(format=4), "of version 4"),
        (lambda d: d.update(what="a letter"), "not an agreement"),
        (lambda d: d.pop("terms"), "cannot be used"),
        (lambda d: d["terms"].update(shares=["everything"]), "cannot be used"),
        (lambda d: d["terms"].update(parties=["One"]), "cannot be used"),
        (lambda d: d.update(sender="Somebody Else"), "not a party"),
        (lambda d: d.update(contacts=[{"role": "", "reach": ""}]), "role of a contact"),
    ],
)
def test_an_altered_file_is_refused_in_words(
    home: Home, change: Callable[[dict[str, Any]], Any], said: str
) -> None:
    council = home("council")
    made(council)
    document = json.loads(exported(council))
    change(document)
    with pytest.raises(UsageError, match=said):
        agreement_files.parse_agreement_file(json.dumps(document).encode(), "a.json")


@given(st.binary(max_size=200) | st.text(alphabet='[]{}":,0a', max_size=200).map(str.encode))
def test_any_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        agreement_files.parse_agreement_file(content, "a.json")


def test_deep_or_huge_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        agreement_files.parse_agreement_file(b"[" * 60_000, "a.json")
    path = tmp_path / "a.json"
    path.write_bytes(b" " * (agreement_files.LARGEST + 1))
    with pytest.raises(UsageError):
        agreement_files.read_agreement_file(path)
    with pytest.raises(NotFound):
        agreement_files.read_agreement_file(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("days", "state", "shared", "said"),
    [
        (-27, "not started", False, "Nothing may be shared before"),
        (0, "in force", True, "Review it by 31 October 2027, in 338 days"),
        (307, "in force", True, "in 31 days"),
        (308, "review soon", True, "in 30 days"),
        (338, "review soon", True, "in 0 days"),
        (339, "review missed", False, "to be reviewed by 31 October 2027"),
    ],
)
def test_where_it_stands_by_the_day(
    home: Home, days: int, state: str, shared: bool, said: str
) -> None:
    made(home("council"))
    later = home("council", days)
    (shown,) = agreements(later)
    assert shown.state == state
    assert said in shown.line
    if shared:
        assert in_force(later, TERMS.reference, "hits").terms == TERMS
    else:
        with pytest.raises(Conflict, match="not in force"):
            in_force(later, TERMS.reference)


def test_what_it_does_not_allow_is_refused(home: Home) -> None:
    council = home("council")
    made(council)
    with pytest.raises(Forbidden, match="does not allow: blind-matching: people"):
        in_force(council, TERMS.reference, "hits", "blind-matching: people")
    with pytest.raises(NotFound, match="Unknown agreement 'ISA-9'"):
        in_force(council, "ISA-9")


def test_an_end_says_by_when_what_was_received_must_be_gone(home: Home) -> None:
    council = home("council")
    made(council)
    end(council, TERMS.reference, date(2026, 12, 31))
    assert in_force(council, TERMS.reference).ended_on == date(2026, 12, 31)
    (shown,) = agreements(council)
    assert shown.line == "In force until 30 December 2026: it ends on 31 December 2026."
    # A day that was not reached yet can be brought forward.
    end(council, TERMS.reference)
    (shown,) = agreements(council)
    assert shown.state == "ended"
    assert shown.line == (
        "Ended on 27 November 2026. What was received under it must be gone by 24 February 2027."
    )
    with pytest.raises(Conflict, match="not in force: it ended on 2026-11-27"):
        in_force(council, TERMS.reference)
    for again in (
        lambda: end(council, TERMS.reference, date(2027, 1, 1)),
        lambda: take_partner_key(
            council,
            TERMS.reference,
            agreement_files.parse_agreement_file(exported(council), "a.json"),
        ),
    ):
        with pytest.raises(Conflict, match="ended on 2026-11-27"):
            again()
    last = list(council.audit.records(kind="agreement"))[-1].event
    assert (last.what["act"], last.what["ended"], last.what["gone_by"]) == (
        "ended",
        "2026-11-27",
        "2027-02-24",
    )
    assert not verified(council).problems


def test_a_day_that_cannot_be_its_end_is_refused(home: Home) -> None:
    council = home("council")
    made(council)
    for day in (date(2027, 11, 1), date.max, date(1, 1, 1)):
        with pytest.raises(Invalid) as refused:
            end(council, TERMS.reference, day)
        assert refused.value.field == "on"


def test_the_chain_holds_codes_and_no_text_of_people(home: Home) -> None:
    council, police = home("council"), home("police")
    made(council)
    given_to(police, exported(council))
    take_partner_key(
        council, TERMS.reference, agreement_files.parse_agreement_file(exported(police), "b.json")
    )
    change_contacts(council, TERMS.reference, [contact_of("duty desk: 0000 999999", "")])
    drop_partner_keys(council, TERMS.reference)
    end(council, TERMS.reference)
    events = [record.event for record in council.audit.records(kind="agreement")]
    assert [one.what["act"] for one in events] == [
        "made",
        "partner key taken",
        "contacts changed",
        "partner keys dropped",
        "ended",
    ]
    key = signing_key(police).public.id
    assert [one.what["partner_keys"] for one in events] == [(), (key,), (key,), (), ()]
    told = json.dumps([[one.subject, dict(one.what)] for one in events])
    for text in (TERMS.purpose, "0000 999999", "dpo@", "Example"):
        assert text not in told


def test_bases_that_leave_a_question_open_are_named(home: Home) -> None:
    council = home("council")
    made(council, bases=("cda-1998-s17",), shares=("blind-matching: people",))
    (shown,) = agreements(council)
    said = " ".join(shown.notices)
    for missing in ("power to share", "lawful basis", "condition for data about offences"):
        assert f"None of the bases is a {missing}" in said


def test_readiness_names_an_agreement_to_be_reviewed(home: Home, tmp_path: Path) -> None:
    made(home("council"))
    resolved = EffectiveSettings(Settings(home=tmp_path / "council"), {})
    for days, state, said in (
        (0, "", ""),
        (310, "ok", "Review it by 31 October 2027, in 28 days"),
        (400, "not in use", "it was to be reviewed by 31 October 2027"),
    ):
        later = home("council", days)
        found = examine_readiness(resolved, opened=lambda later=later: nullcontext(later))
        lines = [one for one in found.lines if one.what == "agreement ISA-2026-01"]
        assert [one.state for one in lines] == ([state] if state else [])
        assert all(said in str(one.detail) for one in lines)


def test_the_threat_model_says_how_much_can_be_guessed() -> None:
    """What a data protection officer is to reckon with is what the answerer's program allows."""
    path = Path(__file__).parents[2] / "docs" / "it" / "blind-matching-threat-model.md"
    page = " ".join(path.read_text("utf-8").split())
    everything = replace(TERMS, shares=get_args(Shared))
    for rows in (1, 256):
        assert format_guesses(budgets(everything, rows)) in page
