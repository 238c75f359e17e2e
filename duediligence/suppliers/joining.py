"""How several people are written in one cell: separators, roles, and whose family name is whose."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from duediligence.formats.cells import clean
from duediligence.matching.names.parties import reads_as_firm, reads_as_person
from duediligence.matching.names.people import DESCENT, PARTICLES
from duediligence.matching.names.people import TITLES as ALL_TITLES
from duediligence.matching.names.words import counts, is_given_name
from duediligence.suppliers.numbers import NOTHING
from duediligence.suppliers.particulars import BREAK
from duediligence.text.dates import MONTH_NAMES, MONTH_PATTERN, MONTHS
from duediligence.text.folding import fold
from duediligence.text.legal_forms import ends_in_legal_form, split_legal_forms
from duediligence.text.names import TITLES as _TITLES

TITLES = _TITLES | frozenset("drs doctors cllr councillor".split())

# What people write where there is nobody to write, beside `numbers.NOTHING`.
NOBODY = frozenset(
    "yes|y|no|n|true|false|x|vacant|vacancy|not recorded|not provided|not stated|nobody|"
    "no directors|no trustees|no owners|no one|as above|0|1".split("|")
) - {"as above"}
ROLE_WORDS = frozenset(
    "director directors dir managing md executive exec non nonexecutive ned chair chairman "
    "chairwoman chairperson vice deputy ceo cfo coo cto chief officer officers financial finance "
    "operating operations commercial technical sales marketing secretary treasurer trustee "
    "trustees owner owners coowner proprietor proprietors prop props partner partners sole trader "
    "senior junior member members designated founder cofounder shareholder shareholders psc pscs "
    "ubo ubos beneficial ultimate significant control controller key principal principals manager "
    "nominated individual responsible president governor governors signatory interim acting joint "
    "licensee cllr councillor alderman".split()
)
_BESIDE_ROLES = frozenset(
    "the of and a an in for with person persons people company corporate current former active "
    "resigned retired appointed appt apptd ceased since from until to on joined left majority "
    "minority equal share shares shareholding ordinary holding interest statutory legal authorised "
    "name names full surname forename first last dob born birth date nationality age aged male "
    "female title role position uk gb resident residence country occupation deceased is per cent "
    "more than or less between over under at "
    "england scotland wales ireland northern united kingdom "
    "british english scottish welsh irish american australian canadian french german italian "
    "spanish polish romanian bulgarian portuguese dutch indian pakistani bangladeshi nigerian "
    "ghanaian zimbabwean chinese russian ukrainian turkish greek sept".split()
) | {name.lower() for name in (*MONTHS, *MONTH_NAMES) if name.lower() != "may"}
HONOURS = frozenset(
    "obe mbe cbe kbe dbe jp dl qc kc fca aca fcca acca cima acma fcma ba bsc ma msc mba llb phd "
    "bed pgce frsa frgs frse fcsi fbcs mbcs ceng fice mice fiet miet cpfa dphil mphil mbbs bds "
    "mbchb mrcgp frcgp mrcp frcs frcp frics mrics fcipd mcipd cert hons rgn esq jr snr sr".split()
)
DECORATIONS = ROLE_WORDS | _BESIDE_ROLES | HONOURS

_NEVER_NAMES = frozenset(
    "director directors secretary treasurer trustee trustees chair chairman chairwoman chairperson "
    "proprietor shareholder ceo psc".split()
)
_FAMILY_NAMES_TOO = frozenset("senior key".split())
# Words of sentences, which no name has.
PROSE = frozenset(
    "the is are was see as per attached listed refer please available held by request various "
    "same above below which who this that has have been be if not none other others all any both "
    "each respectively companies house website charity commission register to at on with for "
    "contact".split()
)

# Mail addresses, web addresses, phone numbers, shares and amounts of money.
_CONTACTS = re.compile(
    r"(?:mailto:)?[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}|(?:https?://|www\.)[^\s,;|]+"
    r"|(?<![\d-])(?:\+44|0)(?:[ ()]?\d){9,10}(?!\d)|\b(?:50/50|60/40|40/60|51/49|49/51)\b"
    r"|(?:\d{1,3}(?:\.\d{1,4})?\s?(?:-|to)\s?)?\d{1,3}(?:\.\d{1,4})?\s?%|£\s?[\d,.]+"
    r"|\b[\d,]{1,12}\s?(?:ordinary )?shares?\b|\baged?\s?:?\s?\d{1,3}\b",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"\W")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def without_contacts(text: str) -> str:
    """Return the text without mail and web addresses, phone numbers, shares and amounts."""
    return _CONTACTS.sub(" ", text) if re.search(r"[@%£\d/]|www|share|age", text) else text


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, without their punctuation and marks of vowels."""
    if not text.isascii():
        text = "".join(sign for sign in text if not unicodedata.category(sign).startswith("M"))
    return tuple(_NO_LETTER.sub("", word.casefold()) for word in _WORD.findall(text))


def is_initial(text: str) -> bool:
    """Return whether a text is one capital letter: the given name in `Y and A Noname`."""
    return re.fullmatch("[A-Z]", text) is not None


def is_decoration(text: str) -> bool:
    """Return whether no word of a text is of a name: `Managing Director`, `British`, `75% or
    more`.
    """
    return not is_initial(text) and all(word in DECORATIONS for word in words(text))


def strip_decoration(text: str) -> str:
    """Return the text without roles before and after it, honours after it, and marks around it.

    Two words are left, except of what is no name: `John Head` is one, `Director Head` is not.
    """
    pieces = clean(text).strip(" .,:-–—*†•\"“”'‘’/_#>").split()
    whole = len(pieces)
    while len(pieces) > 1 and _is_role(pieces[-1], honours=True, alone=len(pieces) == 2):
        if whole == len(pieces) and pieces[-1].casefold() in _FAMILY_NAMES_TOO:
            break  # `Joan Mary Senior`
        pieces.pop()
    while len(pieces) > 1 and _is_role(pieces[0], alone=len(pieces) == 2):
        pieces.pop(0)
    return " ".join(pieces).strip(" .,:-–—*†•\"“”'‘’/_#>")


def _is_role(piece: str, *, honours: bool = False, alone: bool) -> bool:
    word = re.sub(r"\W", "", piece.casefold())
    if alone:
        return word in _NEVER_NAMES
    return not word or word in ROLE_WORDS or (honours and word in HONOURS)


# Signs that stand in names or that are read below; all others stand between names.
_IN_NAMES = frozenset(
    "!\"#%&'()*+,-./:;?@[\\]_{|}£$€`´^¨‐‑‒–—―‘’‛“”„«»‹›…†‡§¹²³°ºª\u05be\u05f3\u05f4"
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4})\.\s+(?=[^\W\d_]{2}\w*\s+\w)")
_COMMA_SIGNS = str.maketrans(dict.fromkeys("‚،，", ","))
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,;|]))(?:\(?(?:\d{1,2}|[a-h]|i{1,3}|iv|v)\)\s*|\d{1,2}[.:]\s*(?=[^\W\d]|[\ue000-\ue004])"
    rf"|\d{{1,2}}(?:st|nd|rd|th)[.:)]?\s+(?!of\b|{MONTH_PATTERN}\b)(?=[^\W\d]|[\ue000-\ue004])"
    r"|(?:no|nr|number)\.?\s?\d{1,2}[.:)]?\s+(?=[^\W\d]|[\ue000-\ue004])"
    r"|#\d{1,2}\s+|\d{1,2}\s+[-–]\s+(?=[^\W\d]|[\ue000-\ue004]))",
    re.IGNORECASE,
)
# Letters and bare numbers count people only where the first and the second stand there.
_COUNTED = (
    (
        re.compile(r"1\s+[^\W\d].*\s2\s"),
        re.compile(r"(?:^|\s)\d{1,2}\s+(?=[^\W\d]|[\ue000-\ue004])"),
    ),
    (re.compile(r"i\. .*\sii\. ", re.I), re.compile(r"(?:^|\s)[ivx]{1,4}\. ", re.I)),
    (re.compile(r"a\. .*\sb\. "), re.compile(r"(?:^|\s)[a-h]\. ")),
)
_BETWEEN = re.compile(
    r"(?<=\w)[ ,]+(?:managing director|director|company secretary|secretary|chairman|chairwoman|"
    r"chairperson|chair|treasurer|trustee|chief executive|ceo)[ ,]+(?=\w+ \w)",
    re.IGNORECASE,
)
# `s/o`, `c/o`, `t/a` and `a/k/a` are parts of names or join two of one party.
AND = re.compile(
    r"\s*(?:[&+]|\band\b|(?:(?<!\b[sdwc])|(?!/o\b))(?:(?<!\bt)|(?!/as?\b))"
    r"(?:(?<!\b[adfn])|(?!/[kb]/a\b))(?:(?<!/[kb])|(?!/a\b))/)\s*",
    re.IGNORECASE,
)
_PLUS = re.compile(r"\s+(?:plus|with|et)\s+", re.IGNORECASE)
# Words that join two parties where no name has them.
_JOINED = re.compile(
    r"[\s,;(]+(?:or|then|alias|aka|a\.k\.a\.?|also known as|known as|formerly|n[ée]e|per|p\.?p\.?"
    r"|via|for|of|on behalf of|acting for|represented by|through|care of|c/o|under)[\s:]+",
    re.IGNORECASE,
)
_OR = re.compile(r"\s+(?:or|then|per|via|through)\s+(?=[A-Z])")
_TITLE_AHEAD = re.compile(
    r"[ \u00a0]+(?=(?:Mr|Mrs|Ms|Miss|Dr|Prof|Cllr|Messrs)\b\.?\s+[^\W\d_])", re.IGNORECASE
)
_END_OF_NAME = re.compile(r"[,;|:&+/\n\t\ue000-\ue004]|\band\b", re.IGNORECASE)
# Separators by strength, the strongest first; commas come last, and `and` between them.
_STRONG = (
    (6, re.compile(r"[\r\n\v\f•●▪◦‣·]+")),
    (5, re.compile(";")),
    (4, re.compile(r"[|^\\~<>*=、]")),
    (3, re.compile("\t")),
)
_COMMAS = re.compile(r"\s*[,:]\s*|\s+[-–—]+\s*|\s*[–—]+\s*|\s*-+\s+")
_INITIALS = re.compile(r"(?:[^\W\d_](?:\. ?|[ -])){0,3}[^\W\d_]\.?")
_CAPITAL = re.compile(r"\bMa?c(?=[A-Z])")
_CAPITAL_INITIALS = re.compile("[A-Z]{1,3}")
_BRITISH_GIVEN_NAME = 60  # the count of the commonest given names (benchmarks/derive_words.py)
_FAMILY_NAME_TOO = 12  # so often counted in names of people
MOST_WORDS = 7
_FEWEST_OF_SEVERAL = 5  # so many words in one name, titles and particles apart
# `Noname OtherBo`, `Ana Noname e João Other`
_RUN_TOGETHER = re.compile(
    r"\b(?!Fitz|Abd[aeu]l)[A-Z][a-z]{3,}[A-Z][a-z]|\w \w+ (?:e|y|i|si|și|et|und|oraz) \w+ \w"
)
_PREFIXES = PARTICLES | frozenset("y e ap ab ten ter den mac mc ould o abu abd".split())


def names_nobody(text: str) -> bool:
    """Return whether a cell says that there is nobody, or nothing."""
    return clean(text).casefold().strip(" .") in NOTHING | NOBODY


def size(name: str) -> int:
    """Return how many words a name has, titles apart."""
    return len([word for word in words(name) if word not in TITLES])


class Piece(NamedTuple):
    """A text between two separators, and the separator before it with its strength."""

    level: int
    sign: str
    text: str


def without_numbers(text: str) -> str:
    """Return a cell with lines for `1.`, `2.`, `3.` before people: they may look like days."""
    first = re.match(r"\s*(\(?#?)1((?:[.):]| ?[-–])?)\s+", text)
    if not first or not any(first.groups()):
        return text
    kept, at = [], first.end()
    for number in range(2, 100):
        mark = f"{re.escape(first[1])}{number}{re.escape(first[2])}"
        found = re.compile(rf"(?<=[\s,;|]){mark}\s+").search(text, at)
        if not found:
            break
        kept.append(text[at : found.start()])
        at = found.end()
    return "\n".join([*kept, text[at:]]) if kept else text


def mark_separators(text: str) -> str:
    """Return a cell with plain separators for signs, columns of spaces, and roles between names."""
    bare = "".join("\n" if _is_sign(c) else c for c in text.translate(_COMMA_SIGNS))
    columned = re.sub(r"(?<=\S)[ \u00a0]{3,}(?=\S)", ", ", bare.replace("_x000D_", "\n"))
    text = _SENTENCE_END.sub(";", "\n".join(map(_in_columns, columned.split("\n"))))
    return _PLUS.sub(" & ", _BETWEEN.sub(" , ", _TITLE_AHEAD.sub(_break_before, text)))


def _break_before(title: re.Match[str]) -> str:
    before = _END_OF_NAME.split(title.string[: title.start()])[-1]
    return f" {BREAK} " if size(before) > 1 else title[0]


def split_people_cell(text: str) -> Iterator[Piece]:
    """Yield what is between the separators of a cell: lines, entries, clauses, joined names."""
    strong = [one for one in _STRONG if one[1].search(text)]
    for entry in _cut(Piece(0, "", text), strong):
        form = next((form for sign, form in _COUNTED if sign.match(entry.text.strip())), _NUMBERED)
        for numbered in _cut(entry, [(6, form)]):
            if names_nobody(numbered.text):
                continue
            for clause in _split_clauses(numbered):
                yield from _split_joined_people(clause)


def _cut(piece: Piece, separators: Sequence[tuple[int, re.Pattern[str]]]) -> Iterator[Piece]:
    if not separators:
        yield piece
        return
    (level, separator), *weaker = separators
    first, before = 0, piece
    for found in separator.finditer(piece.text):
        if found.end() > found.start():
            yield from _cut(before._replace(text=piece.text[first : found.start()]), weaker)
            first, before = found.end(), Piece(level, found[0].strip(), "")
    yield from _cut(before._replace(text=piece.text[first:]), weaker)


def _split_clauses(entry: Piece) -> Iterator[Piece]:
    """Yield the clauses between commas; a legal form belongs to the name before its comma."""
    waiting: Piece | None = None
    for piece in _cut(entry, [(1, _COMMAS)]):
        folded = fold(piece.text).split()
        if waiting and folded and split_legal_forms(["x", *folded])[0] == ["x"]:
            waiting = waiting._replace(text=f"{waiting.text}, {piece.text}")
            continue
        if waiting:
            yield waiting
        waiting = piece
    if waiting:
        yield waiting


def _split_joined_people(clause: Piece) -> Iterator[Piece]:
    """Yield the names that `and` joins, and those around a word such as `or`; a firm's name
    whole.
    """
    if _is_one_party(clause.text):
        yield clause
        return
    for part in _cut(clause, [(2, AND)]):
        if is_firm(part.text):
            yield part
            continue
        several = list(_cut(part, [(2, _JOINED)]))
        people = all(reads_as_person(strip_decoration(one.text)) for one in several)
        yield from several if people else _cut(part, [(2, _OR)])


def _is_one_party(text: str) -> bool:
    """Return whether an `and` in a text is part of a firm's name, or the text has none."""
    several = [strip_decoration(part) for part in AND.split(text)]
    dated_before_end = re.search(r"[\ue000-\ue002]\W*\w", text)
    if not is_firm(text) or dated_before_end or not all(map(words, several)):
        return False
    # `Support Services` is no name apart; `Nusrat Noname` is, though firms have the first word too.
    people = all(
        _CAPITAL_INITIALS.fullmatch(part)
        or (
            size(part) > 1
            and not all(map(reads_as_firm, words(part)))
            and not ends_in_legal_form(part)
        )
        for part in several
    )
    return ends_in_legal_form(text) or not people


def _in_columns(text: str) -> str:
    """Return the text with commas for two spaces, where those stand between names of two words or
    more.
    """
    pieces = re.split(r"(?<=\S)[ \u00a0]{2}(?=\S)", text)
    several = len(pieces) > 1 and all(size(piece) > 1 for piece in pieces)
    return ", ".join(pieces) if several else text


def _is_sign(character: str) -> bool:
    """Return whether it is a picture, an arrow or another sign that no name has."""
    if character.isascii() or character in _IN_NAMES:
        return False
    return unicodedata.category(character) in ("So", "Sm", "Sk", "Po", "Pd", "Ps", "Pe")


def people_around(name: str) -> list[str]:
    """Return the people around a word that joins two parties: `Moss Ltd on behalf of Ann
    Noname`.
    """
    pieces = [strip_decoration(piece) for piece in _JOINED.split(name)]
    return [one for one in pieces if reads_as_person(one)] if len(pieces) > 1 else []


@lru_cache(maxsize=4096)
def is_firm(text: str) -> bool:
    """Return whether it reads as a firm, by more than a word that is a family name too: `West`,
    `Hall`.
    """
    named = " ".join(w for w in fold(text).split() if counts(w)[0] < _FAMILY_NAME_TOO)
    return reads_as_firm(text) and reads_as_firm(named)


def is_single(name: str) -> bool:
    """Return whether a name is one word or initials alone, titles apart, and not a firm's."""
    held = [word for word in words(name) if word not in TITLES]
    if len(held) == 1 and held[0].isalpha() and len(fold(held[0]).split()) > 1:
        return False  # a whole name without spaces: 李小明
    return (len(held) < 2 or all(len(word) == 1 for word in held)) and not is_firm(name)


def is_title(text: str) -> bool:
    """Return whether a text is nothing but titles: `Mr` of `Mr and Mrs J Noname`."""
    return bool(words(text)) and not size(text)


def is_given_first(name: str) -> bool:
    """Return whether a name begins as no family name does: with a title, an initial or a given
    name.
    """
    first = words(name)[:1]
    return bool(first) and (first[0] in TITLES or len(first[0]) == 1 or _is_given(first[0]))


def is_capital(name: str) -> bool:
    """Return whether a name is in capitals, as family names are: `NONAME`, `McNONAME`, `van
    NONAME`.
    """
    kept = [
        word for word in _CAPITAL.sub("", name).split() if not {fold(word)} & (_PREFIXES | TITLES)
    ]
    text = " ".join(kept)
    return text.isupper() and not (_INITIALS.fullmatch(text) or re.search(r"\b\w\.?$", name))


def can_share(given: str) -> bool:
    """Return whether one word can be short of a family name that follows: an initial, a given name.

    Only the commonest: others are whole names of people who have one name.
    """
    held = [word for word in words(given) if word not in TITLES]
    if all(len(word) == 1 for word in held) or _CAPITAL_INITIALS.fullmatch(given):
        return bool(held)
    if len(held) == 1 and len(words(given)) > 1:  # `Mrs Ann and Mr Bo Noname`
        return _is_given(held[0])
    return len(held) == 1 and counts(held[0])[0] >= _BRITISH_GIVEN_NAME and _is_given(held[0])


def is_family(name: str) -> bool:
    """Return whether one word is plainly a family name: in capitals, or known as nothing else."""
    return is_capital(name) or (counts(fold(name))[0] > 0 and not is_given_first(name))


def family_of(name: str) -> str:
    """Return the family name of a name with the given names first; empty if that is not certain."""
    held = [piece for piece in name.split() if not is_title(piece)][1:]
    while len(held) > 1 and (_is_given(fold(held[0])) or _INITIALS.fullmatch(held[0])):
        held.pop(0)
    certain = all(fold(piece) in _PREFIXES for piece in held[:-1])
    return " ".join(held) if certain and "\ue003" not in name and not is_firm(name) else ""


def is_pair(family: str, given: str) -> bool:
    """Return whether `family, given` is certain to be one person."""
    initials = not given.split()[0].isupper() and all(map(_INITIALS.fullmatch, given.split()[1:]))
    *before, _ = fold(family).split() or [""]
    prefixed = bool(before) and all(word in _PREFIXES for word in before)
    if is_firm(f"{family} {given}") or any(map(str.isdigit, family + given)):
        return False
    if not may_be_given(given):
        return False
    if is_capital(family) and not is_capital(given):
        single = is_single(family) or is_single(given)
        return single or prefixed or not is_given_first(family)
    if is_single(family):
        if is_single(given):
            return is_given(given)
        return initials or (is_family(family) and _all_given(given))
    if is_single(given):
        return prefixed or (not is_given_first(family) and bool(_INITIALS.fullmatch(given)))
    return prefixed and family[0].islower()


def is_family_alone(name: str) -> bool:
    """Return whether a name of several words may be a family name without any given name."""
    capitals = [word for word in name.split() if word.isupper() and len(word) > 1]
    return not is_given_first(name) and (not capitals or is_capital(name))


def may_be_given(name: str) -> bool:
    """Return whether a name may be given names alone, and is not plainly a whole name."""
    held = name.split()
    whole = is_title(held[0]) and size(name) > 1
    prefixed = any(piece.islower() and piece in _PREFIXES for piece in held)
    capitals = {piece.isupper() for piece in held if len(piece) > 2}
    return not (whole or prefixed or len(capitals) > 1)


def is_given(name: str) -> bool:
    """Return whether a name is given names or initials alone."""
    return not is_capital(name) and _all_given(name)


def may_be_one(family: str, given: str) -> bool:
    """Return whether two names of several words may be one person's: `Noname Other, Juan
    Carlos`.
    """
    capital = is_capital(family) and not is_capital(given)
    bare = " ".join(piece for piece in family.split() if not is_title(piece))
    return capital or (not is_given_first(bare) and _all_given(given))


def is_of_several(name: str) -> bool:
    """Return whether a text is too long for one name, or has the given names of two people in
    it.
    """
    if _RUN_TOGETHER.search(name):
        return True
    bare = re.sub(r"\b[sdw]/o\b", " ", name, flags=re.IGNORECASE)
    held = [w for w in words(bare) if w not in ALL_TITLES | _PREFIXES | DESCENT]
    given = [len(word) == 1 or _is_given(word) for word in held]
    capitals = [word.isupper() and len(word) > 1 for word in bare.split()]
    if 0 < sum(capitals) < len(capitals) and capitals == sorted(capitals):
        return len(held) > MOST_WORDS  # `María José Pilar ETXEGARAI SOLANO`
    if len(held) > 3 and len(held[0]) == 1 and all(len(word) > 1 for word in held[1:]):
        return True  # `A Noname Bo Other`
    return len(held) >= _FEWEST_OF_SEVERAL or given == [True, False, True, False]


def _is_given(word: str) -> bool:
    folded = fold(word)
    return is_given_name(folded) or counts(folded)[0] == _BRITISH_GIVEN_NAME


def _all_given(name: str) -> bool:
    return all(_is_given(word) for word in words(name) if word not in TITLES and len(word) > 1)
