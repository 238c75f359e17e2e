"""Dossiers: all that the registers say of a supplier, and who is to be screened for it."""

from duediligence.screening.dossiers.gathering import gather
from duediligence.screening.dossiers.parties import parties_of

__all__ = ["gather", "parties_of"]
