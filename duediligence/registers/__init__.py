"""Registers of companies and charities: for each a client or loader, and what it tells."""
