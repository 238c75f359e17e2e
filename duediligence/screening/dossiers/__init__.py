"""Dossiers: all that the registers say of a supplier, and who is to be screened for it."""

from duediligence.screening.dossiers.gathering import gather_dossier
from duediligence.screening.dossiers.parties import parties_of

__all__ = ["gather_dossier", "parties_of"]
