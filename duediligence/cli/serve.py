"""`serve`: the console in a browser, and the API, from one process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import ignored_settings, note, resolve, say, warn, worded
from duediligence.cli.stopping import Stopped, stop_on_signal
from duediligence.errors import UsageError
from duediligence.progress import SILENT

if TYPE_CHECKING:
    from duediligence.web.service import Service


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
    by an address that works once. It stops with Ctrl-C, or when nobody used it for 8 hours. Run
    again while it is running, it opens another window of it.

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
                    service, port or 0, lambda address: _open_in_browser(address, browser)
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
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from duediligence.demo.office import invented_office
    from duediligence.web.serving import create_demo_service

    note("Loading invented lists, registers and suppliers, as of 20 November 2026 …")
    with (
        TemporaryDirectory(prefix="duediligence-demo-") as rejects,
        invented_office(SILENT, lambda _: None, rejects_folder=Path(rejects)) as (ws, _),
    ):
        yield create_demo_service(ws)


def _tell_of_server(address: str, listening: str) -> None:
    say(f"The console at {address} is ready, and answers its proxy at {listening}.")
    sys.stdout.flush()  # a log gets it now, and not when the server ends


def _open_in_browser(address: str, browser: bool) -> None:
    """Open the address in the browser, and print it for where none can be opened."""
    import webbrowser

    if browser and webbrowser.open(address):
        say(f"The console is open at {address.partition('/start')[0]}")
    else:
        say("Open this address in a browser on this computer. It works once, within a minute:")
        say(f"  {address}")
    note("To stop it, press Ctrl-C here.")
