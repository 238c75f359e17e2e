"""The page of an evidence pack as a file by itself: HTML, or PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from duediligence.delivery.pack.contents import Contents
from duediligence.delivery.pack.making import (
    PackRequest,
    about_of,
    disclosed_contents,
    record_pack_made,
    write_recorded,
)
from duediligence.delivery.pack.page import render_pack_page
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
    made = _build_report_file(workspace, asked, form)
    write_recorded(workspace, asked, made.contents, made.body, path, form=form)
    return made.result


@use_case("make reports", event="report made")
def report_as_bytes(
    workspace: Workspace, asked: PackRequest, form: ReportForm
) -> tuple[bytes, ReportResult]:
    """Return what `make` would write, for a download, recorded in the same way. Raises as that
    does.
    """
    made = _build_report_file(workspace, asked, form)
    record_pack_made(workspace, asked, made.contents, made.result.sha256, form=form)
    return made.body, made.result


@dataclass(frozen=True, slots=True)
class _ReportFile:
    contents: Contents
    body: bytes
    result: ReportResult


def _build_report_file(workspace: Workspace, asked: PackRequest, form: ReportForm) -> _ReportFile:
    if form == "pdf":
        pdf.require_library()
    contents, incomplete = disclosed_contents(workspace, asked)
    body = render_pack_page(contents, about_of(workspace, asked, contents))
    if form == "pdf":
        body = pdf.render_pdf(body.decode())
    return _ReportFile(
        contents,
        body,
        ReportResult(
            sha256=sha256(body).hexdigest(),
            not_screened=contents.not_screened,
            incomplete=incomplete,
        ),
    )
