"""Councils' own registers, each described by one TOML file and no code."""

from duediligence.local_registers.description import Description, WrongDescription, read_description
from duediligence.local_registers.entries import Problem
from duediligence.local_registers.fields import fields_table
from duediligence.local_registers.reading import Examined, examine, files_in
from duediligence.local_registers.watchlist import load, put, watchlist_of

__all__ = [
    "Description",
    "Examined",
    "Problem",
    "WrongDescription",
    "examine",
    "fields_table",
    "files_in",
    "load",
    "put",
    "read_description",
    "watchlist_of",
]
