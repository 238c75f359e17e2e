"""Jobs of those who keep the service: each puts its work in the queue and returns its id."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO, Final, TypeVar
from urllib.parse import quote

import msgspec

from duediligence.casework import verifying
from duediligence.delivery import digest
from duediligence.delivery.backup.bringing_back import bring_back
from duediligence.delivery.digest import sent_lines
from duediligence.errors import DuediligenceError, NotFound, SourceError
from duediligence.logs import log_caught
from duediligence.model import RegisterVersion
from duediligence.progress import Progress
from duediligence.render.output import Line
from duediligence.scheduling.actions import MAY
from duediligence.scheduling.form import is_schedule_made_by_form
from duediligence.scheduling.jobs import Job
from duediligence.scheduling.service import job_named, jobs_of, scheduler, standings, turn
from duediligence.screening.access import list_allowed_actions
from duediligence.screening.lists import refresh_report
from duediligence.screening.lists.loading import USUAL, RefreshTerms
from duediligence.screening.lists.recognition import NOTHING_RECOGNISED, recognise
from duediligence.screening.lists.refresh import refresh
from duediligence.screening.lists.shown import files_of
from duediligence.screening.registers import load_accounts, load_register
from duediligence.screening.run.preview import check_threshold, preview
from duediligence.screening.workspace import Workspace, find_process_account
from duediligence.store.copies import copy_daily
from duediligence.store.schedule import Result
from duediligence.text.wording import count
from duediligence.typed_data import decode_json
from duediligence.web.files import safe_name
from duediligence.web.jobs import JobDone
from duediligence.web.people import Viewer, viewer_for
from duediligence.web.service import Service
from duediligence.writing import write_text

_WHO = "the console"
_DUE_SECONDS = 30.0
PREVIEW: Final = "preview.json"
VERIFICATION: Final = "verification.json"
T = TypeVar("T")


def refresh_list(
    service: Service,
    viewer: Viewer,
    list_id: str,
    *,
    terms: RefreshTerms = USUAL,
    brought: Mapping[str, BinaryIO] | None = None,
) -> str:
    """Refresh one list on terms that a person accepts; from the files `brought`, by name, if any.

    Raises as `Jobs.start`.
    """
    named = {safe_name(name, "file"): body for name, body in (brought or {}).items()}

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with turn(ws.settings.home, _WHO, ws.now(), progress):
            recognised = NOTHING_RECOGNISED
            if named:
                with as_file(files("duediligence.demo") / "lists") as samples:
                    recognised = recognise(ws, folder, samples=samples)
            (one,) = refresh(
                ws,
                [list_id],
                folder=folder if named else None,
                brought=recognised,
                terms=terms,
                progress=progress,
            )
        watchlist = ws.watchlist(list_id)
        lines = [*refresh_report.report_recognised_files(recognised, [list_id])]
        if named and one.result == "absent":
            none = f"{list_id}: none of these files is of this list. It needs {files_of(watchlist)}"
            lines.append(Line(none, "warning"))
        else:
            lines += refresh_report.report_refresh_result(watchlist, one, named=True, folder=None)
        if one.version is None or one.result in ("absent", "failed"):
            raise SourceError(_join_line_texts(lines))
        return JobDone(
            said=_join_line_texts(lines),
            link=f"/lists/{quote(list_id, safe='')}",
            complete=not one.version.not_read,
        )

    title = f"Load {count(len(named), 'file')} of" if named else "Refresh"
    return service.jobs.start(
        viewer, "refresh lists", f"{title} list {list_id}", work, brought=named
    )


def load_files_of_lists(
    service: Service,
    viewer: Viewer,
    brought: Mapping[str, BinaryIO],
    terms: RefreshTerms,
    link: str,
) -> str:
    """Load every list that is among the files `brought`, by name, by `terms`; `link` leads on from
    the job. Raises as `Jobs.start`.
    """
    named = {safe_name(name, "file"): body for name, body in brought.items()}

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        with turn(ws.settings.home, _WHO, ws.now(), progress):
            with as_file(files("duediligence.demo") / "lists") as samples:
                recognised = recognise(ws, folder, samples=samples)
            refreshed = refresh(
                ws, folder=folder, brought=recognised, terms=terms, progress=progress
            )
            ended = [one for one in refreshed if one.result != "absent"]
        unread = list(refresh_report.report_recognised_files(replace(recognised, read_as=()), ()))
        if not ended:
            raise SourceError(_join_line_texts([Line("None of these files is of a list"), *unread]))
        loaded = [ws.watchlist(one.list_id).title for one in ended if one.result != "failed"]
        said = [Line(f"{count(len(loaded), 'list')} loaded: {', '.join(loaded) or 'none'}")]
        said += [
            Line(f"{ws.watchlist(one.list_id).title} could not be loaded: {one.error.said}")
            for one in ended
            if one.result == "failed" and one.error
        ]
        complete = len(loaded) == len(ended) and not unread
        return JobDone(said=_join_line_texts([*said, *unread]), link=link, complete=complete)

    title = f"Load {count(len(named), 'file')} of lists"
    return service.jobs.start(viewer, "refresh lists", title, work, brought=named)


# What loads each register from its files, in the words of a form.
REGISTER_FILES: Final[Mapping[str, tuple[str, Callable[..., RegisterVersion]]]] = {
    "companies": ("Companies (BasicCompanyData)", partial(load_register, product="companies")),
    "owners": (
        "People with significant control (PSC snapshot)",
        partial(load_register, product="owners"),
    ),
    "charities": ("Charities, of one regulator", partial(load_register, product="charities")),
    "accounts": ("Accounts of companies", load_accounts),
    "gleif": (
        "Parents of companies (GLEIF golden copy: lei2, rr and repex)",
        partial(load_register, product="gleif"),
    ),
}


def load_register_files(
    service: Service, viewer: Viewer, what: str, brought: Mapping[str, BinaryIO]
) -> str:
    """Load a register of REGISTER_FILES from the files `brought`, by name. Raises as `Jobs.start`,
    KeyError for another.
    """
    title, load = REGISTER_FILES[what]
    named = {safe_name(name, "file"): body for name, body in brought.items()}

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        version = load(ws, [folder / name for name in named], progress=progress)
        said = f"{count(version.rows, 'row')} loaded into the register {version.register}."
        return JobDone(said=said, link="/lists#registers")

    return service.jobs.start(viewer, "load registers", f"Load: {title}", work, brought=named)


def run_scheduled(service: Service, viewer: Viewer, name: str) -> str:
    """Run a job of the schedule now, as the only scheduler. Raises as `Jobs.start`, NotFound."""
    with service.workspace(viewer) as ws:
        job = job_named(jobs_of(ws), name)

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        ended: list[tuple[Result, str]] = []

        def opened(job: Job) -> AbstractContextManager[Workspace]:  # noqa: ARG001
            return service.workspace(viewer)

        def tell(job: str, result: Result, detail: str) -> None:  # noqa: ARG001
            ended.append((result, detail))

        with scheduler(ws, _WHO, opened, tell, progress) as runner:
            runner.run_now(name)
        ((result, detail),) = ended
        if result == "failed":
            raise SourceError(detail)
        return JobDone(said=f"{name}: {detail}.", link="/schedule", complete=result == "done")

    title = f"Scheduled job {job.name}"
    return service.jobs.start(viewer, "scheduled job", title, work, also=(MAY[job.action],))


def run_due_jobs(service: Service, viewer: Viewer) -> str:
    """Run what is due of the schedule, as the only scheduler; return the id of the job, empty where
    nothing is due, another scheduler is there, or a person wrote the schedule. Raises as
    `Jobs.start`.
    """
    if not is_schedule_made_by_form(service.settings):
        return ""
    with service.workspace(viewer) as ws:
        holder, found = standings(ws)
        due = [one.job for one in found if one.next_due <= ws.now()]
        # What this person may not do waits for one who may: tried here, it would only fail.
        able = {MAY[job.action] for job in due} <= list_allowed_actions(ws)
    if holder or not due or not able:
        return ""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        ended: list[str] = []
        with scheduler(
            ws,
            _WHO,
            lambda _: service.workspace(viewer),
            lambda job, result, detail: ended.append(f"{job}: {result}: {detail.rstrip('.')}."),
            progress,
        ) as runner:
            runner.run_due()
        complete = not (runner.failed or runner.incomplete)
        return JobDone(said=" ".join(ended), link="/schedule", complete=complete)

    return service.jobs.start(
        viewer, "scheduled job", f"Due now: {', '.join(job.name for job in due)}", work
    )


class DueJobs:
    """Looks every half minute for jobs that are due, and starts them in the queue of the console.
    On a server none is started: a service of its own does what is due there. Makes the copy of the
    day, if something changed.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._over = Event()
        self._thread = Thread(target=self._run, name="due jobs", daemon=True)

    def start(self) -> None:
        if not self._service.demo:
            self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        viewer = viewer_for(self._service.settings, find_process_account())
        while not self._over.wait(_DUE_SECONDS):
            try:
                if self._service.jobs.busy:
                    continue
                if self._service.sign_in.alone:
                    run_due_jobs(self._service, viewer)
                with self._service.workspace(viewer) as ws:
                    copy_daily(ws.home, ws.now(), ws.warn)
            except DuediligenceError:
                log_caught()


def send_test(service: Service, viewer: Viewer) -> str:
    """Send a test message by every channel. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        with progress.task("Sending the test message"):
            ended = digest.send_test_message(ws)
        if failed := [f"{one.channel}: {one.error.rstrip('.')}." for one in ended if one.error]:
            raise SourceError(" ".join(failed), hint="Correct the form, and send it again.")
        remarks = [f"{one.channel}: {one.remark}." for one in ended if one.remark]
        said = f"The test message was sent by {', '.join(one.channel for one in ended)}."
        return JobDone(said=" ".join([said, *remarks]), link="/set-up/digest", complete=not remarks)

    return service.jobs.start(viewer, "send digest", "Send a test message", work)


def send_digest(service: Service, viewer: Viewer) -> str:
    """Send what changed, and what is queued. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        with progress.task("Sending the digest"):
            sent = digest.send(ws, at_once=True)
        return JobDone(
            said=_join_line_texts(sent_lines(sent)), link="/digest", complete=sent.complete
        )

    return service.jobs.start(viewer, "send digest", "Send the digest", work)


def preview_threshold(service: Service, viewer: Viewer, threshold: float) -> str:
    """Compare another threshold with the one in use. Raises as `Jobs.start`, Invalid."""
    check_threshold(threshold)

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        found = preview(ws, threshold, progress=progress)
        write_text(folder / PREVIEW, msgspec.json.encode(found).decode())
        return JobDone(
            said=found.summary,
            link=f"/policy/preview/{folder.name}",
            file=PREVIEW,
            complete=not found.not_checked,
        )

    title = f"Preview of the threshold {threshold:g}"
    return service.jobs.start(viewer, "preview threshold", title, work)


def verify_chain(service: Service, viewer: Viewer, head: str) -> str:
    """Compare everything that is stored with the audit chain; `head` is a fingerprint that was
    noted earlier, or empty. Raises as `Jobs.start`.
    """

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:
        found = verifying.examine(ws, head=head, progress=progress)
        write_text(folder / VERIFICATION, msgspec.json.encode(found).decode())
        first = next(iter(verifying.format_chain_lines(found)))
        return JobDone(
            said=str(first.text),
            link=f"/audit/verified/{folder.name}",
            file=VERIFICATION,
            complete=found.sound,
        )

    return service.jobs.start(viewer, "verify audit chain", "Verify the audit chain", work)


def bring_copy_back(service: Service, viewer: Viewer, name: str) -> str:
    """Bring a copy of the database back, or ask a second person to. Raises as `Jobs.start`."""

    def work(ws: Workspace, progress: Progress, folder: Path) -> JobDone:  # noqa: ARG001
        service.lookups.stop()  # it has the database open
        try:
            said = bring_back(ws, name, progress=progress).said
        finally:
            service.lookups.start()
        return JobDone(said=said, link="/set-up/copies")

    return service.jobs.start(viewer, "bring copy back", f"Bring back the copy {name}", work)


def load_job_result(service: Service, viewer: Viewer, job_id: str, file: str, kind: type[T]) -> T:
    """Return what a job found, of a `kind`, from the file that it made; for the person who asked
    for it.

    Raises NotFound where there is none, or it is not kept any more.
    """
    job = service.jobs.get(job_id)
    path = service.jobs.file_of(viewer, job)
    if path is None or job.file != file:
        raise NotFound(
            "This result is not here any more",
            hint="Results are kept for a day, while the server runs, for the person who asked.",
        )
    return decode_json(path.read_bytes(), kind)


def _join_line_texts(lines: Iterable[Line]) -> str:
    return " ".join(f"{str(line.text).rstrip('.')}." for line in lines)
