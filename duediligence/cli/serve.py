"""`serve`: the console in a browser, and the API, from one process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import (
    ignored_settings,
    note,
    print_to_stream,
    resolve,
    say,
    warn,
    worded,
)
from duediligence.cli.stopping import Stopped, stop_on_signal
from duediligence.errors import DuediligenceError, UsageError
from duediligence.permissions import POSIX, PRIVATE_FOLDER, access_of
from duediligence.progress import SILENT

if TYPE_CHECKING:
    from duediligence.web.service import Service
    from duediligence.web.sign_in.one_pc import Entrance


# A browser in a snap may read no file of ours, and says nothing.
_PATIENCE = timedelta(seconds=20)


def serve_console(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port on this computer; 0: a free one.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Show invented suppliers; nothing of yours is touched.")
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")
    ] = True,
) -> None:
    """Open the console in a browser.

    Only this computer can reach it, unless it is served from a server. On one PC, it signs you in
    by a file that only you can read. If the browser does not open it within 20 seconds, a code that
    works once is printed to the terminal. It stops with Ctrl-C, or when nobody used it for 8 hours.
    Run again while it is running, it opens another window of it.

    If the setting console_sign_in is oidc or proxy, it answers a reverse proxy at console_listen
    and opens no browser. It stops with SIGTERM or Ctrl-C (docs/it/deployment.md).

    Examples:

        duediligence serve

        duediligence serve --demo
    """
    for module in ("fastapi", "uvicorn", "govuk_frontend_jinja", "multipart"):
        if find_spec(module) is None:
            raise UsageError(
                "the console needs packages that are not installed",
                hint="Install them: pip install 'duediligence[web]'",
            )
    from duediligence.web.serving import serve_on_one_pc, serve_on_server

    try:
        with stop_on_signal(), _open_demo_service() if demo else _open_own_service() as service:
            if service.settings.console_sign_in == "one-pc":
                serve_on_one_pc(
                    service, port or 0, lambda entrance: open_console(entrance, browser)
                )
            elif port is None:
                serve_on_server(service, _tell_of_server)
            else:
                raise UsageError(
                    "--port is for one PC: a server listens where console_listen says",
                    hint="Leave it out.",
                )
    except Stopped:
        note("Stopped. What was recorded is kept.")


def answer_assistant() -> None:
    """Answer an assistant, over standard input and output.

    It speaks the Model Context Protocol. The assistant can look a name up on the lists, and read a
    supplier, an alert and the state of the lists. It decides nothing, and sees no restricted
    record, for any role. The setting assistant_token, its file or the keyring holds a token
    with the scopes match and read. Each answer says what was looked at and whether that is
    complete, and is recorded in the audit chain. A program starts this command; it stops when that
    program ends.

    Examples:

        duediligence mcp
    """
    for module in ("mcp", "fastapi"):
        if find_spec(module) is None:
            raise UsageError(
                "answering an assistant needs packages that are not installed",
                hint="Install them: pip install 'duediligence[mcp]'",
            )
    from duediligence.web.mcp_server import answer_on_standard_streams

    try:
        with stop_on_signal(), _open_own_service() as service:
            answer_on_standard_streams(service)
    except Stopped:
        note("Stopped.")


@contextmanager
def _open_own_service() -> Iterator["Service"]:
    from duediligence.casework.home_storage import check_storage
    from duediligence.web.service import Service

    for found in check_storage(resolve().settings.home):
        warn(worded(found.detail))
    yield Service(resolve(), ignored=ignored_settings(), reread=resolve)


@contextmanager
def _open_demo_service() -> Iterator["Service"]:
    from duediligence.demo.office import invented_office
    from duediligence.web.serving import create_demo_service

    note("Loading invented lists, registers and suppliers, as of 20 November 2026 …")
    with invented_office(SILENT, lambda _: None) as (ws, _):
        yield create_demo_service(ws)


def _tell_of_server(address: str, listening: str) -> None:
    say(f"The console at {address} is ready, and answers its proxy at {listening}.")
    sys.stdout.flush()  # a log gets it now, and not when the server ends


def open_console(entrance: "Entrance", browser: bool) -> None:
    """Sign the owner in by their browser, or by a code where it does not do so in time."""
    try:
        opened = browser and _is_opened_in_browser(entrance)
        if entrance.closed.is_set():
            return
        if opened:
            say(f"The console is open at {entrance.site}")
        else:
            _print_code(entrance)
        note("To stop it, press Ctrl-C here.")
    except DuediligenceError as error:
        warn(f"The console is at {entrance.site}, but signs nobody in: {error.message}")


def _is_opened_in_browser(entrance: "Entrance") -> bool:
    """Return whether a file that the browser opens sent its key in time.

    Another account can read what a program is started with: it learns the name of the file. The
    file is in no hidden folder, as a browser in a snap reads none.
    """
    import webbrowser

    answers: list[bool] = []

    def open_page(address: str) -> None:
        try:
            answers.append(webbrowser.open(address))
        except (OSError, webbrowser.Error):
            answers.append(False)

    with (
        suppress(OSError, RuntimeError),  # there is no home, or nothing can be written in it
        TemporaryDirectory(prefix="duediligence-start-", dir=Path.home()) as folder,
    ):
        if POSIX and access_of(Path(folder)).mode != PRIVATE_FOLDER:
            return False  # a drive without modes
        page = Path(folder, "start.html")
        key = entrance.new_key()
        entrance.write_page(page, key)
        note("Opening the console in the browser …")
        until = entrance.service.clock() + _PATIENCE
        Thread(target=open_page, args=(page.as_uri(),), daemon=True).start()
        return entrance.wait_for_use(key, until, lambda: False in answers)
    return False


def _print_code(entrance: "Entrance") -> None:
    """Print a code to the terminal; to nothing else, which others may read."""
    say(f"The console is at {entrance.site}/start and asks for a code.")
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            code = entrance.new_key()
            print_to_stream(f"Enter this code, once and within a minute:\n  {code}", stream)
            return
    say("To get one, run duediligence serve again in a terminal, under this account.")
