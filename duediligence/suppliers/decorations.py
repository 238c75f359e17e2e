"""What stands beside names in cells of people and is no name: roles, shares, honours, contacts."""

import re

from duediligence.formats.cells import clean
from duediligence.text.dates import MONTH_NAMES, MONTHS

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
    "licensee".split()
)
_BESIDE_ROLES = frozenset(
    "the of and a an in for with person persons people company corporate current former active "
    "resigned retired appointed appt apptd ceased since from until to on joined left majority "
    "minority equal share shares shareholding ordinary holding interest statutory legal authorised "
    "name names full surname forename first last dob born birth date nationality age aged male "
    "female title role position uk gb resident residence country occupation deceased is per cent "
    "more than or less between over under at "
    "british english scottish welsh irish american australian canadian french german italian "
    "spanish polish romanian bulgarian portuguese dutch indian pakistani bangladeshi nigerian "
    "ghanaian zimbabwean chinese russian ukrainian turkish greek sept".split()
) | {name.lower() for name in (*MONTHS, *MONTH_NAMES) if name.lower() != "may"}
HONOURS = frozenset(
    "obe mbe cbe kbe dbe jp dl qc kc mp fca aca fcca acca cima acma fcma ba bsc ma msc mba llb phd "
    "bed pgce frcs frcp frics mrics fcipd mcipd cert hons rgn esq jr snr sr".split()
)
DECORATIONS = ROLE_WORDS | _BESIDE_ROLES | HONOURS

# Mail addresses, web addresses, phone numbers, shares and amounts of money.
_CONTACTS = re.compile(
    r"(?:mailto:)?[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}|(?:https?://|www\.)[^\s,;|]+"
    r"|(?<![\d-])(?:\+44|0)(?:[ ()]?\d){9,10}(?!\d)|\b(?:50/50|60/40|40/60|51/49|49/51)\b"
    r"|(?:\d{1,3}(?:\.\d{1,4})?\s?(?:-|to)\s?)?\d{1,3}(?:\.\d{1,4})?\s?%|£\s?[\d,.]+"
    r"|\b[\d,]{1,12}\s?(?:ordinary )?shares?\b|\baged?\s?:?\s?\d{1,3}\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def without_contacts(text: str) -> str:
    """The text without mail and web addresses, phone numbers, shares and amounts."""
    return _CONTACTS.sub(" ", text) if re.search(r"[@%£\d/]|www|share|age", text) else text


def words(text: str) -> list[str]:
    """The words of a text in lower case, without their punctuation."""
    return [re.sub(r"[^\w]", "", word.casefold()) for word in _WORD.findall(text)]


def is_decoration(text: str) -> bool:
    """Whether no word of a text is of a name: `Managing Director`, `British`, `75% or more`."""
    return all(word in DECORATIONS for word in words(text))


def undecorated(text: str) -> str:
    """The text without roles before and after it, honours after it, and marks around it.

    Two words are left: `John Head` is a name.
    """
    pieces = clean(text).strip(" .,:-–—*†•\"“”'‘’/_#>").split()
    while len(pieces) > 2 and _is_role(pieces[-1], honours=True):
        pieces.pop()
    while len(pieces) > 2 and _is_role(pieces[0]):
        pieces.pop(0)
    return " ".join(pieces).strip(" .,:-–—*†•\"“”'‘’/_#>")


def _is_role(piece: str, *, honours: bool = False) -> bool:
    word = re.sub(r"\W", "", piece.casefold())
    return not word or word in ROLE_WORDS or (honours and word in HONOURS)
