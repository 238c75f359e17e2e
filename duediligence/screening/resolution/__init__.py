"""Who is this supplier? From what the buyer wrote to one legal entity, or to a person's desk."""

from duediligence.screening.resolution.candidates import Candidate, CandidateSource
from duediligence.screening.resolution.resolving import (
    ResolvedSupplier,
    State,
    as_resolved,
    resolve_supplier,
)

__all__ = [
    "Candidate",
    "CandidateSource",
    "ResolvedSupplier",
    "State",
    "as_resolved",
    "resolve_supplier",
]
