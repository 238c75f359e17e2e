"""What a notice of corporate insolvency in The Gazette says, by its code and its category.

The 46 codes are those of the publisher's list of codes (July 2026). What each says of an
insolvency is from the Insolvency Act 1986 and the Insolvency (England and Wales) Rules 2016.
"""

import re
from dataclasses import dataclass

from duediligence.model import InsolvencyStage, RecordType
from duediligence.text.legal_forms import ends_in_legal_form

_ADMINISTRATION = "Administration"
_RECEIVERSHIP = "Receivership"
_MEMBERS = "Members' voluntary winding-up, in which the company is solvent"
_CREDITORS = "Creditors' voluntary winding-up"
_COURT = "Winding-up by the court"
_SECTIONS = {
    "1": _ADMINISTRATION,
    "2": _RECEIVERSHIP,
    "3": _MEMBERS,
    "4": _CREDITORS,
    "5": _COURT,
    "6": _COURT,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a notice says: `event` in words. `known` is false where its code is not in the list."""

    type: RecordType
    stage: InsolvencyStage
    event: str
    known: bool = True


# The words of each stage that has the same ones wherever it comes from.
_WORDS: dict[InsolvencyStage, str] = {
    "petition": "Petition to wind up",
    "order": "Winding-up order",
    "resolution": "Resolution to wind up",
    "liquidator": "Liquidator appointed",
    "administration": "Administration",
    "receivership": "Receiver appointed",
    "moratorium": "Moratorium",
    "arrangement": "Voluntary arrangement",
}
_PROHIBITED = "prohibited name"
_SOLVENT = "solvent"
# Code: stage (or one of the two words above), and what the notice says has happened.
_CODES: dict[str, tuple[str, str]] = {
    "2401": ("moratorium", "Moratorium came into force"),
    "2402": ("end", "Moratorium came to an end"),
    "2403": (_PROHIBITED, "Re-use of a prohibited name"),
    "2404": ("step", "Cross-border insolvency"),
    "2405": ("step", "Overseas territories and dependencies"),
    "2406": ("step", "Dividend intended"),
    "2407": ("step", "Dividend"),
    "2408": ("step", "Other corporate insolvency notice"),
    "2409": ("step", "Qualifying decision procedure"),
    "2410": ("administration", "Administrators appointed"),
    "2411": ("administration", "Administration order"),
    "2412": ("step", "Meeting of creditors"),
    "2413": ("step", "Notice to members"),
    "2414": ("step", "Deemed consent"),
    "2421": ("receivership", "Administrative receivers appointed"),
    "2422": ("step", "Meeting of creditors"),
    "2423": ("receivership", "Receivers appointed"),
    "2424": ("step", "Deemed consent"),
    "2431": (_SOLVENT, "Resolution to wind up"),
    "2432": (_SOLVENT, "Liquidator appointed"),
    "2433": (_SOLVENT, "Creditors asked to claim"),
    "2434": (_SOLVENT, "Annual meeting"),
    "2435": (_SOLVENT, "Final meeting"),
    "2441": ("resolution", "Resolution to wind up"),
    "2442": ("step", "Meeting of creditors"),
    "2443": ("liquidator", "Liquidator appointed"),
    "2444": ("step", "Annual meeting"),
    "2445": ("step", "Final meeting"),
    "2446": ("step", "Creditors asked to claim"),
    "2447": ("step", "Deemed consent"),
    "2450": ("petition", "Petition to wind up"),
    "2451": ("petition", "Petition to wind up a partnership"),
    "2452": ("order", "Winding-up order"),
    "2453": ("order", "Winding-up order of a partnership"),
    "2454": ("liquidator", "Liquidator appointed"),
    "2455": ("step", "Meeting of creditors"),
    "2456": ("step", "Dividend intended"),
    "2457": ("step", "Dividend"),
    "2458": ("step", "Final meeting"),
    "2459": ("step", "Release of the liquidator"),
    "2460": ("step", "Creditors asked to claim"),
    "2461": ("end", "Petition dismissed"),
    "2462": ("petition", "Service of a petition to wind up"),
    "2463": ("step", "Annual meeting"),
    "2464": ("step", "Public examination"),
    "2465": ("step", "Deemed consent"),
}
# Words in a category that say that a petition failed or an order fell, whatever the code.
_ENDED = re.compile(
    r"\b(?:dismiss\w*|annul\w*|rescind\w*|rescission|stay(?:ed)?|set aside|withdrawal|withdrawn)\b"
)
# What a notice of a code that is not in the list is taken for, by words in its category: the first
# that fits. A mention of winding-up is never taken for something harmless.
_BY_WORDS: tuple[tuple[re.Pattern[str], InsolvencyStage], ...] = (
    (re.compile(r"petition"), "petition"),
    (re.compile(r"winding[ -]?up order|order to wind up"), "order"),
    (re.compile(r"receiver"), "receivership"),
    (re.compile(r"administrat"), "administration"),
    (re.compile(r"resolution"), "resolution"),
    (re.compile(r"liquidat"), "liquidator"),
    (re.compile(r"moratori"), "moratorium"),
    (re.compile(r"voluntary arrangement"), "arrangement"),
    (re.compile(r"winding[ -]?up|wind up|insolven"), ""),
)
_NAME_USED_AGAIN = re.compile(r"prohibited name|re-?use of (?:a |the )?(?:company )?name")


def is_personal(code: str) -> bool:
    """Return whether the notice is of the insolvency of a person: category 25."""
    return code.startswith("25")


def interpret_notice(code: str, category: str) -> Meaning | None:
    """Return what a notice says; None where neither its code nor its category is of a known kind.

    Of a code that is not in the list the category decides, and only on what is a sign of trouble.
    """
    words = category.casefold()
    section = _SECTIONS.get(code[2:3]) if code.startswith("24") and len(code) == 4 else None
    if listed := _CODES.get(code):
        kind, what = listed
        if kind not in (_PROHIBITED, _SOLVENT, "step", "end") and (ended := _ENDED.search(words)):
            kind = "end"
            dismissed = ended[0].startswith("dismiss")
            what = "Petition dismissed" if dismissed else category
        return _build_notice_meaning(kind, ": ".join(filter(None, (section, what))), known=True)
    if _NAME_USED_AGAIN.search(words):
        return _build_notice_meaning(_PROHIBITED, category, known=False)
    for pattern, stage in _BY_WORDS:
        if pattern.search(words):
            said = _WORDS.get(stage)
            event = f"{category} ({said})" if said and said.casefold() != words else category
            return _build_notice_meaning(stage, event, known=False)
    return None


def _build_notice_meaning(kind: str, event: str, *, known: bool) -> Meaning:
    if kind == _PROHIBITED:
        return Meaning("prohibited_name", "", event, known)
    if kind == _SOLVENT:
        return Meaning("winding_up", "", event, known)
    stage: InsolvencyStage = kind  # type: ignore[assignment]
    return Meaning(
        "insolvency_step" if stage in ("step", "end") else "insolvency", stage, event, known
    )


_PLAIN = re.compile(r"\([^()]*\)|[^a-z]+")
_TITLES = re.compile(
    r"(?:annual|final|meetings?|notices?|resolutions?|appointments?|petitions?|orders?|release|"
    r"dismissals?|moratorium|service|deemed consent|winding up|re use|public|"
    r"qualifying|administration|cross border|overseas|other corporate)\b.*"
    r"\b(?:winding up|wind up|liquidat\w*|creditors|members|dividends?|administrat\w*|receivers?|"
    r"petitions?|orders?|consent|name|meetings?|notices?|procedures?|insolvenc\w*|examinations?|"
    r"territories|dependencies|force|end)\b.*"
)


def is_category(title: str, category: str) -> bool:
    """Return whether a title is that of a kind of notice, and not the name of a party."""
    plain, other = (
        " ".join(_PLAIN.sub(" ", text.casefold()).split()) for text in (title, category)
    )
    if plain and plain == other:
        return True
    return not ends_in_legal_form(title) and _TITLES.fullmatch(plain) is not None
