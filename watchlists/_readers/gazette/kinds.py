"""What a notice of corporate insolvency tells, by its code and its category.

Only 2450 (a petition to wind up a company) and that its section is "Winding-up by the court" are in
the publisher's documentation. That the third figure of a code names the section is from memory.
"""

from duediligence.model import RecordType

_SECTIONS = {
    "1": "Administration",
    "2": "Receivership",
    "3": "Members' voluntary winding-up, in which the company is solvent",
    "4": "Creditors' voluntary winding-up",
    "5": "Winding-up by the court",
}
_SOLVENT = "3"
_DISMISSED = "Petition dismissed"
# Words in a category, and what such a notice says has happened; the first that fits is taken.
_STEPS = (
    ("dismiss", _DISMISSED),
    ("petition", "Petition to wind up"),
    ("winding-up order", "Winding-up order"),
    ("resolution", "Resolution to wind up"),
    ("appointment", "Insolvency practitioner appointed"),
    ("meeting", "Meeting called"),
    ("notices to creditors", "Creditors asked to claim"),
    ("notice to creditors", "Creditors asked to claim"),
    ("dividend", "Dividend intended"),
    ("moratori", "Moratorium"),
    ("voluntary arrangement", "Voluntary arrangement"),
    ("release", "Release of the liquidator"),
)


def is_personal(code: str) -> bool:
    """Whether the notice is of the insolvency of a person: category 25."""
    return code.startswith("25")


def told(code: str, category: str) -> tuple[RecordType, str, bool]:
    """The type of record, what happened in words, and whether code and category are known ones.

    A members' voluntary winding-up is no insolvency: the company pays its debts and ends. Nor is a
    petition that was dismissed. Both are records that go to no ground.
    """
    section = _SECTIONS.get(code[2:3]) if code.startswith("24") and len(code) == 4 else None
    step = next((words for word, words in _STEPS if word in category.casefold()), "")
    event = ": ".join(filter(None, (section, step or category or f"notice {code}")))
    solvent = section is not None and code[2] == _SOLVENT
    none = solvent or step == _DISMISSED
    return "warning" if none else "insolvency", event, bool(section and step)
