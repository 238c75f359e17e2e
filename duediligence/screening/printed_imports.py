"""The printed form of a supplier: what was read of it, and what a person then confirmed."""

import re
from dataclasses import dataclass
from pathlib import Path

from duediligence.formats.attached import AttachedFile, read_attached_files
from duediligence.formats.pdf import has_pdf_reader, read_pdf_lines
from duediligence.screening.access import require_action, use_case
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.printed_forms import PrintedForm, read_printed_forms

READ = "Read from the printed form."
NOT_INSTALLED = (
    "PDFs are not read in this installation, so nothing was entered for you. The file is kept with "
    "the supplier."
)
NO_HEADINGS = (
    "The PDF has no heading of the printed form of the Central Digital Platform, so nothing was "
    "entered for you. The file is kept with the supplier."
)
# Nanoid's alphabet without look-alikes and vowels, from which the platform makes share codes.
_SHARE_CODE = re.compile(r"([6-9BCDFGHJ-NP-RTWbcdfghjkmnp-rtwz]{8})(?: \(\d+\))?")


@dataclass(frozen=True, slots=True)
class PrintedUpload:
    """What a file held: its forms, of which there is one at least, and all its files, the PDF
    first. `remark` says why nothing was read, empty where something was.
    """

    forms: tuple[PrintedForm, ...]
    files: tuple[AttachedFile, ...]
    remark: str = ""


@use_case("read")
def read_printed(workspace: Workspace, path: Path) -> PrintedUpload:
    """Read a PDF, or a ZIP of the PDF and attachments. Nothing is kept.

    Raises UsageError, in one line, for a file that is damaged, has a password, or is too large.
    """
    require_action(workspace, "import declarations")
    files = read_attached_files(path)
    named = _SHARE_CODE.fullmatch(Path(files[0].name).stem)
    code = named[1] if named else ""
    blank = PrintedForm(texts={"share_code": code} if code else {})
    if not has_pdf_reader():
        return PrintedUpload((blank,), files, NOT_INSTALLED)
    forms = read_printed_forms(read_pdf_lines(files[0].name, files[0].body), code)
    return PrintedUpload(tuple(forms) or (blank,), files, "" if forms else NO_HEADINGS)
