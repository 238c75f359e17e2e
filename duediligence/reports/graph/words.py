"""The register's codes, and the names of people, in the few words that fit a box."""

import re
from collections.abc import Sequence
from typing import Literal

from duediligence.text.names import TITLES

# Nobody is named, those that may be on a list, or everybody.
People = Literal["redacted", "flagged", "shown"]

# What the register calls a company that could not pay, or may not be able to.
FAILED = {
    "liquidation": "in liquidation",
    "administration": "in administration",
    "receivership": "in receivership",
    "voluntary-arrangement": "in a voluntary arrangement",
    "insolvency-proceedings": "in insolvency proceedings",
}
_STATUS = FAILED | {"converted-closed": "converted or closed", "active": "active"}

_SHARE = re.compile(
    r"(?:part-)?(?P<what>ownership-of-shares|voting-rights|right-to-share-surplus-assets)"
    r"-(?:(?P<least>\d+)-to-(?P<most>\d+)|more-than-(?P<over>\d+))-percent(?P<rest>.*)"
)
_SEARCHED = re.compile(r"([?&]q=)[^&\s]+")
_SHARED = {
    "ownership-of-shares": "shares",
    "voting-rights": "votes",
    "right-to-share-surplus-assets": "surplus assets",
}
_POWERS = {
    "right-to-appoint-and-remove": "appoints the board",
    "significant-influence-or-control": "significant influence",
    "registered-owner-as-nominee": "nominee",
}


def status(code: str) -> str:
    """`in liquidation` for the register's `liquidation`; a code not known as it stands."""
    return _STATUS.get(code, code.replace("-", " ")) or "status not stated"


def role(code: str) -> str:
    """`Nominee director` for `corporate-nominee-director`, `LLP member` for `llp-member`."""
    words = code.removeprefix("corporate-").replace("-", " ")
    if words.startswith("llp"):
        return "LLP" + words[3:]
    return capital(words)


def natures(codes: Sequence[str]) -> tuple[str, ...]:
    """How an owner controls, in short: `Over 75% of shares and votes`, `Appoints the board`.

    The codes are those of psc_descriptions.yml in companieshouse/api-enumerations; one that is not
    known stands as it is, in words.
    """
    shares: dict[str, list[str]] = {}
    powers: list[str] = []
    for code in codes:
        if part := _SHARE.fullmatch(code):
            over, least, most = part["over"], part["least"], part["most"]
            size = f"over {over or least}%" if over or most == "100" else f"{least} to {most}%"
            shares.setdefault(f"{size} of {{}}{_through(part['rest'])}", []).append(
                _SHARED[part["what"]]
            )
        else:
            start = next((start for start in _POWERS if code.startswith(start)), None)
            rest = code.removeprefix(start or "")
            powers.append(_POWERS[start] + _through(rest) if start else code.replace("-", " "))
    held = [size.format(" and ".join(dict.fromkeys(what))) for size, what in shares.items()]
    return tuple(capital(text) for text in dict.fromkeys(held + powers))


def capital(text: str) -> str:
    """The text with a capital letter at its start."""
    return text[:1].upper() + text[1:]


def is_named(people: People, *, flagged: bool) -> bool:
    """Whether a person is named, who may be on a list or not."""
    return people == "shown" or (people == "flagged" and flagged)


def person(name: str, people: People, *, flagged: bool) -> str:
    """The name of a person, or only its initials (`D. P.`) where they are not to be named."""
    if is_named(people, flagged=flagged):
        return name
    words = [w for w in re.findall(r"[^\W\d_]+", name) if w.casefold() not in TITLES]
    return " ".join(f"{word[0].upper()}." for word in words) or "Name withheld"


def without_query(text: str, people: People) -> str:
    """The text with what was searched for taken out of addresses, where people are not named."""
    return text if people == "shown" else _SEARCHED.sub(r"\1…", text)


def _through(rest: str) -> str:
    return next((f" through a {by}" for by in ("trust", "firm") if f"-{by}" in rest), "")
