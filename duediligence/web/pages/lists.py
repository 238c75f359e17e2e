"""The lists and registers: how each stands, what it lacks, and what to do about that."""

from collections.abc import Mapping
from datetime import date
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response

from duediligence.errors import Conflict, Invalid, NotFound
from duediligence.render.guide_page import render_guide_page as render_guide
from duediligence.render.scope import REGISTERS
from duediligence.screening.lists.guide import guide
from duediligence.screening.lists.loading import USUAL, RefreshTerms
from duediligence.screening.lists.own_registers import keeps_its_file, replace_register_file
from duediligence.screening.lists.refresh import confirm, drop
from duediligence.screening.lists.shown import (
    ListView,
    ask_list_comparison,
    describe_list_comparison,
    drift_words,
    list_views,
    not_in_use,
    unused_now,
)
from duediligence.screening.lists.statuses import may_have_lost_names
from duediligence.screening.registers import register_views
from duediligence.text.wording import count
from duediligence.web.files import download
from duediligence.web.form_fields import DAY_PARTS, day_of, problem
from duediligence.web.guards import MOST_UPLOAD
from duediligence.web.job_kinds import refresh_lists
from duediligence.web.upkeep_jobs import refresh_list
from duediligence.web.visits import Pages, Visit

pages = Pages()

LIST_FILE_FIELDS = ("files", *(f"as-of-{part}" for part in DAY_PARTS))
_MOST = f"{MOST_UPLOAD // 2**20} MB"


@pages.get("/lists")
def lists(visit: Visit) -> Response:
    found = list_views(visit.ws)
    used = [one for one in found.lists if one.in_use]
    missing = [one for one in used if one.status.blocks_complete_run]
    return visit.page(
        "lists.html.jinja",
        title="Lists",
        used=used,
        missing=missing,
        headline=(
            f"{len(missing)} of {count(len(used), 'list')} in use "
            f"{'is' if len(missing) == 1 else 'are'} not current, so results are incomplete"
        ),
        unused=[one for one in found.lists if not one.in_use],
        untried=found.untried,
        registers=register_views(visit.ws),
        names={one: name[:1].upper() + name[1:] for one, name in REGISTERS.items()},
        address=address,
    )


@pages.post("/lists/refresh")
def refresh(visit: Visit) -> Response:
    return visit.go(f"/jobs/{refresh_lists(visit.service, visit.viewer)}")


@pages.get("/lists/files-to-download")
def files_to_download(visit: Visit) -> Response:
    return download(render_guide(guide(visit.ws), visit.ws.now()), "lists-to-download.html")


@pages.get("/lists/{id}")
def one_list(visit: Visit) -> Response:
    return _render_list_page(visit, _view(visit))


def _render_list_page(visit: Visit, view: ListView, *errors: tuple[str, str]) -> Response:
    watchlist = visit.ws.watchlist(view.status.list_id)
    version = view.status.version
    return visit.page(
        "list.html.jinja",
        title=view.status.title,
        errors=errors,
        view=view,
        drift=[drift_words(item) for item in version.drift] if version else [],
        here_address=address(view.status.list_id),
        by_hand=watchlist.by_hand is not None,
        has_template=bool(watchlist.template),
        takes_files=_takes_files(visit, view),
        # A list that a complete run needs is not offered to be dropped.
        can_be_dropped=_is_used(view) and watchlist.optional,
        accepts_loss=_accepts_loss(view),
        accepts_format=_accepts_format(view),
        most=_MOST,
        typed=visit.text,
    )


def _takes_files(visit: Visit, view: ListView) -> bool:
    """Return whether a person can bring its files: a council's own register has them in a folder,
    which may be kept here.
    """
    watchlist = visit.ws.watchlist(view.status.list_id)
    return watchlist.location is None or keeps_its_file(watchlist, visit.ws.settings)


def _is_used(view: ListView) -> bool:
    """Return whether it was loaded, or somebody tried to."""
    failed = any(reason.kind == "refresh failed" for reason in view.status.reasons)
    return view.status.version is not None or failed


def _accepts_loss(view: ListView) -> bool:
    """Return whether it was loaded, and the newest files were refused for what they hold."""
    refused = any(reason.code == "ExpectationFailed" for reason in view.status.reasons)
    return refused and view.status.version is not None


def _accepts_format(view: ListView) -> bool:
    """Return whether its files have headings that are not read, or its entries may have lost
    names.
    """
    return may_have_lost_names(view.status)


@pages.post("/lists/{id}/refresh")
def refresh_one(visit: Visit) -> Response:
    return _start_list_refresh(visit, USUAL, {})


def _start_list_refresh(
    visit: Visit, terms: RefreshTerms, brought: Mapping[str, BinaryIO]
) -> Response:
    job = refresh_list(visit.service, visit.viewer, visit.path("id"), terms=terms, brought=brought)
    return visit.go(f"/jobs/{job}")


@pages.post("/lists/{id}/files")
def bring_files(visit: Visit) -> Response:
    view = _view(visit)
    try:
        brought, day = _read_list_files(visit, view, needed=True), read_published_day(visit)
    except Invalid as error:
        return _render_list_page(visit, view, problem(error, LIST_FILE_FIELDS))
    if visit.ws.watchlist(view.status.list_id).location is not None:
        if len(brought) > 1:
            return _render_list_page(visit, view, ("files", "Choose one file: the register."))
        replace_register_file(visit.ws, view.status.list_id, next(iter(brought.values())).read())
        brought = {}
    return _start_list_refresh(visit, RefreshTerms(as_of=day), brought)


def _read_list_files(visit: Visit, view: ListView, *, needed: bool) -> dict[str, BinaryIO]:
    return read_sent_files(visit, f"Choose the files of the list: {view.files}" if needed else "")


def read_sent_files(visit: Visit, needed: str) -> dict[str, BinaryIO]:
    """Return the files of the form by their names. Raises Invalid where two have one name, or none
    is there; that says `needed`, empty where none is needed.
    """
    sent = visit.uploads("files")
    if needed and not sent:
        raise Invalid(needed, field="files")
    brought = {one.filename or "": one.file for one in sent}
    if len(brought) < len(sent):
        raise Invalid("Two of the files have the same name", field="files")
    return brought


def read_published_day(visit: Visit) -> date | None:
    """Return the day that the form states, None where it states none. Raises Invalid."""
    day = day_of(visit, "as-of", "The day they were published")
    if day and day > visit.ws.now().date():
        raise Invalid("The day they were published cannot be in the future", field="as-of-day")
    return day


@pages.get("/lists/{id}/template")
def template(visit: Visit) -> Response:
    watchlist = visit.ws.watchlist(visit.path("id"))
    if not watchlist.template:
        raise NotFound(f"There is no template for {watchlist.id}")
    return download(watchlist.template, watchlist.feeds[0].filename)


@pages.get("/lists/{id}/confirm")
def _confirm_page(visit: Visit, *errors: tuple[str, str]) -> Response:
    view = _view(visit)
    watchlist = visit.ws.watchlist(view.status.list_id)
    if watchlist.by_hand is None:
        raise Conflict(f"{watchlist.id} is not kept by hand")
    return visit.page(
        "list_confirm.html.jinja",
        title=f"Confirm {view.status.title}",
        errors=errors,
        view=view,
        question=ask_list_comparison(watchlist, view.status),
        here_address=address(watchlist.id),
    )


@pages.post("/lists/{id}/confirm")
def record_confirmation(visit: Visit) -> Response:
    list_id = visit.path("id")
    answer = visit.text("compared")
    if answer not in ("yes", "no"):
        return _confirm_page(visit, ("compared", "Say whether you have read the page today"))
    if answer == "no":
        return visit.go(address(list_id), "Nothing was recorded.")
    version = confirm(visit.ws, list_id)
    return visit.go(
        address(list_id), describe_list_comparison(visit.ws.watchlist(list_id), version)
    )


@pages.get("/lists/{id}/drop")
def ask_to_drop(visit: Visit) -> Response:
    view = _view(visit)
    if not _is_used(view):
        raise not_in_use(view.status.list_id)
    return visit.page(
        "list_drop.html.jinja",
        title=f"Stop using {view.status.title}",
        view=view,
        here_address=address(view.status.list_id),
    )


@pages.post("/lists/{id}/drop")
def drop_it(visit: Visit) -> Response:
    list_id = visit.path("id")
    if not drop(visit.ws, list_id):
        raise not_in_use(list_id)
    lines = unused_now(list_id, visit.ws.watchlists.get(list_id), visit.ws.settings)
    return visit.go("/lists", " ".join(str(line.text) for line in lines))


@pages.get("/lists/{id}/accept-loss")
def ask_to_accept_loss(visit: Visit) -> Response:
    return _accept_page(visit, "loss")


@pages.get("/lists/{id}/accept-format")
def ask_to_accept_format(visit: Visit) -> Response:
    return _accept_page(visit, "format")


def _accept_page(visit: Visit, what: str, *errors: tuple[str, str]) -> Response:
    view = _view(visit)
    version = view.status.version
    unread = [doubt.what for doubt in version.doubts if doubt.kind == "not read"] if version else []
    can = _accepts_loss(view) if what == "loss" else _accepts_format(view)
    if not can:
        raise Conflict(
            f"There is nothing to accept: {view.status.reason or 'the list is current'}",
            hint="Open the list to see what can be done.",
        )
    return visit.page(
        "list_accept.html.jinja",
        title=(
            "Accept a list that lost more than usual"
            if what == "loss"
            else "Accept a list that may have lost names"
        ),
        errors=errors,
        view=view,
        what=what,
        unread=unread,
        takes_files=_takes_files(visit, view),
        most=_MOST,
        here_address=address(view.status.list_id),
    )


@pages.post("/lists/{id}/accept-loss")
def accept_loss(visit: Visit) -> Response:
    return _accept_list_change(visit, "loss", RefreshTerms(accept_shrink=True))


@pages.post("/lists/{id}/accept-format")
def accept_format(visit: Visit) -> Response:
    return _accept_list_change(visit, "format", RefreshTerms(accept_format=True))


def _accept_list_change(visit: Visit, what: str, terms: RefreshTerms) -> Response:
    if visit.text("compared") != "yes":
        return _accept_page(
            visit, what, ("compared", "Confirm that you compared the list with its publisher")
        )
    view = _view(visit)
    try:
        brought = _read_list_files(visit, view, needed=not view.is_fetched)
    except Invalid as error:
        return _accept_page(visit, what, problem(error, LIST_FILE_FIELDS))
    return _start_list_refresh(visit, terms, brought)


def _view(visit: Visit) -> ListView:
    (view,) = list_views(visit.ws, [visit.path("id")]).lists
    return view


def address(list_id: str) -> str:
    """Return the page of a list."""
    return f"/lists/{quote(list_id, safe='')}"
