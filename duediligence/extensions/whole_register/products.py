"""Which of the publisher's products a file is, and which parts make one snapshot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from duediligence.errors import UnreadableFile, UsageError
from duediligence.extensions.whole_register import companies, officers, owners
from duediligence.extensions.whole_register.conversion import Conversion
from duediligence.extensions.whole_register.officers import (
    SNAPSHOT,
    UPDATE,
    read_officers_header,
)
from duediligence.extensions.whole_register.splitting import PlainLayout
from duediligence.extensions.whole_register.versions import PRODUCTS, Product
from duediligence.progress import SILENT
from duediligence.registers.files import find_file_name_date, in_order, opened

_HEAD = 65_536
_PAGES = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class Reader:
    """How the files of a product are read, and the tables that they fill."""

    layout: PlainLayout
    tables: tuple[str, ...]
    convert: Callable[[Conversion], None]
    title: str


READERS: Mapping[Product, Reader] = {
    "companies": Reader(
        companies.LAYOUT, ("companies",), companies.convert_companies, "BasicCompanyData"
    ),
    "owners": Reader(owners.LAYOUT, ("owners",), owners.convert_owners, "PSC snapshot"),
    "officers": Reader(
        officers.LAYOUT,
        ("officers", "officers_companies"),
        officers.convert_officers,
        "officers bulk file",
    ),
}
_SUFFIXES = tuple(
    dict.fromkeys(suffix for reader in READERS.values() for suffix in reader.layout.suffixes)
)


def detect_product(path: Path) -> Product:
    """Say which product a file is of, by how it begins.

    Raises UnreadableFile for a file of none of them, and what `opened` raises.
    """
    with SILENT.task("") as task, opened(path, _SUFFIXES, task) as data:
        head = data.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    first = head.partition(b"\n")[0]
    if head.startswith(b"{"):
        return "owners"
    if head.startswith((SNAPSHOT.encode(), UPDATE.encode())):
        return "officers"
    if b"CompanyNumber" in first and b"," in first:
        return "companies"
    page = head[:15].lower().startswith(_PAGES)
    raise UnreadableFile(
        f"{path.name}: is a web page, not the register"
        if page
        else f"{path.name}: is not one of the files of the register",
        hint="Name BasicCompanyData, the PSC snapshot or the officers bulk file (product 195 or "
        "216) of Companies House, as they are published.",
    )


def sorted_out(paths: Sequence[Path]) -> dict[Product, list[Path]]:
    """Return the files of each product, in the order of their parts.

    Raises UsageError where parts are missing or are of different days, UnreadableFile.
    """
    found: dict[Product, list[Path]] = {}
    for path in paths:
        found.setdefault(detect_product(path), []).append(path)
    made = {}
    for product in PRODUCTS:
        if product in found:
            files = found[product]
            # Their names do not say how many there are.
            made[product] = sorted(files) if product == "officers" else in_order(files)
            day_of(product, files)
    return made


def day_of(product: Product, paths: Sequence[Path]) -> date | None:
    """Return the day of a snapshot, by the names of its parts or by what they say of themselves.

    Raises UsageError where they are of different days.
    """
    days = {
        path: read_officers_header(path).day if product == "officers" else find_file_name_date(path)
        for path in paths
    }
    if len(set(days.values())) > 1:
        one, other = sorted(paths, key=lambda path: str(days[path]))[:: len(paths) - 1]
        raise UsageError(
            f"{one.name} and {other.name} are parts of different snapshots",
            hint="Name the parts of one day only.",
        )
    return next(iter(days.values()))
