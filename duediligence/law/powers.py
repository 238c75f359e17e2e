"""The powers of a council, the Acts behind each, and what a record of each may be said to mean; and
who can act on a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from duediligence.model import Power


@dataclass(frozen=True, slots=True)
class CouncilPower:
    """`acts` are the main ones; `may_say` is what a finding may tell an officer of such a record.

    `restricted` marks powers whose records are rarely public: shown to who may see them only.
    """

    power: Power
    title: str
    acts: tuple[str, ...]
    may_say: str
    restricted: bool = False


POWERS: Mapping[Power, CouncilPower] = {
    one.power: one
    for one in (
        CouncilPower(
            "trading_standards",
            "Trading standards",
            (
                "Consumer Rights Act 2015",
                "Trade Marks Act 1994",
                "Fraud Act 2006",
                "Digital Markets, Competition and Consumers Act 2024",
            ),
            "A conviction for fraud or money laundering can support a mandatory ground (Sch 6 "
            "paras 14 and 15). A conviction for counterfeit goods can support professional "
            "misconduct at most (Sch 7 para 11).",
        ),
        CouncilPower(
            "planning",
            "Planning enforcement",
            (
                "Town and Country Planning Act 1990",
                "Planning (Listed Buildings and Conservation Areas) Act 1990",
            ),
            "A notice supports no ground: it is a sign of how the firm works. A conviction for a "
            "breach can support professional misconduct (Sch 7 para 11); where waste or land was "
            "harmed, to environmental misconduct (Sch 7 para 4).",
        ),
        CouncilPower(
            "licensing",
            "Licensing",
            (
                "Licensing Act 2003",
                "Gambling Act 2005",
                "Local Government (Miscellaneous Provisions) Act 1976",
                "Scrap Metal Dealers Act 2013",
            ),
            "A review or a refusal supports no ground. It can be argued that a revocation is a "
            "ruling on professional misconduct (Sch 7 para 11(2)).",
        ),
        CouncilPower(
            "environmental_health",
            "Environmental health",
            (
                "Food Safety Act 1990",
                "Food Safety and Hygiene (England) Regulations 2013",
                "Environmental Protection Act 1990",
                "Health and Safety at Work etc. Act 1974",
            ),
            "A food rating or a notice supports no ground: it is a sign of how the firm works. A "
            "conviction can support professional misconduct (Sch 7 para 11); one with significant "
            "harm to the environment, Sch 7 para 4.",
        ),
        CouncilPower(
            "asb",
            "Anti-social behaviour",
            ("Anti-social Behaviour, Crime and Policing Act 2014",),
            "A community protection notice or closure order supports no ground, and is rarely "
            "public. Share it only with those who may see it.",
            restricted=True,
        ),
        CouncilPower(
            "safeguarding",
            "Safeguarding",
            ("Care Act 2014", "Children Act 1989", "Health and Social Care Act 2008"),
            "A published ruling of a regulator can support professional misconduct (Sch 7 para "
            "11(2)); poor care under a contract, poor performance (Sch 7 para 12(3)). Under the "
            "Provider Selection Regime it is a matter of selection (reg 19). Share what is not "
            "published only with those who may see it.",
            restricted=True,
        ),
        CouncilPower(
            "housing",
            "Housing",
            ("Housing Act 2004", "Housing and Planning Act 2016"),
            "A refused licence or a civil penalty supports no ground. It can be argued that a "
            "revocation is a ruling on professional misconduct (Sch 7 para 11(2)); a conviction "
            "can support it.",
        ),
        CouncilPower(
            "other",
            "Another public body",
            (),
            "What it can support depends on the record: read it, and the Act it names. Often it "
            "supports no ground.",
        ),
    )
}

assert POWERS.keys() == set(get_args(Power))


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
        Agency(
            "health",
            "Health services",
            ("Children Act 2004", "Health and Social Care Act 2008"),
        ),
        Agency("probation", "Probation", ("Crime and Disorder Act 1998",)),
        Agency("education", "Schools and colleges", ("Children Act 2004", "Childcare Act 2006")),
        Agency("other", "Another body", ()),
    )
}
