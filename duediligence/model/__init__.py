"""What things are: frozen dataclasses without input, output or third-party imports."""

from duediligence.model.dates import PartialDate
from duediligence.model.entries import Address, Kind, ListEntry, Name, NameType, Strength
from duediligence.model.findings import (
    NOT_APPLICABLE,
    SEVERITIES,
    Finding,
    Outcome,
    Result,
    Severity,
)
from duediligence.model.identifiers import Identifier, company_number
from duediligence.model.matches import Feature, Match, Verdict
from duediligence.model.runs import ListState, ListStatus, ListVersion, Run
from duediligence.model.suppliers import (
    Party,
    Person,
    PossibleMatch,
    RejectedRow,
    Repair,
    Supplier,
)

__all__ = [
    "NOT_APPLICABLE",
    "SEVERITIES",
    "Address",
    "Feature",
    "Finding",
    "Identifier",
    "Kind",
    "ListEntry",
    "ListState",
    "ListStatus",
    "ListVersion",
    "Match",
    "Name",
    "NameType",
    "Outcome",
    "PartialDate",
    "Party",
    "Person",
    "PossibleMatch",
    "RejectedRow",
    "Repair",
    "Result",
    "Run",
    "Severity",
    "Strength",
    "Supplier",
    "Verdict",
    "company_number",
]
