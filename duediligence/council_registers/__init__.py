"""Councils' own registers, each described by one TOML file and no code."""

from duediligence.council_registers.description import Description, WrongDescription
from duediligence.council_registers.entries import RegisterProblem
from duediligence.council_registers.fields import fields_table
from duediligence.council_registers.reading import Examined, examine_register, files_in
from duediligence.council_registers.rules import read_description
from duediligence.council_registers.watchlist import (
    described_no_more,
    load_described_registers,
    store_description,
    watchlist_of,
)

__all__ = [
    "Description",
    "Examined",
    "RegisterProblem",
    "WrongDescription",
    "described_no_more",
    "examine_register",
    "fields_table",
    "files_in",
    "load_described_registers",
    "read_description",
    "store_description",
    "watchlist_of",
]
