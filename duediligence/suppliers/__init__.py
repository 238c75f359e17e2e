"""Suppliers in: from a spreadsheet, with every repair and every refusal on record."""

from duediligence.suppliers.columns import header_key
from duediligence.suppliers.fields import FIELDS, ROLES, Field, fields_table
from duediligence.suppliers.importing import (
    Import,
    read_records,
    read_suppliers,
    rejects_csv,
    write_rejects,
)
from duediligence.suppliers.rows import supplier_from_options

__all__ = [
    "FIELDS",
    "ROLES",
    "Field",
    "Import",
    "fields_table",
    "header_key",
    "read_records",
    "read_suppliers",
    "rejects_csv",
    "supplier_from_options",
    "write_rejects",
]
