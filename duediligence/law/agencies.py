"""Who can act on a case, and the main Acts under which each does."""

from collections.abc import Mapping
from dataclasses import dataclass

from duediligence.law.powers import POWERS


@dataclass(frozen=True, slots=True)
class Agency:
    """A body or a service of the council, by its `code`. `acts` are the main ones it acts under.

    `ours` is whether it is a service of the council itself.
    """

    code: str
    title: str
    acts: tuple[str, ...]
    ours: bool = False


# What the council's own powers rest on is said once, where records are read under them. The Acts of
# the other bodies are from memory, as the table of legislation says of each.
AGENCIES: Mapping[str, Agency] = {
    one.code: one
    for one in (
        *(
            Agency(one.power, one.title, one.acts, ours=True)
            for one in POWERS.values()
            if one.power != "other"
        ),
        Agency("procurement", "Contract management", ("Procurement Act 2023",), ours=True),
        Agency(
            "fire",
            "Fire and rescue",
            ("Regulatory Reform (Fire Safety) Order 2005",),
        ),
        Agency(
            "hmrc",
            "HM Revenue and Customs",
            ("Finance Act 2008",),
        ),
        Agency(
            "immigration",
            "Immigration enforcement",
            ("Immigration Act 1971", "Immigration, Asylum and Nationality Act 2006"),
        ),
        Agency(
            "police",
            "Police",
            (
                "Police and Criminal Evidence Act 1984",
                "Modern Slavery Act 2015",
                "Proceeds of Crime Act 2002",
            ),
        ),
        Agency(
            "fair_work_agency",
            "Fair Work Agency",
            (
                "Employment Rights Act 2025",
                "Gangmasters (Licensing) Act 2004",
                "National Minimum Wage Act 1998",
            ),
        ),
        Agency("other", "Another body", ()),
    )
}
