"""What changed since a decision, in words: all of it, and no more of people than is needed."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duediligence.casework.deciding import OTHER, REASONS, check_reason_code, decision_of
from duediligence.casework.differences import list_compared_changes
from duediligence.errors import UsageError
from duediligence.model import (
    Address,
    Finding,
    Identifier,
    Kind,
    ListEntry,
    Name,
    PartialDate,
    Party,
    PartyRole,
    Person,
    Record,
    Supplier,
)
from duediligence.model.alerts import (
    DECIDED,
    ChangeKind,
    ChangeSide,
    Compared,
    FieldChange,
    News,
    Reopened,
)
from duediligence.render.wording import change_words, news_words, reopened_words
from duediligence.screening.alerts.identity import gather_compared, parties_behind
from duediligence.store.records import identity
from tests.rows import for_each

ADA = Party(
    names=(Name("Ada Ferrow"),),
    kind="person",
    role=PartyRole("director"),
    birth_date=PartialDate(1968, 3),
    addresses=(Address("1 Quay, ZZ1 1ZZ"),),
)
LISTED = ListEntry(
    id="E1",
    list_id="un",
    kind="organisation",
    names=(Name("Quill and Ferrow"),),
    addresses=(Address("1 Quay, ZZ1 1ZZ"),),
    measures=("Asset freeze",),
    listed_on=date(2024, 6, 4),
)


def said(changes: tuple[FieldChange, ...]) -> tuple[str, ...]:
    return tuple(map(change_words, changes))


def entries(**changes: Any) -> tuple[str, ...]:
    new = replace(LISTED, **changes)
    return said(list_compared_changes(Compared(entry=LISTED), Compared(entry=new)))


def ours(**changes: Any) -> tuple[str, ...]:
    new = replace(ADA, **changes)
    return said(list_compared_changes(Compared(parties=(ADA,)), Compared(parties=(new,))))


def test_nothing_changed_is_nothing_told() -> None:
    assert entries() == ours() == ()


@for_each(
    ("changes", "told"),
    [
        ({"measures": ("Asset freeze", "Travel ban")}, "measure added: Travel ban"),
        ({"measures": ()}, "measure removed: Asset freeze"),
        ({"measures": ("Travel ban",)}, "measure: Asset freeze is now Travel ban"),
        (
            {"names": (*LISTED.names, Name("QF", "alias", "weak"))},
            "name added: QF (weak alias)",
        ),
        ({"birth_dates": (PartialDate(1965, 4, 23),)}, "date of birth added: 1965-04"),
        (
            {"identifiers": (Identifier("GB-COH", "99000001"),)},
            "number added: GB-COH 99000001",
        ),
        ({"addresses": ()}, "address removed: 1 Quay, ZZ1 1ZZ"),
        ({"listed_on": date(2025, 1, 1)}, "listed on: 2024-06-04 is now 2025-01-01"),
        ({"kind": "vessel"}, "kind: organisation is now vessel"),
        ({"remarks": "x" * 500}, f"remarks added: {'x' * 119}…"),
        (
            {"names": (Name("Quill and Ferrow", language="Latin"),)},
            "name: in a different order or form",
        ),
    ],
)
def test_each_change_of_an_entry_is_told(changes: dict[str, Any], told: str) -> None:
    assert entries(**changes) == (f"list entry's {told}",)


def test_a_change_within_a_record_is_told() -> None:
    old = replace(LISTED, record=Record(type="notice", status="live"))
    new = replace(LISTED, record=Record(type="notice", status="quashed"))
    assert said(list_compared_changes(Compared(entry=old), Compared(entry=new))) == (
        "list entry's record: status: live is now quashed",
    )
    assert entries(record=old.record) == ("list entry's record added: notice",)


def test_of_people_no_day_of_birth_and_no_address_is_told() -> None:
    assert ours(birth_date=PartialDate(1968, 4, 23)) == (
        "supplier's date of birth: 1968-03 is now 1968-04",
    )
    assert ours(birth_date=PartialDate(1968, 3, 9)) == (
        "supplier's date of birth: in a different order or form",
    )
    assert ours(addresses=(Address("9 Secret Lane"),)) == ("supplier's address: replaced",)


def test_another_person_of_the_same_name_is_a_change() -> None:
    other = replace(ADA, birth_date=PartialDate(1990, 7))
    assert list_compared_changes(Compared(parties=(ADA,)), Compared(parties=(ADA, other))) != ()


def finding(**changes: Any) -> Finding:
    made = Finding(
        run_id="R1",
        supplier_ref="S1",
        supplier_name="Quill Ltd",
        company_number="",
        check_id="SAN-01",
        check_title="Asset freeze",
        topic="sanctions",
        outcome="review",
        severity="critical",
        subject_name="Ada Ferrow",
        subject_role="director",
        list_id="un",
        entry_id="E1",
    )
    return replace(made, **changes)


def test_what_is_compared_is_the_party_that_was_looked_up() -> None:
    ada = Person("Ada Ferrow", PartialDate(1968, 3), "director")
    bo = Person("Bo Quill", PartialDate(1971, 1), "director")
    supplier = Supplier(ref="S1", name="Quill Ltd", people=(ada, bo))
    (party,) = gather_compared([finding()], parties_behind(supplier), LISTED).parties
    assert party.names == (Name("Ada Ferrow"),)
    twin = replace(ada, birth_date=PartialDate(1990, 7))
    both = gather_compared(
        [finding()], parties_behind(replace(supplier, people=(ada, twin))), LISTED
    )
    turned = gather_compared(
        [finding()], parties_behind(replace(supplier, people=(twin, ada))), LISTED
    )
    assert len(both.parties) == 2
    assert identity(both) == identity(turned)
    # Whoever is not found any more: everything counts, so that nothing changes unseen.
    nobody = gather_compared([finding(subject_name="Cy Marlpit")], parties_behind(supplier), LISTED)
    assert len(nobody.parties) == 3
    assert gather_compared([finding()], parties_behind(None), LISTED).parties == ()


texts = st.text("ab ", max_size=3)
parties = st.builds(
    Party,
    names=st.lists(st.builds(Name, texts), min_size=1, max_size=2).map(tuple),
    kind=st.sampled_from(("person", "organisation")),
    role=st.builds(PartyRole, texts),
    birth_date=st.none() | st.builds(PartialDate, st.sampled_from((1960, 1961))),
    addresses=st.lists(st.builds(Address, texts), max_size=2).map(tuple),
    connected=st.booleans(),
)


@given(parties, parties)
def test_every_other_content_has_another_hash_and_words_for_it(one: Party, other: Party) -> None:
    left, right = Compared(parties=(one,)), Compared(parties=(other,))
    assert (identity(left) == identity(right)) == (one == other)
    assert bool(list_compared_changes(left, right)) == (one != other)


MARKER = "Ottoline Brackwater"
PERSONAL_FIELDS = [f.name for f in fields(ListEntry) if f.type in (str, tuple[str, ...])]


@given(
    st.builds(
        FieldChange,
        side=st.sampled_from(get_args(ChangeSide)),
        field=texts,
        kind=st.sampled_from(get_args(ChangeKind)),
        before=st.lists(st.just(MARKER), max_size=2).map(tuple),
        after=st.lists(st.just(MARKER), max_size=2).map(tuple),
        of_record=st.booleans(),
    ),
    st.sampled_from(get_args(News)),
)
def test_no_change_that_may_be_about_people_is_shown_without_them(
    change: FieldChange, news: News
) -> None:
    reopened = Reopened(entry_changed=True, changes=(change,))
    assert change_words(change) in reopened_words(reopened)
    assert (change_words(change) in news_words(news, [change], people=True)) is (news == "changed")
    assert MARKER not in news_words(news, [change], people=False)
    assert reopened_words(reopened, people=False) == "the list entry changed"
    assert reopened.without_people() == Reopened(entry_changed=True)
    public = replace(change, personal=False)
    assert change_words(public) in news_words("changed", [public], people=False)


@for_each("kind", ["person", "unknown"])
@for_each("field", PERSONAL_FIELDS)
def test_whatever_changes_of_somebody_who_may_be_a_person_is_personal(
    kind: Kind, field: str
) -> None:
    old = replace(LISTED, kind=kind)
    value: Any = (MARKER,) if isinstance(getattr(old, field), tuple) else MARKER
    changes = list_compared_changes(
        Compared(entry=old, facts=("Known.",)),
        Compared(entry=replace(old, **{field: value}), facts=(f"{MARKER} resigned.",)),
    )
    assert len(changes) >= 2
    assert all(change.personal for change in changes)


def test_of_a_firm_what_its_publisher_writes_freely_is_personal_too() -> None:
    record = Record(type="notice", event=MARKER)
    for changes in ({"remarks": MARKER}, {"related": (MARKER,)}, {"record": record}):
        found = list_compared_changes(
            Compared(entry=LISTED), Compared(entry=replace(LISTED, **changes))
        )
        assert [each.personal for each in found] == [True]
    (plain,) = list_compared_changes(
        Compared(entry=LISTED), Compared(entry=replace(LISTED, measures=()))
    )
    assert not plain.personal
    firm = replace(ADA, kind="organisation")
    moved = replace(firm, names=(Name("Quill Ltd"),), addresses=(Address("9 Secret Lane"),))
    ours = list_compared_changes(Compared(parties=(firm,)), Compared(parties=(moved,)))
    assert {each.field: each.personal for each in ours} == {"names": False, "addresses": True}
    within = list_compared_changes(
        Compared(entry=replace(LISTED, record=record)),
        Compared(entry=replace(LISTED, record=replace(record, event="another"))),
    )
    assert [(each.of_record, each.personal) for each in within] == [(True, True)]


@for_each("decided", DECIDED)
def test_every_decision_has_reasons_and_needs_one(decided: Any) -> None:
    for code in REASONS[decided]:
        assert check_reason_code(decided, f" {code.lower()} ", "a note") == code
    assert OTHER in REASONS[decided]
    with pytest.raises(UsageError):
        check_reason_code(decided, "", "a note")
    assert decision_of(decided.replace(" ", "-")) == decided
    assert decision_of(decided.upper()) == decided


def test_the_page_for_officers_has_every_reason() -> None:
    page = (Path(__file__).parents[2] / "docs" / "officer" / "casework.md").read_text(
        encoding="utf-8"
    )
    told = [
        f"| {decided} | `{code}` | {meaning} |"
        for decided, table in REASONS.items()
        for code, meaning in table.items()
    ]
    assert [line for line in page.splitlines() if line in told] == told
