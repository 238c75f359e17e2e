"""Fill in a workbook of decisions as a spreadsheet program saves it, or as nobody should.

The XML of the sheet is edited, so that what no program offers (a copied row, a row code typed
over) can be done too.
"""

import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from lxml import etree

from duediligence.render.decision_workbook import COLUMNS

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DECISIONS, WORKINGS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml"
Value = str | int | float
Tree = Any


def letter(key: str) -> str:
    """The letters of the column of that key."""
    at, found = list(COLUMNS).index(key) + 1, ""
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def save(path: Path, members: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, body in members.items():
            book.writestr(name, body)


def edit(path: Path, change: Callable[[Tree], object], member: str = DECISIONS) -> None:
    """Change the XML of a member, by default of the sheet of decisions."""
    members = parts(path)
    tree = etree.fromstring(members[member])
    change(tree)
    members[member] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    save(path, members)


def rows(tree: Tree) -> dict[int, Tree]:
    return {int(row.get("r")): row for row in tree.iter(f"{NS}row")}


def cell(tree: Tree, row: int, column: str) -> Tree:
    """The cell, made in its place where there is none."""
    return _cell(rows(tree)[row], row, column)


def _cell(line: Tree, row: int, column: str) -> Tree:
    for one in line:
        if one.get("r") == f"{column}{row}":
            return one
    made = etree.Element(f"{NS}c", r=f"{column}{row}")
    before = [one for one in line if _place(one.get("r")) < _place(made.get("r"))]
    line.insert(len(before), made)
    return made


def _place(name: str) -> tuple[int, str]:
    letters = name.rstrip("0123456789")
    return len(letters), letters


def put(one: Tree, value: Value, formula: str = "") -> None:
    for child in list(one):
        one.remove(child)
    if formula:
        one.attrib.pop("t", None)
        etree.SubElement(one, f"{NS}f").text = formula
        one.set("t", "str")
        etree.SubElement(one, f"{NS}v").text = str(value)
    elif isinstance(value, str):
        one.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(one, f"{NS}is"), f"{NS}t").text = value
    else:
        one.attrib.pop("t", None)
        etree.SubElement(one, f"{NS}v").text = str(value)


def fill(path: Path, answers: Mapping[int, Mapping[str, Value]]) -> None:
    """Fill in rows (by their number, from 2) by the keys of their columns."""

    def change(tree: Tree) -> None:
        lines = rows(tree)
        for row, values in answers.items():
            for key, value in values.items():
                put(_cell(lines[row], row, letter(key)), value)

    edit(path, change)


def copy_row(path: Path, row: int, to: int) -> None:
    """Copy a row to another place, as from one workbook to another."""

    def change(tree: Tree) -> None:
        found = rows(tree)
        made = deepcopy(found[row])
        made.set("r", str(to))
        for one in made:
            one.set("r", one.get("r").rstrip("0123456789") + str(to))
        if to in found:
            found[to].getparent().replace(found[to], made)
        else:
            found[max(found)].addnext(made)

    edit(path, change)
