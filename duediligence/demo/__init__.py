"""Invented lists, suppliers and companies, and the server that answers for the companies."""
