"""The words of the bulk files in the codes of the register's API, where that is certain.

The API's codes are those of companieshouse/api-enumerations (constants.yml). A word that is not
here is kept as a code of its own and told of as drift: a check that does not know it must not
read it as active.
"""

import re

ACTIVE_PROPOSAL = "active-proposal-to-strike-off"

# The bulk file tells proposals to strike off apart, so that plain Active means there is none.
STATUSES: dict[str, tuple[str, str | None]] = {
    "active": ("active", ""),
    "active - proposal to strike off": ("active", ACTIVE_PROPOSAL),
    "liquidation": ("liquidation", None),
    "in administration": ("administration", None),
    "in administration/administrative receiver": ("administration", None),
    "in administration/receiver manager": ("administration", None),
    "administration order": ("administration", None),
    "administrative receiver": ("receivership", None),
    "receivership": ("receivership", None),
    "receiver manager / administrative receiver": ("receivership", None),
    "voluntary arrangement": ("voluntary-arrangement", None),
}

CIC = "community-interest-company"

# A community interest company is limited by shares or by guarantee; the bulk file does not say
# which, and calls it by this name alone, as the API does its subtype.
TYPES: dict[str, str] = {
    "private limited company": "ltd",
    "public limited company": "plc",
    "old public company": "old-public-company",
    "private unlimited company": "private-unlimited",
    "private unlimited": "private-unlimited",
    "pri/ltd by guar/nsc (private, limited by guarantee, no share capital)": (
        "private-limited-guarant-nsc"
    ),
    "pri/lbg/nsc (private, limited by guarantee, no share capital, use of 'limited' exemption)": (
        "private-limited-guarant-nsc-limited-exemption"
    ),
    "priv ltd sect. 30 (private limited company, section 30 of the companies act)": (
        "private-limited-shares-section-30-exemption"
    ),
    "community interest company": CIC,
    "limited liability partnership": "llp",
    "limited partnership": "limited-partnership",
    "scottish partnership": "scottish-partnership",
    "overseas entity": "registered-overseas-entity",
    "registered society": "registered-society-non-jurisdictional",
    "industrial and provident society": "industrial-and-provident-society",
    "charitable incorporated organisation": "charitable-incorporated-organisation",
    "scottish charitable incorporated organisation": (
        "scottish-charitable-incorporated-organisation"
    ),
    "royal charter company": "royal-charter",
    "unregistered company": "unregistered-company",
    "protected cell company": "protected-cell-company",
    "united kingdom economic interest grouping": "ukeig",
    "united kingdom societas": "united-kingdom-societas",
    "other company type": "other",
    "converted/closed": "converted-or-closed",
}

# `null` is the API's own code for a company that has filed none.
ACCOUNTS: dict[str, str] = {
    "no accounts filed": "null",
    "accounts type not available": "no-accounts-type-available",
    **{
        code.replace("-", " "): code
        for code in (
            "full small medium group dormant interim initial total-exemption-full "
            "total-exemption-small partial-exemption audit-exemption-subsidiary "
            "filing-exemption-subsidiary micro-entity audited-abridged unaudited-abridged"
        ).split()
    },
}


def code(words: str) -> str:
    """A code of its own for words that no table maps: `Live but …` is `live-but-…`."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
