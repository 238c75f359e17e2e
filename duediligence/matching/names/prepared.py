"""A name made ready to compare, once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, Final

from duediligence.matching.names.joins import Joins
from duediligence.matching.names.marks import Mark, places_in, series_in
from duediligence.matching.names.organisations import (
    OrganisationWords,
    organisation_words,
    own_name,
    without_brackets,
)
from duediligence.matching.names.parties import (
    ONE,
    Parties,
    is_plainly_firm,
    may_hold_several,
    parties_in,
    split_alternative_names,
)
from duediligence.matching.names.people import given_name_first, person_words
from duediligence.matching.names.words import Word, get_word
from duediligence.matching.scripts.splitting import SYLLABIC, firm_words, regroup_words, words_of
from duediligence.model import Kind
from duediligence.text.legal_forms import is_legal_form, split_legal_forms

_MOST_WORDS = 24
_FIELD = 16  # characters: no field is so narrow that a shorter name was cut off
_END = 40  # characters that are sure to hold the last word
_FIRM_FIELD = 19  # the same of a firm's name
_WIDE = 30  # a firm's name of fewer characters is cut off in a word only, where it fills a field
# The least weight of a listed name to be found within a cell; of one word, with its legal form.
_LEAST_FIRM, _LEAST_PERSON, _LEAST_ALONE = 1.25, 1.5, 0.9
_ROUNDED = 1e-6
_OPENING, LONG = 15, 24  # letters that two firms' names share where one is the other, cut off
IN_A_WORD, AFTER_A_WORD, AT_A_FIELD = 1, 2, 3
# What fields for names commonly hold; a space at the end of what was cut is lost.
_WIDTHS = (20, 25, 30, 35, 40, 50, 60, 70, 100)
_FIELDS = frozenset(width - lost for width in _WIDTHS for lost in (0, 1))
_NONE: frozenset[str] = frozenset()
_NO_WORDS = OrganisationWords([], _NONE, _NONE)


class NameReading:
    """One way to read a name: its words in order, each with its weight.

    `forms` are families of legal form, `optional` words that may go, `before` the words before
    one of descent, `articled` those after an article, `stump` a last word that may be cut off,
    `syllabic`: three words or more of a person's name stand for syllables in their own script, so
    that their order counts.
    `tokens` all words of the name in order, dropped ones too. Of a firm's `cell` each run of words
    may be another firm's whole name. Of a firm's long name, which may be cut off or have been cut
    from a longer one, `letters` are its letters, and `may_stop` tells where it may be cut off: in
    a word, after one as well, or after one as fields cut.
    """

    __slots__ = (
        "_tokens", "_written", "articled", "before", "cell", "forms", "initials", "joins",
        "letters", "may_stop", "numbers", "optional", "person", "places", "series", "stump",
        "syllabic", "total", "weights", "word_set", "words",
    )  # fmt: skip
    joins: Joins
    places: list[Mark]
    series: list[Mark]

    def __init__(
        self,
        words: list[str],
        *,
        person: bool,
        forms: frozenset[str] = _NONE,
        optional: frozenset[str] = _NONE,
        before: int = 0,
        articled: Sequence[str] = (),
        stump: str = "",
        tokens: Sequence[str] = (),
        written: Sequence[str] = (),
        may_stop: int = 0,
        cell: bool = False,
    ) -> None:
        made = tuple([get_word(text) for text in words[:_MOST_WORDS]])
        self.words: Final[tuple[Word, ...]] = made
        self.word_set: Final = frozenset(made)
        self.person: Final = person
        self.syllabic: Final = person and sum([w.script in SYLLABIC for w in made]) > 2
        self.forms: Final = forms
        self.optional: Final = optional
        self.before: Final = before
        self.articled: Final = articled
        self.stump: Final = stump if len(stump) > 1 and stump in self.word_set else ""
        letters = "".join(written) if written else ""
        self.letters: Final = letters if len(letters) >= _OPENING else ""
        self._written: Final = written
        self.may_stop: Final = may_stop
        self.cell: Final = cell
        self._tokens: Final = tokens
        if person:
            self.weights = [w.weight_person for w in made]
            self.initials = sum([w.initial for w in made])
            self.numbers = _NONE
        else:
            self.weights = [w.weight_organisation for w in made]
            self.initials = 0
            self.numbers = frozenset([_reduce_to_digits(w.text) for w in made if w.numeric])
        self.total: Final = sum(self.weights)

    @property
    def syllables(self) -> bool:
        """Return whether a person's name is made of syllables, as East Asian ones are."""
        return self.person and all(w.syllable for w in self.words)

    @property
    def ends(self) -> frozenset[int]:
        """Return the places in the letters of a long name where a word ends."""
        return frozenset(accumulate(map(len, self._written)))

    def openings(self, *, listed: bool) -> list[str]:
        """Return the keys by which a long name and its cut-off form find each other.

        A `listed` name and one looked up share a key if one may be the other, cut off: a
        long opening, or a short one and that one of them is cut off there. So do a cell
        and a firm's name that may be within it.
        """
        if not self.letters:
            return self.names_within(listed=listed)
        whole, cut = ("", ".") if listed else (".", "")
        start = self.letters[:_OPENING]
        found = [start + whole, *self.names_within(listed=listed)]
        if len(self.letters) >= LONG:
            found.append(self.letters[:LONG])
        if self.may_stop == IN_A_WORD or (self.may_stop and len(self.letters) < LONG):
            found.append(start + cut)
        return found

    def names_within(self, *, listed: bool) -> list[str]:
        """Return the words of a name, or each run of words of a cell; one word with its legal form.

        Only of names that hardly anyone else has.
        """
        words, size = self.words, len(self.words)
        least = (_LEAST_PERSON if self.person else _LEAST_FIRM) - _ROUNDED
        if listed and size > 1:
            return [" ".join(words)] if self.total >= least and not self.syllables else []
        if listed:
            return [f"{words[0]} {form}" for form in self.forms] if _is_distinctive(*words) else []
        if not self.cell:
            return []
        up_to = [0.0, *accumulate(self.weights)]
        runs = [
            " ".join(words[start:end])
            for start in range(size - 1)
            for end in range(start + 2, size + (start > 0))
            if up_to[end] - up_to[start] >= least
        ]
        return runs if self.person else [*runs, *_list_formed_words(self._tokens)]

    def __getattr__(self, name: str) -> Any:
        """Make what neighbouring words make written as one, and places and series of a firm's name,
        when they are first asked for.
        """
        if name == "joins":
            made: Any = Joins(self._tokens, self.words, self.weights)
        elif name in ("places", "series"):
            made = (places_in if name == "places" else series_in)(self._tokens)
        else:
            raise AttributeError(name)
        setattr(self, name, made)
        return made


def _is_distinctive(word: Word) -> bool:
    return word.weight_organisation >= _LEAST_ALONE


def _list_formed_words(tokens: Sequence[str]) -> Iterator[str]:
    """Yield distinctive words before a legal form, each with the family of that: `zorvan llc`."""
    for at, (text, following) in enumerate(pairwise(tokens)):
        if is_legal_form([following]) and _is_distinctive(get_word(text)):
            for end in range(at + 2, at + 5):
                kept, forms = split_legal_forms([*tokens[at:end]])
                if kept == [text]:
                    yield from (f"{text} {form}" for form in forms)


def _may_stop(length: int) -> int:
    """Return where a firm's name of that length (characters) may be cut off."""
    if length in _FIELDS:
        return IN_A_WORD if length < _WIDE else AT_A_FIELD
    return AFTER_A_WORD if length >= _WIDE else 0


def _reduce_to_digits(text: str) -> str:
    return "".join([character for character in text if character.isdigit()]) or text


class PreparedName:
    """A name with its readings: as a person, as an organisation, or (kind unknown) as both."""

    __slots__ = ("kind", "organisation", "person", "text", "within")

    def __init__(self, text: str, kind: Kind, *, firm: bool = False, cell: bool = False) -> None:
        self.text: Final = text
        self.kind: Final[Kind] = kind
        parties = parties_in(text) if may_hold_several(text) else ONE
        people, cell_of_people = kind in ("person", "unknown"), cell and kind == "unknown"
        self.person: Final = (
            _as_person(text, parties, firm=firm, cell=cell_of_people) if people else ()
        )
        # A firm's name is not read as a person's, who may yet be named within it.
        is_firm = firm or kind == "organisation"
        self.within: Final = _one_person(text, cell=True) if is_firm and cell else ()
        firms = kind != "person"
        self.organisation: Final = _as_organisation(text, kind, parties, cell) if firms else ()

    def readings(self, *, person: bool) -> tuple[NameReading, ...]:
        return self.person if person else self.organisation

    def __repr__(self) -> str:
        return f"PreparedName({self.text!r}, {self.kind!r})"


def prepare(name: str, kind: Kind = "unknown") -> PreparedName:
    """Make a name ready to compare. `kind` is person, organisation, vessel, aircraft or unknown.

    A text without a single letter or digit is allowed; it is like nothing.
    """
    return PreparedName(name, kind)


@lru_cache(maxsize=2_048)  # a chunk is looked up and then kept by its keys
def prepare_to_look_up(name: str, kind: Kind = "unknown", *, cell: bool = False) -> PreparedName:
    """Make the name of a party that is looked up ready to compare.

    One of unknown kind is read as a person's and as a firm's; where it is plainly a firm's, only
    people named within it are read as people. A listed name is not read so: what it costs to read
    it wrongly is a missed match.
    """
    return PreparedName(name, kind, firm=kind == "unknown" and is_plainly_firm(name), cell=cell)


def _as_person(text: str, parties: Parties, *, firm: bool, cell: bool) -> tuple[NameReading, ...]:
    readings = () if firm else _one_person(text, cell=cell)
    if parties:
        for party in parties:
            if party.kind != "organisation":
                readings += _one_person(party.text)
    return readings


def _one_person(text: str, *, cell: bool = False) -> tuple[NameReading, ...]:
    words = words_of(given_name_first(text) if "," in text else text)
    if not words:
        return ()
    found = person_words(words)
    stump = ""
    if len(text) >= _FIELD:
        # Of a name turned round the last word is another.
        last = words if "," not in text and len(text) <= _END else words_of(text[-_END:])
        stump = last[-1] if last else ""
    reading = NameReading(
        found.words,
        person=True,
        before=found.before,
        articled=found.articled,
        stump=stump,
        tokens=words,
        cell=cell,
    )
    if text.isascii():
        return (reading,)
    return (reading, *[NameReading(way, person=True) for way in regroup_words(found.words)])


def _as_organisation(
    text: str, kind: Kind, parties: Parties, cell: bool
) -> tuple[NameReading, ...]:
    readings = []
    ship = kind == "vessel"
    parts = [text]
    if parties is not None:
        firms = (one.text for one in parties if one.kind == "organisation")
        parts = list(dict.fromkeys((*split_alternative_names(text), *firms)))
    for part in parts:
        outside, inside = without_brackets(part)
        words = firm_words(words_of(outside))
        if not words:
            continue
        kept, forms, known = organisation_words(words, ship=ship)
        bracketed = firm_words(words_of(inside)) if inside else []
        added, other_forms, also_known = organisation_words(bracketed) if bracketed else _NO_WORDS
        written: list[str] = []
        if len(part) >= _FIRM_FIELD and not is_legal_form(words):
            written = firm_words(words_of(part)) if inside else words
        apart = bool(bracketed) and own_name(kept, added, other_forms)
        new = [] if apart else [word for word in added if word not in kept]
        readings.append(
            NameReading(
                kept + new,
                person=False,
                forms=forms if apart else forms | other_forms,
                optional=known.union(new) if new else known,
                tokens=words if apart else words + bracketed,
                written=written,
                may_stop=_may_stop(len(part)) if written else 0,
                cell=cell,
            )
        )
        if apart:
            more = NameReading(
                added,
                person=False,
                forms=other_forms or forms,
                optional=also_known,
                tokens=bracketed,
            )
            readings.append(more)
    return tuple(readings)
