"""Vectors of states: stories of two homes that ask, answer, open, are restored and change keys.

Each step is taken by the program while its story is made, and must be refused for the reason that
the story gives, or for none.
"""

import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import pytest

from duediligence.casework.signing_keys import list_successions, rotate, signing_key
from duediligence.delivery.backup import making, restoring
from duediligence.errors import DuediligenceError
from duediligence.extensions.sharing.agreement_files import parse_agreement_file
from duediligence.extensions.sharing.agreements import compare_key, export, take_partner_key
from duediligence.extensions.sharing.exchanges import pending
from duediligence.extensions.sharing.fingerprints import spoken_key
from duediligence.extensions.sharing.model.agreements import Terms
from duediligence.extensions.sharing.partner_files import read_partner_file
from duediligence.screening.workspace import Workspace

from .homes import COUNCIL, NOW, POLICE, TwoHomes

Side = Literal["asker", "answerer"]
Made = TypeVar("Made")
WORDS = {
    "agreement": "are not recorded as compared",
    "answered-before": "was answered on",
    "before-restore": "made before this home was restored",
    "hits": "none of them is shown or kept",
    "not-asked": "not asked from this home|is not in this home",
    "opened-before": "an answer is opened once",
    "repeats": "exchanges within 365 days, and there were",
    "signature": "is not signed by",
}
_HOMES: dict[Side, str] = {"asker": "police", "answerer": "council"}
_PASSPHRASE = "four random words here"


@dataclass
class Story:
    """Two homes, what they do, and what is written down of it. `at` is in minutes from the begin;
    `drawn` is what was drawn at random.
    """

    name: str
    two: TwoHomes
    drawn: Mapping[str, list[str]]
    rows: list[dict[str, str]]
    keys: dict[Side, list[str]] = field(default_factory=lambda: {"asker": [], "answerer": []})
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        for side in self.keys:
            self._note_key(side)

    def ask(self, name: str, at: int = 0, *, refused: str = "") -> None:
        """Ask about the rows, and call the file so."""
        made = self._take("asker", "ask", name, at, refused, lambda: self._ask(name, at))
        if made:
            self.files[name]["seed"] = self.drawn["ask_seed"][-1]
            kept = pending.load_pending(
                self.two.folder / "police", read_partner_file(made).header.exchange
            )
            self.items = [msgspec.to_builtins(one) for one in kept.items]

    def answer(self, name: str, at: int = 0, *, refused: str = "") -> None:
        """Answer that ask: the file is called `answer to` it."""
        asked, days = self.two.folder / f"{name}.dde", at / 1440
        answered = self._take(
            "answerer", "answer", name, at, refused, lambda: self.two.answered(asked, days)
        )
        if answered:
            self.files[f"answer to {name}"] = {"file": _encode_file(answered)}

    def open(self, name: str, at: int = 0, *, refused: str = "") -> None:
        """Open the answer to that ask."""
        answered, days = self.two.folder / f"answer-to-{name}.dde", at / 1440
        opened = self._take(
            "asker",
            "open",
            f"answer to {name}",
            at,
            refused,
            lambda: self.two.opened(answered, days),
        )
        if opened:
            items = [msgspec.to_builtins(hit.item) for hit in opened.hits]
            self.steps[-1]["hits"] = [
                {"row": self.items.index(item), "by": list(hit.by)}
                for item, hit in zip(items, opened.hits, strict=True)
            ]

    def back_up(self, side: Side) -> None:
        path = self.two.folder / f"{side}.backup"
        making.make(self._home(side), path, _PASSPHRASE, with_key=True, work_factor=4)
        self._note(side, "back up", 0)

    def restore(self, side: Side, at: int) -> None:
        """Lose the home, and restore it from the backup."""
        self.two.close()
        home = self.two.folder / _HOMES[side]
        shutil.rmtree(home)
        path, when = self.two.folder / f"{side}.backup", NOW + timedelta(minutes=at)
        restoring.restore_backup(path, home, _PASSPHRASE, at=when, who="Pat")
        self._note(side, "restore", at)

    def rotate(self, side: Side) -> None:
        """Make a new signing key, which the one before signs."""
        rotate(self._home(side))
        self._note_key(side)

    def take_key(self, side: Side, *, signed: bool = True) -> None:
        """Take the key that the other side has, with or without what its earlier ones signed."""
        other = self._home("answerer" if side == "asker" else "asker")
        content = export(other, self.two.reference, file="a.json").encode()
        theirs = parse_agreement_file(content, "a.json")
        theirs = theirs if signed else replace(theirs, successions=())
        take_partner_key(self._home(side), self.two.reference, theirs)
        successions = list_successions(other) if signed else ()
        self._note(side, "take key", 0, key=theirs.key.raw.hex())
        self.steps[-1]["successions"] = [msgspec.to_builtins(one) for one in successions]

    def compare_key(self, side: Side, at: int = 0) -> None:
        """Record that the words of the key of the other side were compared."""
        key = signing_key(self._home("answerer" if side == "asker" else "asker")).public
        compare_key(self._home(side, at), self.two.reference, spoken_key(key))
        self._note(side, "compare key", at, key=key.raw.hex())

    def describe(self, terms: dict[str, Any]) -> dict[str, Any]:
        """Return the story as it is written; `terms` as other vectors have them."""
        return {
            "name": self.name,
            "terms": terms,
            "parties": {"asker": POLICE, "answerer": COUNCIL},
            "rows": self.items,
            "keys": self.keys,
            "files": self.files,
            "steps": self.steps,
        }

    def _ask(self, name: str, at: int) -> Path:
        made = self.two.asked(self.rows, at / 1440, name)
        self.files[name] = {"file": _encode_file(made)}
        return made

    def _take(
        self, side: Side, does: str, file: str, at: int, refused: str, step: Callable[[], Made]
    ) -> Made | None:
        self._note(side, does, at, file=file, refused=refused or None)
        if not refused:
            return step()
        with pytest.raises(DuediligenceError, match=WORDS[refused]):
            step()
        return None

    def _note(self, side: Side, does: str, at: int, **more: Any) -> None:
        when = f"{NOW + timedelta(minutes=at):%Y-%m-%dT%H:%M:%SZ}"
        self.steps.append({"by": side, "does": does, "at": when, **more})

    def _note_key(self, side: Side) -> None:
        self.keys[side].append(signing_key(self._home(side)).public.raw.hex())

    def _home(self, side: Side, at: int = 0) -> Workspace:
        days = at / 1440
        return self.two.police(days) if side == "asker" else self.two.council(days)


def _encode_file(path: Path) -> str:
    return b64encode(path.read_bytes()).decode()


Begin = Callable[[str, Terms], Story]


def make_stories(begin: Begin, terms: Terms, hits: int) -> Iterator[Story]:
    """Yield the stories; `hits` are those of the list that is asked."""
    story = begin(
        "a file is answered once, and an answer opened once", replace(terms, most_hits=hits)
    )
    story.ask("ask")
    story.answer("ask")
    story.answer("ask", refused="answered-before")
    story.open("ask")
    story.open("ask", refused="opened-before")
    yield story
    story = begin("one hit more than agreed", replace(terms, most_hits=hits - 1))
    story.ask("ask")
    story.answer("ask")
    story.open("ask", refused="hits")
    story.open("ask", refused="opened-before")
    yield story
    long = replace(terms, most_exchanges=1, review_on=terms.review_on + timedelta(days=100))
    story = begin("no more exchanges than agreed", long)
    story.ask("ask")
    story.ask("second", 60, refused="repeats")
    story.ask("a year later", 365 * 1440)
    yield story
    story = begin("an answerer that was restored", terms)
    story.back_up("answerer")
    story.ask("early")
    story.answer("early")
    story.restore("answerer", 60)
    story.answer("early", 61, refused="agreement")
    story.compare_key("answerer", 61)
    story.answer("early", 61, refused="before-restore")
    story.ask("within ten minutes", 70)
    story.answer("within ten minutes", 71, refused="before-restore")
    story.ask("late", 71)
    story.answer("late", 71)
    story.open("late", 71)
    yield story
    story = begin(
        "an asker that was restored from before it asked", replace(terms, most_exchanges=1)
    )
    story.back_up("asker")
    story.ask("forgotten")
    story.answer("forgotten")
    story.restore("asker", 60)
    story.open("forgotten", 61, refused="agreement")
    story.compare_key("asker", 61)
    story.open("forgotten", 61, refused="not-asked")
    story.ask("again", 61)
    story.answer("again", 61, refused="repeats")
    yield story
    story = begin("an asker that was restored from after it asked", terms)
    story.ask("open")
    story.back_up("asker")
    story.answer("open")
    story.restore("asker", 60)
    story.compare_key("asker", 61)
    story.open("open", 61, refused="not-asked")
    yield story
    story = begin("keys that follow one another", terms)
    story.ask("with the first key")
    story.rotate("asker")
    story.rotate("asker")
    story.ask("with the third key")
    story.answer("with the third key", refused="signature")
    story.take_key("answerer")
    story.answer("with the third key")
    story.answer("with the first key", refused="signature")
    story.rotate("answerer")
    story.ask("for the answerer's second key")
    story.answer("for the answerer's second key")
    story.open("with the third key")
    story.open("for the answerer's second key", refused="signature")
    story.take_key("asker")
    story.open("for the answerer's second key")
    yield story
    story = begin("a key that no earlier one signed", terms)
    story.rotate("asker")
    story.ask("ask")
    story.take_key("answerer", signed=False)
    story.answer("ask", refused="agreement")
    story.compare_key("answerer")
    story.answer("ask")
    yield story
