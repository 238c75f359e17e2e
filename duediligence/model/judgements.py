"""What another version of the checks and the law makes of alerts whose facts did not change."""

from dataclasses import dataclass
from typing import Literal

from duediligence.model.entries import Handling
from duediligence.model.findings import Severity
from duediligence.model.suppliers import RegimeCode


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementChange:
    """An alert that is judged otherwise, though what is known is the same. It names no person.

    `before` and `now` are its severities; `grounds` says that other grounds are possible now.
    `state` is where the alert stood. `handling` is that of the record that it rests on; `person`:
    it is, or may be, about a natural person.
    """

    alert_id: str
    check_id: str
    check_title: str
    before: Severity
    now: Severity
    grounds: bool = False
    state: str = ""
    handling: Handling = "public"
    person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundBasis:
    """Under which regime a run names the grounds of how many suppliers, and how sure that is:
    `unknown` where no contract of theirs says under which law it was bought.
    """

    regime: RegimeCode
    certainty: Literal["confirmed", "likely", "unknown"]
    suppliers: int
