"""The page of an evidence pack as a file by itself: HTML, or PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from duediligence.delivery.pack.making import (
    PackRequest,
    about_of,
    disclosed_contents,
    write_recorded,
)
from duediligence.delivery.pack.page import page
from duediligence.render import pdf
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace

ReportForm = Literal["html", "pdf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """The file that was written: its hash, the suppliers that no run covered, and what was not
    checked, by the supplier's reference.
    """

    sha256: str
    not_screened: tuple[str, ...]
    incomplete: Mapping[str, str]


@use_case("make reports", event="report made")
def make(workspace: Workspace, asked: PackRequest, path: Path, form: ReportForm) -> ReportResult:
    """Write the page, whole or not at all, and record it in the audit chain.

    It shows what the page of a pack shows: one view, with the same rules of disclosure. Raises
    UsageError where there is nothing to report or no PDF can be made here, StorageError.
    """
    if form == "pdf":
        pdf.require_library()
    contents, incomplete = disclosed_contents(workspace, asked)
    body = page(contents, about_of(workspace, asked, contents))
    if form == "pdf":
        body = pdf.render(body.decode())
    return ReportResult(
        sha256=write_recorded(workspace, asked, contents, body, path, form=form),
        not_screened=contents.not_screened,
        incomplete=incomplete,
    )
