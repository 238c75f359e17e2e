"""What a heading means: which fields it could be, whatever its case, plural and punctuation."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from duediligence.suppliers.fields import FIELDS, NOT_PEOPLE, ROLE_WORDS, ROLES

_SAME = {
    **dict.fromkeys(("no", "num", "nr", "nbr", "#"), "number"),
    **dict.fromkeys(("refno", "reference"), "ref"),
    **dict.fromkeys(("org", "organization"), "organisation"),
    **dict.fromkeys(("reg", "regd", "registration"), "registered"),
    **dict.fromkeys(("co", "companie"), "company"),
    "nos": "number",
    **dict.fromkeys(("supp", "suppl", "sup"), "supplier"),
    **dict.fromkeys(("acc", "acct", "ac"), "account"),
    **dict.fromkeys(("cred", "crd"), "creditor"),
    **dict.fromkeys(("vend", "vndr"), "vendor"),
    "comm": "commission",
    "identification": "id",
}
_BORN = re.compile(r"\b((date|month|year) of birth|birth ?date|d ?o ?b|born)\b")
_GIVEN = re.compile(r"\b(?:first|given|christian|fore) ?(?:names?)?\b|\bf ?names?\b")
_FAMILY = re.compile(r"\b(?:last|family) ?(?:names?)?\b|\bsurnames?\b|\bs ?names?\b")
_LONGEST = 200

NamePart = Literal["given", "family"]


class PersonHeading(NamedTuple):
    """A heading about people: `role` is empty for a bare `dob`, `number` is that of `person 2`."""

    role: str
    number: str
    born: bool


@lru_cache(maxsize=4096)
def fields(heading: str) -> Mapping[str, int]:
    """The fields that the heading could be, each with its rank: 0 is the surest."""
    words = _words(heading) if heading.strip() != "#" else ()
    whole = "".join(words).removesuffix("1")
    unnumbered = "".join(word for word in words if not word.isdigit())
    return {
        field.name: ranks[key]
        for field in FIELDS
        if (key := unnumbered if field.several else whole) in (ranks := _ranks()[field.name])
    }


def is_bare_number(heading: str) -> bool:
    """Whether a heading says no more than `No.`."""
    return _words(heading) == ("number",)


@lru_cache(maxsize=4096)
def person(heading: str) -> PersonHeading | None:
    """What the heading says about people who may be screened, or None."""
    words = _words(heading)
    text, count = _BORN.subn("", " ".join(word for word in words if not word.isdigit()))
    born = bool(count)
    role = "".join(word for word in text.split() if word not in ("name", "full", "of", "and"))
    number = next((word for word in words if word.isdigit()), "")
    # `Director name and date of birth` heads people, each with a date.
    born = born and not (role and ("name" in words or re.search(r"\band\b|[&/+]", folded(heading))))
    if role not in _roles() and NOT_PEOPLE.isdisjoint(text.split()):
        role = next((role for word, role in ROLE_WORDS.items() if word in text.split()), role)
    if role in ROLES or role in _roles():
        return PersonHeading(_roles().get(role, role), number, born)
    return PersonHeading("", number, True) if born and not role else None


@lru_cache(maxsize=4096)
def part_of_name(heading: str) -> tuple[NamePart, PersonHeading] | None:
    """Which part of names a column holds, and of which people; None where it holds no part.

    `Director 1 first name`, `Owner (surname)`; a bare `Surname` is of a named person.
    """
    text = " ".join(re.findall(r"[^\W\d_]+", folded(heading)))
    forms: tuple[tuple[NamePart, re.Pattern[str]], ...] = (("given", _GIVEN), ("family", _FAMILY))
    for part, form in forms:
        rest, count = form.subn(" ", text)
        if not count or len(heading) > _LONGEST:
            continue
        of = " ".join(word for word in rest.split() if word != "name") or "person"
        number = "".join(re.findall(r"\d+", heading))
        if about := person(f"{of} {number}"):
            return part, about
    return None


def is_same(heading: str, other: str) -> bool:
    """Whether two headings differ by their numbers at most: `Name`, `Name 2`."""
    one, two = (tuple(w for w in _words(each) if not w.isdigit()) for each in (heading, other))
    return bool(one) and one == two


def folded(heading: str) -> str:
    """The heading in lower case, `DirectorName` as two words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading))
    plain = apart.casefold().replace("'", "").replace("’", "").replace("_", " ")
    return re.sub(r"\ba/c\b", "account", plain)


def _words(heading: str) -> tuple[str, ...]:
    if len(heading) > _LONGEST:
        return ()
    plain = folded(heading)
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", plain)
    words = re.findall(r"[^\W\d_]+|\d+|#", bare) or re.findall(r"[^\W\d_]+|\d+|#", plain)
    return tuple(_SAME.get(word, word) for word in map(_singular, words))


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


@cache
def _ranks() -> dict[str, dict[str, int]]:
    return {
        field.name: {
            "".join(_words(heading)): rank
            for rank, heading in reversed(list(enumerate(field.headings)))
        }
        for field in FIELDS
    }


@cache
def _roles() -> dict[str, str]:
    return {
        "".join(_words(heading)): role
        for role, (_, role_headings) in ROLES.items()
        for heading in role_headings
    }
