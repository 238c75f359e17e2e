"""What changed, for any sequence of looks: told once, and over only when looked at again."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from duediligence.delivery.digest_items import (
    DigestChanges,
    ScopeSnapshot,
    compare_digest_items,
    format_digest_subject,
    format_digest_text,
)
from duediligence.model import Message, ScopeGap, not_looked_at
from duediligence.model.messages import DigestItem

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SCOPES = ("supplier S1", "supplier S2", "lists")
LISTS = ("", "un", "eu")
GAPS: tuple[tuple[ScopeGap, ...], ...] = (
    (),
    ("company-bulk-file-only",),
    ("company-bulk-file-only", "owners-not-loaded"),
    ("no-company-register",),
)


@st.composite
def _look(draw: st.DrawFn, scope: str) -> ScopeSnapshot:
    numbers = draw(st.sets(st.integers(0, 5)))
    together = draw(st.sets(st.sampled_from(sorted(numbers)))) if numbers else set()
    asked = draw(st.booleans())
    gaps = draw(st.sampled_from(GAPS))
    return ScopeSnapshot(
        scope=scope,
        items=tuple(
            DigestItem(
                key=f"{scope} {number}",
                scope=scope,
                kind="flag"
                if number in together
                else draw(st.sampled_from(("flag", "unknown", "list", "run"))),
                sha256=draw(st.sampled_from("ab")),
                line=draw(st.text(max_size=20)),
                list_id=LISTS[number % 3],
                dossier=asked,
                gaps=gaps,
                flag=f"{scope} {min(together)}" if number in together else "",
            )
            for number in numbers
        ),
        certain=draw(st.booleans()),
        dossier=asked,
        gaps=gaps,
        searched=frozenset(draw(st.sets(st.sampled_from(LISTS)))),
    )


_looks = st.lists(st.sampled_from(SCOPES), unique=True).flatmap(
    lambda scopes: st.tuples(*(_look(scope) for scope in scopes))
)


def _after(told: dict[str, DigestItem], found: DigestChanges) -> dict[str, DigestItem]:
    left = {key: one for key, one in told.items() if key not in found.dropped}
    return left | {one.key: one for one in found.kept}


@given(st.lists(_looks, max_size=6))
def test_what_was_told_is_not_told_again(rounds: list[tuple[ScopeSnapshot, ...]]) -> None:
    told: dict[str, DigestItem] = {}
    for looks in rounds:
        found = compare_digest_items(told, looks)
        told = _after(told, found)
        # Everything seen stands, and another look at the same has nothing new to say.
        assert all(item.key in told for look in looks for item in look.items)
        again = compare_digest_items(told, looks)
        assert not again.to_tell
        assert not again.kept


@given(st.lists(_looks, min_size=1, max_size=6))
def test_nothing_is_over_that_was_not_looked_at(rounds: list[tuple[ScopeSnapshot, ...]]) -> None:
    told: dict[str, DigestItem] = {}
    for looks in rounds:
        found = compare_digest_items(told, looks)
        by_scope = {look.scope: look for look in looks}
        for one in found.over:
            look = by_scope[one.scope]
            assert look.certain
            assert look.dossier or not one.dossier
            assert not one.dossier or not_looked_at(look.gaps) <= not_looked_at(one.gaps)
            assert not one.list_id or one.list_id in look.searched
            assert one.key not in {item.key for item in look.items}
        over = {one.key for one in found.over}
        gone = told.keys() - _after(told, found).keys()
        assert over <= gone
        after = _after(told, found)
        for key in gone - over:
            event = told[key].flag or key
            mates = {one.key for one in told.values() if event in (one.flag, one.key)} - {key}
            if mates:
                assert mates & (after.keys() | over), "its event is over, or goes on"
                continue
            assert told[key].kind == "unknown", "a flag is over or stands"
            assert by_scope[told[key].scope].is_narrower(told[key])
        told = _after(told, found)


@given(_looks, _looks)
def test_what_is_left_out_is_not_told_in_any_way(
    before: tuple[ScopeSnapshot, ...], after: tuple[ScopeSnapshot, ...]
) -> None:
    told = _after({}, compare_digest_items({}, before))
    settled = {item.key for look in (*before, *after) for item in look.items}
    found = compare_digest_items(told, after, left_out=settled)
    assert not found.to_tell
    assert not _after(told, found)


@given(_looks, _looks)
def test_the_subject_names_nobody_and_can_be_sent(
    before: tuple[ScopeSnapshot, ...], after: tuple[ScopeSnapshot, ...]
) -> None:
    found = compare_digest_items(_after({}, compare_digest_items({}, before)), after)
    if not found.to_tell:
        return
    named = replace_lines(found)
    message = Message(
        key="ab",
        subject=format_digest_subject(named),
        text=format_digest_text(named, NOW),
        created_at=NOW,
    )
    assert "SECRET" not in message.subject
    assert message.text.count("SECRET") == len(found.new) + len(found.changed) + len(found.over)


def replace_lines(found: DigestChanges) -> DigestChanges:
    new, changed, over = (
        [replace(one, line="SECRET") for one in each]
        for each in (found.new, found.changed, found.over)
    )
    return DigestChanges(new=new, changed=changed, over=over)


def test_the_longest_subject_can_be_sent() -> None:
    kinds = ("flag", "unknown", "list", "run")
    many = [DigestItem(key="", scope="", kind=kind, sha256="", line="") for kind in kinds] * 100_000
    long = format_digest_subject(DigestChanges(new=many, changed=many, over=many))
    Message(key="ab", subject=long, text="", created_at=NOW)


def look(*items: DigestItem) -> tuple[ScopeSnapshot, ...]:
    return (ScopeSnapshot(scope="supplier S1", items=items),)


def source(key: str, flag: str = "", sha256: str = "a") -> DigestItem:
    return DigestItem(
        key=key, scope="supplier S1", kind="flag", sha256=sha256, line=f"of {key}", flag=flag
    )


def reported(found: DigestChanges) -> list[list[str]]:
    return [[one.key for one in some] for some in (found.new, found.changed, found.over)]


def test_the_sources_of_an_event_are_reported_as_one() -> None:
    first = compare_digest_items({}, look(source("gazette"), source("other")))
    assert reported(first) == [["gazette", "other"], [], []]
    told = _after({}, first)

    # The register comes, and leads: it is the same flag.
    joined = compare_digest_items(
        told, look(source("gazette", "register"), source("register", "register"), source("other"))
    )
    assert reported(joined) == [[], ["register"], []]
    told = _after(told, joined)
    again = compare_digest_items(
        told, look(source("gazette", "register"), source("register", "register"), source("other"))
    )
    assert reported(again) == [[], [], []]

    # The register no longer has it: the flag goes on.
    left = compare_digest_items(told, look(source("gazette"), source("other")))
    assert reported(left) == [[], ["gazette"], []]
    assert reported(compare_digest_items(told, look(source("other")))) == [[], [], ["register"]]


def test_a_new_event_of_several_sources_is_one_flag() -> None:
    found = compare_digest_items({}, look(source("a", "a"), source("b", "a"), source("c", "a")))
    assert reported(found) == [["a"], [], []]
    assert len(found.kept) == 3
    assert format_digest_subject(found) == "duediligence: 1 new flag"
    # What was reported as two comes to be known as one: no news.
    told = _after({}, compare_digest_items({}, look(source("a"), source("b"))))
    assert reported(compare_digest_items(told, look(source("a", "a"), source("b", "a")))) == [
        [],
        [],
        [],
    ]
