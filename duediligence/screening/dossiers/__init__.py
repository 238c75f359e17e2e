"""Dossiers: all that the registers say of a supplier, and who is to be screened for it."""
