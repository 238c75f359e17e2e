"""Matches that were set aside, in words: the same in every output of a run.

A file says of each which entry of which list it is and the role of our person, and names nobody:
whoever was set aside is most likely somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from duediligence.model import Match, Run, SetAside
from duediligence.render.saying import sentence_of
from duediligence.render.wording import score_words, visible
from duediligence.text.wording import count, listed

TITLE: Final = "Set aside"
NEXT_STEP: Final = "None, unless the birth date that you have may be wrong."
# A longer list is read by nobody, and slow in every browser.
MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFact:
    """A fact as either side has it, and what the matcher says of the two."""

    fact: str
    ours: str
    theirs: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideShown:
    """What a page lists of the matches that were set aside: how many, in words; for each of at most
    `MOST` a line, both sides, and the address where a person looks it up, if any; and how many
    more there are.
    """

    headline: str
    lines: Sequence[tuple[str, Sequence[ComparedFact], str]]
    more: int


def set_aside_shown(run: Run) -> SetAsideShown:
    """Return what a page lists of a run as it may be shown."""
    titles = {status.list_id: status.title for status in run.lists}
    shown = [one for one in run.set_aside if not one.hidden]
    return SetAsideShown(
        headline=format_set_aside_count(run),
        lines=[
            (
                _format_set_aside_match(one, titles.get(one.list_id, one.list_id)),
                _list_set_aside_facts(one),
                one.look_up if one.look_up.startswith("https://") else "",
            )
            for one in shown[:MOST]
        ],
        more=max(0, len(shown) - MOST),
    )


def build_set_aside_documents(run: Run) -> list[dict[str, Any]]:
    """Return for programs what a file says of each match that may be listed."""
    return [
        {
            "supplier_ref": one.supplier_ref,
            "supplier_name": one.supplier_name,
            "subject_role": one.subject_role,
            "list_id": one.list_id,
            "entry_id": one.entry_id,
            "score": one.score,
            "why": explain_set_aside(one),
        }
        for one in run.set_aside
        if not one.hidden
    ]


def format_set_aside_count(run: Run) -> str:
    """Return how many matches were set aside, and how many of them are not listed; empty where none
    was.
    """
    hidden = sum(one.hidden for one in run.set_aside)
    gone = run.namesakes - len(run.set_aside)
    apart = [
        f"{hidden:,} only counted here" if hidden else "",
        f"{gone:,} not kept by an earlier version, or removed since" if gone > 0 else "",
    ]
    unlisted = f" ({listed(apart)})" if any(apart) else ""
    to_look_up = sum(bool(one.look_up) for one in run.set_aside)
    by_hand = f", {to_look_up:,} of them to look up by hand" if to_look_up else ""
    matches = count(run.namesakes, "match", "matches")
    return f"{matches} set aside{by_hand}{unlisted}" if run.namesakes else ""


def explain_set_aside(one: SetAside) -> str:
    """Return why a match was set aside, without the dates themselves; of a look-up record what
    agrees, and where a person looks.
    """
    born = Match(one.features).feature("birth date")
    if one.look_up:
        agrees = "Name and month of birth agree" if born else "The name alone agrees"
        return f"{agrees}, which many people share: look it up by hand at {one.look_up}"
    detail = f": {born.detail}" if born and born.detail else ""
    return f"Birth dates differ{detail}." if born else ""


def _format_set_aside_match(one: SetAside, title: str) -> str:
    about = f"{one.supplier_name} ({one.supplier_ref}), {one.subject_role}"
    entry = f"{title}, entry {one.entry_id}, {score_words(one.score)}"
    return visible(f"{about}: {entry}. {explain_set_aside(one)}")


def _list_set_aside_facts(one: SetAside) -> list[ComparedFact]:
    names = ComparedFact(fact="Name", ours=one.subject_name, theirs=one.entry_name, words="")
    return [
        names,
        *(
            ComparedFact(
                fact=each.name.capitalize(),
                ours=each.query,
                theirs=each.listed,
                words=sentence_of(each),
            )
            for each in one.features
        ),
    ]
