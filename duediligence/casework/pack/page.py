"""What people read of a pack: one page that prints on A4, and the flags as a table."""

import hashlib
import io
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from duediligence.casework.pack.case import Case
from duediligence.casework.pack.contents import Contents
from duediligence.model import ListStatus, Run
from duediligence.reports import flags_csv, verdict
from duediligence.reports.dossier_section import render_section
from duediligence.reports.html_page import marks, web_address
from duediligence.reports.scope import TITLE, scope_lines
from duediligence.reports.templating import fill, resource
from duediligence.reports.wording import LIST_STATES, count


@dataclass(frozen=True, slots=True)
class Looked:
    """A list beside what it held about a supplier, in words: nothing found is told of each."""

    status: ListStatus
    state: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A case as the page has it."""

    case: Case
    run: Run
    warning: str
    headline: str
    reading: str
    worst: str
    lists: tuple[Looked, ...]
    points: tuple[verdict.Point, ...]
    section: Markup


def flags(contents: Contents) -> bytes:
    """The flags of every case as one CSV, as `screen` writes them."""
    runs = [case.run for case in contents.cases]
    told = replace(runs[0], findings=tuple(f for run in runs for f in run.findings))
    written = io.StringIO(newline="")
    flags_csv.write(told, written)
    return written.getvalue().encode()


def page(
    whole: Sequence[Case],
    contents: Contents,
    about: Mapping[str, object],
    files: Mapping[str, bytes],
) -> bytes:
    """The page, in UTF-8. `whole` are the cases before anybody was left out of them: people in
    what the registers say are shown by initials where `about` says that they are left out.
    """
    css = "".join(map(resource, ("report.css", "dossier.css", "pack.css")))
    digest = b64encode(hashlib.sha256(css.encode()).digest()).decode()
    people = bool(about["people"])
    shown = [
        _shown(before, case, people=people)
        for before, case in zip(whole, contents.cases, strict=True)
    ]
    text = fill(
        "pack.html.jinja",
        css=css,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'",
        about=about,
        made_at=datetime.fromisoformat(str(about["made_at"])),
        contents=contents,
        shown=shown,
        names={case.supplier.ref: case.supplier.name for case in contents.cases},
        files=[
            (name, len(body), hashlib.sha256(body).hexdigest())
            for name, body in sorted(files.items())
        ],
        facts=verdict.facts,
        gaps=verdict.gaps,
        scope_title=TITLE,
        scopes=_scopes(contents),
        withheld=verdict.withheld,
        web_address=web_address,
    )
    return text.encode()


def _scopes(contents: Contents) -> dict[str, list[str]]:
    """The scope of each run in the pack, by its id, in words."""
    return {case.run.id: scope_lines(case.run) for case in contents.cases}


def _shown(whole: Case, case: Case, *, people: bool) -> _Shown:
    run = replace(case.run, suppliers=1)
    points = tuple(verdict.points(run))
    reading = run.readings.get(case.supplier.ref)
    dossier = whole.compared.dossier
    section = Markup()
    if dossier is not None:
        flagged = marks(whole.run).get(case.supplier.ref, {})
        section = render_section(dossier, flagged, "shown" if people else "redacted")
    return _Shown(
        case=case,
        run=run,
        warning=verdict.warning(run),
        headline=verdict.headline(run),
        reading=f"{', '.join(reading.words).capitalize()}. {reading.why}" if reading else "",
        worst=points[0].severity if points else "",
        lists=tuple(_looked(run)),
        points=points,
        section=section,
    )


def _looked(run: Run) -> Iterator[Looked]:
    hidden = bool(verdict.withheld(run))
    for status in run.lists:
        found = {
            (f.subject_name, f.entry_id)
            for f in run.findings
            if f.list_id == status.list_id and f.entry_id and f.outcome in ("review", "adverse")
        }
        if found:
            result = count(len(found), "possible match", "possible matches")
        elif status.version is None:
            result = "Not searched: nothing can be said"
        elif hidden:
            result = "Nothing found beside what is left out of this pack"
        else:
            result = "Nothing found"
        if status.version and status.state == "stale":
            result += ", in a copy that is out of date"
        yield Looked(status, LIST_STATES[status.state], result)
