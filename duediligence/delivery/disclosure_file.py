"""What is held about a supplier, sorted, as a workbook to decide in."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from duediligence.casework.held_records import HeldRecord, SortedRecords, build_sorted_records
from duediligence.errors import Invalid
from duediligence.law.exemptions import AccessLaw, AccessRemark, Trait, list_exemptions
from duediligence.model.audit import AuditValue
from duediligence.render.flags_xlsx import Sheets, save_flags_workbook
from duediligence.render.wording import day, fold, iso
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.writing import write_bytes

# The headings, and how wide each column is in characters.
_COLUMNS = {
    "Number": 10,
    "Kind": 16,
    "What it is": 48,
    "Day": 18,
    "Source": 32,
    "Read with alert": 14,
    "Published already": 14,
    "About a person": 14,
    "Restricted or internal": 14,
    "Received from others": 14,
    "Under Part 9, Enterprise Act 2002": 14,
    "Act: could be engaged": 44,
    "Act: when and why": 70,
    "If environmental, Regulations: could be engaged": 44,
    "Regulations: when and why": 70,
    "Decision": 24,
    "Reason, and the public interest": 44,
    "Decided by, and when": 24,
}
_MARKS: tuple[Trait, ...] = ("published", "personal", "restricted", "received", "consumer")
_LAWS: tuple[AccessLaw, ...] = ("FOIA", "EIR")


@dataclass(frozen=True, slots=True)
class DisclosureWorkbook:
    """A workbook that was made: its bytes and their SHA-256, how many records it lists, and what
    the person who decides must know.
    """

    body: bytes
    sha256: str
    records: int
    remarks: tuple[AccessRemark, ...]


@use_case("export", event="export")
def disclosure_as_bytes(
    workspace: Workspace, ref: str, *, file: str = "disclosure.xlsx", people: bool = False
) -> DisclosureWorkbook:
    """Return the workbook, recorded under the name `file`. As in every file, restricted records
    are only counted, and people are named only if `people`.

    Raises Invalid for another ending, NotFound, StorageError.
    """
    if not file.lower().endswith(".xlsx"):
        raise Invalid(f"{file}: the file name must end in .xlsx", field="out")
    found = build_sorted_records(workspace, ref, people=people)
    body = _build_disclosure_workbook(found)
    digest = sha256(body).hexdigest()
    what: dict[str, AuditValue] = {
        "supplier": found.supplier.ref,
        "file": file,
        "sha256": digest,
        "records": len(found.records),
        "people": "included" if people else "left out",
    }
    workspace.record("export", what, subject="disclosure")
    return DisclosureWorkbook(body, digest, len(found.records), found.remarks)


@use_case("export", event="export")
def write_disclosure(
    workspace: Workspace, ref: str, path: Path, *, people: bool = False
) -> DisclosureWorkbook:
    """Write the same, whole or not at all. Raises as that does."""
    made = disclosure_as_bytes(workspace, ref, file=path.name, people=people)
    write_bytes(path, made.body)
    return made


def _build_disclosure_workbook(found: SortedRecords) -> bytes:
    # The warning is a row as well: the first sheet may travel alone.
    rows: list[tuple[str, ...]]
    rows = [("", "Read first", one.says) for one in found.remarks if one.warns]
    rows += [_list_cells(number, one) for number, one in enumerate(found.records, 1)]
    about = [
        ("Supplier", f"{fold(found.supplier.name)} ({found.supplier.ref})"),
        ("Made (UTC)", iso(found.made_at)),
        *((one.title, f"{one.says} ({one.source})") for one in found.remarks),
    ]
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        path = Path(scratch, "disclosure.xlsx")
        save_flags_workbook(
            path,
            Sheets(
                columns=tuple(_COLUMNS),
                count=len(rows),
                lines=rows,
                about=("Read first", about, ()),
                made=found.made_at,
                name="To decide",
                title="What is held, sorted for a decision",
                widths=_COLUMNS,
            ),
        )
        return path.read_bytes()


def _list_cells(number: int, one: HeldRecord) -> tuple[str, ...]:
    on = day(one.day) if one.day else ""
    cells = [str(number), one.kind, fold(one.what), on, fold(one.source), one.where]
    cells += ["" if one.withheld else "yes" if mark in one.traits else "no" for mark in _MARKS]
    for law in _LAWS:
        engaged = list_exemptions(one.traits, law)
        cells += ["\n".join(map(str, engaged)), "\n".join(f"{x.place}: {x.why}" for x in engaged)]
    return tuple(cells)
