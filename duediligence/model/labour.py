"""Signs that workers may be exploited: what each could mean, and what it mostly means."""

from collections.abc import Mapping
from dataclasses import dataclass

from duediligence.model.findings import Finding, LabourSign
from duediligence.model.registers import Dossier
from duediligence.model.suppliers import Supplier


@dataclass(frozen=True, slots=True)
class SignMeaning:
    """How a sign is named, and what it could mean beside its ordinary causes.

    `labour`: it is about how people are employed. The others count only beside one that is.
    """

    title: str
    meaning: str
    labour: bool = True


SIGNS: Mapping[LabourSign, SignMeaning] = {
    "slavery": SignMeaning(
        "Slavery or trafficking",
        "Grave by itself; read who and what the order or the judgment is about.",
    ),
    "illegal working": SignMeaning(
        "Illegal working penalty",
        "People without the right to work are easily exploited; often it is a check of documents "
        "that was not made.",
    ),
    "minimum wage": SignMeaning(
        "Named for minimum wage",
        "Underpaid workers can be held by debt or threats; mostly it is a mistake in the payroll, "
        "years ago and repaid.",
    ),
    "gangmaster licence": SignMeaning(
        "Gangmaster's licence",
        "Unlicensed labour providers may deceive or coerce workers; the licence may be under "
        "another name, or not needed for this work.",
    ),
    "sponsor licence": SignMeaning(
        "Sponsor licence lowered or gone",
        "Workers from abroad depend on this licence and may be underpaid or in debt for it; a B "
        "rating is often paperwork, and many firms give a licence up.",
    ),
    "poor rating": SignMeaning(
        "Poor rating",
        "Too few or overworked staff may be behind it; mostly it is about other matters.",
        labour=False,
    ),
    "new owner": SignMeaning(
        "New owner",
        "A business with a licence may be bought to bring workers in; mostly it is an ordinary "
        "sale.",
        labour=False,
    ),
    "many moves": SignMeaning(
        "Registered office moved often",
        "A firm that moves is hard to inspect; many change their accountant or office.",
        labour=False,
    ),
}


@dataclass(frozen=True, slots=True)
class UnseenSign:
    """A sign that could not be looked for: its lists are not in use, or `failed` to be current."""

    sign: LabourSign
    lists: tuple[str, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class LabourSigns:
    """The findings about one supplier that are signs, what its registers say, and what is unseen.

    `dossier` is None where no register was asked.
    """

    supplier: Supplier
    findings: tuple[Finding, ...]
    dossier: Dossier | None = None
    unseen: tuple[UnseenSign, ...] = ()
