"""Suppliers in: from a spreadsheet, with every repair and every refusal on record."""
