"""The jobs that there are: each puts its work in the queue and returns the id of the job."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

from duediligence.casework.import_words import import_words
from duediligence.delivery import report_file
from duediligence.delivery.pack import making
from duediligence.delivery.pack.making import PackRequest, PackResult
from duediligence.delivery.report_file import ReportForm, ReportResult
from duediligence.model import Run
from duediligence.progress import Progress
from duediligence.render import verdict
from duediligence.scheduling.actions import refreshed_words
from duediligence.scheduling.service import turn
from duediligence.screening.imports import Imported, import_suppliers, to_screen
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.resolution.candidates import sources_at_hand
from duediligence.screening.resolution.resolving import (
    resolve_suppliers,
    resolved_words,
    supplier_of,
)
from duediligence.screening.run.screen import Screened, screen
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.doubtful_rows import NO_ANSWERS, RowAnswers
from duediligence.text.wording import count, listed
from duediligence.web.files import safe_name
from duediligence.web.jobs import JobDone, JobKind
from duediligence.web.navigation import supplier_address
from duediligence.web.people import Viewer
from duediligence.web.service import Service
from duediligence.writing import unlink

# How the lock of the scheduler names who holds it.
_WHO = "the console"


def _take_turn(ws: Workspace, progress: Progress) -> AbstractContextManager[None]:
    return turn(ws.settings.home, _WHO, ws.now(), progress)


def screen_all(service: Service, viewer: Viewer) -> str:
    """Screen every supplier that has not ended. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with _take_turn(ws, progress):
            screened, _ = to_screen(ws, None, mapping={}, sheet="", rejects_folder=folder)
            return _build_screening_result(screen(ws, screened, progress=progress))

    return service.jobs.start(viewer, "screen", "Screen all suppliers", work)


def screen_one(service: Service, viewer: Viewer, ref: str) -> str:
    """Screen one supplier by its reference. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        with _take_turn(ws, progress):
            return _build_screening_result(
                screen(ws, Screened([supplier_of(ws, ref)]), progress=progress)
            )

    return service.jobs.start(viewer, "screen", f"Screen supplier {ref}", work)


def refresh_lists(
    service: Service, viewer: Viewer, ids: Sequence[str] = (), *, link: str = "/lists"
) -> str:
    """Refresh these lists, or those in use where none is named; `link` leads on from the job.
    Raises as `Jobs.start`.
    """

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        with _take_turn(ws, progress):
            ended = list(refresh(ws, ids, progress=progress))
        words = refreshed_words(ended, named=bool(ids))
        return JobDone(said=f"{_capitalise_first(words)}.", link=link)

    title = f"Refresh {count(len(ids), 'list')}: {listed(ids, 3)}" if ids else "Refresh the lists"
    return service.jobs.start(viewer, "refresh lists", title, work)


def import_file(
    service: Service,
    viewer: Viewer,
    *,
    name: str,
    body: bytes,
    mapping: Mapping[str, str],
    sheet: str = "",
    then_screen: bool = False,
    answers: RowAnswers = NO_ANSWERS,
) -> str:
    """Import the suppliers of a file that was uploaded, and screen them if asked to.

    `name` is what it is called on the computer that it comes from, `mapping`, `sheet` and
    `answers` are as in `import_suppliers`. Rows that cannot be used are the file of the job. Raises
    as `Jobs.start`.
    """
    safe = safe_name(name, "suppliers")

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        path = folder / safe
        if not then_screen:
            imported = import_suppliers(
                ws, path, mapping=mapping, sheet=sheet, rejects_folder=folder, answers=answers
            )
            unlink(path)  # what it holds of contacts is kept nowhere
            return _with_import(imported, JobDone(said="", link="/suppliers"))
        with _take_turn(ws, progress):
            screened, read = to_screen(
                ws, path, mapping=mapping, sheet=sheet, rejects_folder=folder, answers=answers
            )
            assert read
            unlink(path)
            return _with_import(
                read, _build_screening_result(screen(ws, screened, progress=progress))
            )

    kind: JobKind = "import and screen" if then_screen else "import suppliers"
    words = "Import and screen" if then_screen else "Import"
    return service.jobs.start(viewer, kind, f"{words} {safe}", work, brought={safe: body})


def make_pack(service: Service, viewer: Viewer, asked: PackRequest) -> str:
    """Make the evidence pack of a supplier or a contract. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        name = f"{safe_name(f'pack {_about(asked)}', 'pack')}.zip"
        with progress.task("Making the pack"):
            return _build_file_result("pack", making.make(ws, asked, folder / name), name)

    return service.jobs.start(viewer, "make pack", f"Evidence pack of {_about(asked)}", work)


def make_report(service: Service, viewer: Viewer, asked: PackRequest, form: ReportForm) -> str:
    """Make the report on a supplier or a contract as HTML or PDF. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        name = f"{safe_name(f'report {_about(asked)}', 'report')}.{form}"
        with progress.task("Making the report"):
            return _build_file_result(
                "report", report_file.make(ws, asked, folder / name, form), name
            )

    return service.jobs.start(viewer, "make report", f"Report on {_about(asked)}", work)


def start_resolution(service: Service, viewer: Viewer, refs: Sequence[str] = ()) -> str:
    """Find the company or charity that these suppliers are, or all. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        found = resolve_suppliers(ws, sources_at_hand(ws), refs, progress=progress)
        resolved = [one for _, one in found]
        return JobDone(
            said=resolved_words(resolved),
            link=supplier_address(refs[0]) if len(refs) == 1 else "/suppliers",
            complete=not any(one.state == "not known" for one in resolved),
        )

    title = f"Resolve {listed(refs, 3)}" if refs else "Resolve all suppliers"
    return service.jobs.start(viewer, "resolve suppliers", title, work)


def _build_screening_result(run: Run) -> JobDone:
    said = f"{verdict.headline(run)}."
    if missing := verdict.warning(run):
        said = f"{missing}. {said}"
    return JobDone(said=said, link=f"/runs/{quote(run.id, safe='')}", complete=run.complete)


def _with_import(imported: Imported, done: JobDone) -> JobDone:
    words = import_words(imported)
    said = f"{words.headline}."
    if words.in_doubt:
        said += f" {words.in_doubt}."
    if imported.rejects:
        said += f" {count(len(imported.read.rejects), 'row')} rejected: see the file."
    return JobDone(
        said=f"{said} {done.said}".strip(),
        link=done.link,
        file=imported.rejects.name if imported.rejects else "",
        complete=done.complete and not imported.read.not_read,
    )


def _build_file_result(what: str, made: PackResult | ReportResult, name: str) -> JobDone:
    lines = [f"{name}, sha256 {made.sha256}."]
    lines += [f"NOT SCREENED: {ref}. The {what} says so." for ref in made.not_screened]
    lines += [f"{ref}: {line}. The {what} says so." for ref, line in made.incomplete.items()]
    not_stamped = made.not_stamped if isinstance(made, PackResult) else ""
    if not_stamped:
        lines.append(f"NOT TIME-STAMPED: {not_stamped} The pack was made without.")
    return JobDone(
        said=" ".join(lines),
        file=name,
        complete=not (made.not_screened or made.incomplete or not_stamped),
    )


def _about(asked: PackRequest) -> str:
    return f"contract {asked.contract}" if asked.contract else f"supplier {asked.supplier}"


def _capitalise_first(words: str) -> str:
    return words[:1].upper() + words[1:]
