"""What partners and the community report about suppliers, premises and people behind them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from duediligence.extensions.sharing.model.partners import Receiver
from duediligence.model.dates import PartialDate

SourceGrade = Literal["1", "2", "3"]
Assessment = Literal["A", "B", "C", "D", "E"]
HandlingCode = Literal["P", "C"]
ReportSource = Literal["partner", "community", "own-staff", "anonymous"]
ReportedKind = Literal["person", "organisation", "premises"]

MOST_PARTIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The grade of a report in the national form 3x5x2 (words: `extensions.sharing.grading`).

    `conditions` say what may be done with it; they are there where `handling` is C, and only then.
    """

    source: SourceGrade
    assessment: Assessment
    handling: HandlingCode
    conditions: str = ""

    @property
    def code(self) -> str:
        """Return the three marks without the conditions: `2BC`."""
        return f"{self.source}{self.assessment}{self.handling}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a report came here.

    `received_from` is the kind of body, for a report of a partner alone; `agreement` is the
    reference of the agreement under which it came, empty where it came under none.
    """

    source: ReportSource
    received_on: date
    received_from: Receiver | None = None
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedParty:
    """Somebody or some place that a report is about.

    `number` is a company or charity number, `born` what is known of a birth date (never the day),
    `address` one line. `ref` is the reference of a supplier, where whoever reported knew it.
    """

    kind: ReportedKind
    name: str = ""
    number: str = ""
    born: PartialDate | None = None
    address: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntelligenceReport:
    """One report. Its text is never evidence, and never a ground by itself.

    `number` is the number of its row. `raw` is the text as it came, which may say who reported;
    `sanitised` is what the role sees unless it asks for more. `crime_types` are codes of
    `law.crimes`. It is looked at again by `review_on` and deleted from `weed_on` on; one that ended
    is matched with nobody, and is deleted at the next weeding.
    """

    number: int = 0
    grade: Grade
    provenance: Provenance
    sanitised: str
    raw: str
    parties: tuple[ReportedParty, ...]
    crime_types: tuple[str, ...] = ()
    review_on: date
    weed_on: date
    ended_on: date | None = None

    @property
    def deleted_from(self) -> date:
        """Return the first day on which weeding deletes it."""
        return min(self.weed_on, self.ended_on) if self.ended_on else self.weed_on


@dataclass(frozen=True, slots=True, order=True)
class IntelligenceMatch:
    """A supplier that a report may concern: no name and nothing of the text.

    `role` is what the party that matched is to the supplier (`supplier`, `director`, `premises`).
    """

    number: int
    supplier_ref: str
    score: float
    role: str
