"""The root command and its nouns."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from duediligence.cli.extension_commands import add_extension_commands
from duediligence.cli.globals import GLOBALS, ignored_settings, resolve, split_option, warn
from duediligence.errors import UsageError
from duediligence.extension import find_extensions, find_own_extensions
from duediligence.version import __version__

app = typer.Typer(
    name="duediligence",
    help="Screen the suppliers a public body buys from, and explain every possible match.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duediligence {__version__}")
        raise typer.Exit


@app.callback()
def root(
    home: Annotated[
        Path | None,
        typer.Option(help="Folder that holds everything the tool keeps.", show_default=False),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            help="TOML settings file; it overrides the home's settings and your own.",
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print results, warnings and errors only.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print each step on stderr.")] = False,
    log_file: Annotated[
        Path | None,
        typer.Option(help="Append each step to this file, as JSON Lines.", show_default=False),
    ] = None,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    GLOBALS.home = home
    GLOBALS.config = config
    GLOBALS.quiet = quiet
    if GLOBALS.only_help:
        return
    if verbose or log_file:
        from duediligence.logs import configure_logging

        configure_logging(verbose=verbose, file=log_file)
    if config is not None or "DUEDILIGENCE_CONFIG" in os.environ:
        # A file that is named must be right, also for a command that needs no settings.
        resolve()
    # A mistake in another file is for the command to report, if it needs settings.
    with suppress(UsageError):
        if ignored := ignored_settings():
            warn(ignored.notice)


from duediligence.cli import (  # noqa: E402
    alert_decisions,
    alert_workbooks,
    alerts,
    audit,
    backup,
    demo,
    digest,
    duplicates,
    exports,
    home,
    letter,
    lists,
    local_lists,
    registers,
    report,
    retention,
    schedule,
    screen,
    serve,
    setup,
    supplier_changes,
    supplier_checks,
    supplier_contracts,
    supplier_imports,
    supplier_network,
    supplier_removal,
    suppliers,
    tokens,
)

app.command("demo")(demo.run_demo)
app.command("check")(screen.check_one_name)
app.command("screen")(screen.screen_suppliers)
app.command("serve")(serve.serve_console)
app.command("doctor")(setup.run_doctor)

app.add_typer(lists.app, name="lists")
local_lists.add_local_list_commands(lists.app)

app.add_typer(suppliers.app, name="suppliers")
supplier_changes.add_supplier_commands(suppliers.app)
supplier_contracts.add_contract_commands(suppliers.app)
suppliers.app.command("import")(supplier_imports.import_supplier_file)
suppliers.app.command("duplicates")(duplicates.list_duplicates)
suppliers.app.command("network")(supplier_network.show_network)
suppliers.app.command("checks")(supplier_checks.list_kept_checks)
suppliers.app.command("remove")(supplier_removal.remove)

app.add_typer(registers.app, name="registers")

app.add_typer(alerts.app, name="alerts")
alert_decisions.add_decision_commands(alerts.app)
alerts.app.command("export")(alert_workbooks.export_workbook)
alerts.app.command("import")(alert_workbooks.import_workbook)
alerts.app.command("flags")(exports.export_flags_file)

app.add_typer(report.app, name="report")
app.add_typer(letter.app, name="letter")
app.add_typer(digest.app, name="digest")
app.add_typer(schedule.app, name="schedule")
add_extension_commands(app, find_own_extensions())
app.add_typer(audit.app, name="audit")
app.add_typer(backup.app, name="backup")
app.add_typer(retention.app, name="retention")
app.add_typer(home.app, name="home")
app.add_typer(tokens.app, name="tokens")
app.add_typer(setup.settings_app, name="settings")


@cache
def build_command(noun: str, global_options: tuple[str, ...] = ()) -> Callable[..., object]:
    """Build the root command with this noun alone, or with all of them where it is none.

    To build all of them takes longer than most commands. The settings, which say whose extensions
    are used as well, are read only where nothing else has the noun.
    """
    if noun and not noun.startswith("-") and noun not in list_nouns():
        _add_allowed_commands(global_options)
    if noun not in list_nouns():
        return get_command(app)
    groups = [one for one in app.registered_groups if one.name == noun]
    commands = [one for one in app.registered_commands if one.name == noun]
    part = typer.Typer()
    vars(part).update(vars(app), registered_groups=groups, registered_commands=commands)
    return get_command(part)


def list_nouns() -> set[str | None]:
    """Return the first words of all commands."""
    groups, commands = app.registered_groups, app.registered_commands
    return {*(one.name for one in groups), *(one.name for one in commands)}


def _add_allowed_commands(global_options: tuple[str, ...]) -> None:
    """Add the commands of extensions that the settings allow; a mistake in these is for a command
    that needs settings to report.
    """
    GLOBALS.home = split_option(global_options, "--home")
    GLOBALS.config = split_option(global_options, "--config")
    with suppress(UsageError):
        found = find_extensions(resolve().settings.extensions)
        own = find_own_extensions()
        add_extension_commands(app, (one.extension for one in found if one.extension not in own))
