"""The printed form of a supplier: what was read of it, what a person confirmed, and its files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from duediligence.casework.supplier_information import (
    StatedForms,
    StatedSupplier,
    import_supplier_information,
    preview_supplier_information,
)
from duediligence.errors import NotFound
from duediligence.formats.attached import read_attached_files
from duediligence.formats.pdf import has_pdf_reader, read_pdf_lines
from duediligence.screening.access import find_refusal, require_action, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.attachments import Attachment
from duediligence.suppliers.printed_forms import PrintedForm, read_printed_forms
from duediligence.suppliers.stated_fields import build_stated_information
from duediligence.text.wording import count

# What the file is called in the audit chain: its name is the share code, which stays unsaid.
PRINTED = "printed form of the Central Digital Platform"
NOT_INSTALLED = (
    "PDFs are not read in this installation: type what the form says. The file is kept with the "
    "supplier."
)
NO_HEADINGS = (
    "The PDF has no heading of the printed form of the Central Digital Platform: type what it "
    "says. The file is kept with the supplier."
)
# Nanoid's alphabet without look-alikes and vowels, from which the platform makes share codes.
_SHARE_CODE = re.compile(r"([6-9BCDFGHJ-NP-RTWbcdfghjkmnp-rtwz]{8})(?: ?\(\d+\))?")


@dataclass(frozen=True, slots=True)
class PrintedUpload:
    """What a file held: its forms, of which there is one at least, and the names of all its files,
    the PDF first. `remark` says why nothing was read, empty where something was.
    """

    forms: tuple[PrintedForm, ...]
    files: tuple[str, ...]
    remark: str = ""


@use_case("read")
def read_printed(workspace: Workspace, path: Path) -> PrintedUpload:
    """Read a PDF, or a ZIP of the PDF and attachments. Nothing is kept.

    Raises UsageError, in one line, for a file that is damaged, has a password, or is too large.
    """
    require_action(workspace, "import declarations")
    files = read_attached_files(path)
    stems = (Path(files[0].name).stem, path.stem)
    named = next(filter(None, map(_SHARE_CODE.fullmatch, stems)), None)
    code = named[1] if named else ""
    forms: list[PrintedForm] = []
    remark = NOT_INSTALLED
    if has_pdf_reader():
        forms = read_printed_forms(read_pdf_lines(files[0].name, files[0].body), code)
        remark = "" if forms else NO_HEADINGS
    blank = PrintedForm(texts={"share_code": code} if code else {})
    return PrintedUpload(tuple(forms) or (blank,), tuple(one.name for one in files), remark)


def find_printed(upload: PrintedUpload, number: int) -> PrintedForm:
    """Return a form by its number from 1. Raises NotFound."""
    if not 1 <= number <= len(upload.forms):
        raise NotFound(f"The file has no form {number}: it has {len(upload.forms)}")
    return upload.forms[number - 1]


def describe_source(form: PrintedForm, path: str) -> str:
    """Return where the value of a field comes from, in words; empty where nothing was read."""
    if form.unsure.get(path) == "":
        return "The form does not say this: enter it if you know it."
    if path in form.unsure:
        return f"Not certain, so it is not filled in. The form says: {form.unsure[path]}"
    return "Read from the printed form." if form.texts.get(path) else ""


@use_case("read")
def preview_printed(
    workspace: Workspace, texts: Mapping[str, str], *, ref: str = ""
) -> StatedSupplier:
    """Say what `import_printed` would do, today where no day is given. Raises as that does."""
    form = build_stated_information(texts)
    day = None if form.submitted_on else workspace.now().date()
    forms = StatedForms((form,), "", b"")
    (kept,) = preview_supplier_information(workspace, forms, ref=ref, submitted_on=day)
    return kept


@use_case("import declarations", event="supplier information read")
def import_printed(
    workspace: Workspace, path: Path, form: PrintedForm, texts: Mapping[str, str], *, ref: str = ""
) -> StatedSupplier:
    """Keep what a person confirmed of a form that was read of the file, with all its files.

    Raises as `read_attached_files` and `import_supplier_information`, and Invalid, naming the path
    of a field.
    """
    files = read_attached_files(path)
    stated = build_stated_information(texts, kept=form.kept)
    forms = StatedForms((stated,), PRINTED, files[0].body)
    with workspace.casework.transaction():
        (kept,) = import_supplier_information(workspace, forms, ref=ref)
        new = workspace.casework.attachments.save(kept.ref, files, at=workspace.now())
    return replace(kept, notes=(*kept.notes, f"Kept with it: {count(new, 'new file')}"))


@use_case("read")
def list_attached_files(workspace: Workspace, ref: str) -> list[Attachment]:
    """Return the files that a supplier attached, the oldest first; none for who may not see
    birth dates, which the printed form has. Raises NotFound.
    """
    ref = supplier_of(workspace, ref).ref
    refused = find_refusal(workspace, "see birth dates")
    return [] if refused else workspace.casework.attachments.of(ref)


@use_case("see birth dates")
def read_attached_file(workspace: Workspace, ref: str, position: int) -> tuple[Attachment, bytes]:
    """Return a file that a supplier attached, and its bytes. Raises NotFound."""
    for one in workspace.casework.attachments.of(supplier_of(workspace, ref).ref):
        if one.position == position:
            return one, workspace.casework.attachments.read(position)
    raise NotFound(f"Supplier {ref} has no file {position}", hint="Its retention may have ended.")
