"""The root command and its nouns."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_command

from duediligence.cli.extension_commands import add_extension_commands
from duediligence.cli.globals import GLOBALS, ignored_settings, resolve, split_option, warn
from duediligence.errors import UsageError
from duediligence.extension import find_extensions, find_own_extensions
from duediligence.version import __version__

# The first words of all commands, as help lists them: the words of extensions come between.
_FIRST = (
    "demo check screen serve mcp doctor lists suppliers registers alerts report letter digest "
    "schedule"
).split()
_LAST = "audit backup retention home tokens settings".split()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"duediligence {__version__}")
        raise typer.Exit


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


@cache
def _load_noun(noun: str) -> Callable[..., None] | typer.Typer:
    """Return the command or the commands of a noun: a command imports no other noun's modules."""
    match noun:
        case "demo":
            from duediligence.cli.demo import run_demo

            return run_demo
        case "check":
            from duediligence.cli.screen import check_one_name

            return check_one_name
        case "screen":
            from duediligence.cli.screen import screen_suppliers

            return screen_suppliers
        case "serve":
            from duediligence.cli.serve import serve_console

            return serve_console
        case "mcp":
            from duediligence.cli.serve import answer_assistant

            return answer_assistant
        case "doctor":
            from duediligence.cli.setup import run_doctor

            return run_doctor
        case "settings":
            from duediligence.cli.setup import settings_app

            return settings_app
        case "lists":
            from duediligence.cli import lists, local_lists

            local_lists.add_local_list_commands(lists.app)
            return lists.app
        case "suppliers":
            from duediligence.cli import (
                duplicates,
                printed_forms,
                supplier_answers,
                supplier_changes,
                supplier_checks,
                supplier_contracts,
                supplier_disclosure,
                supplier_imports,
                supplier_network,
                supplier_registrations,
                supplier_removal,
                suppliers,
            )

            supplier_changes.add_supplier_commands(suppliers.app)
            supplier_contracts.add_contract_commands(suppliers.app)
            suppliers.app.command("import")(supplier_imports.import_supplier_file)
            suppliers.app.command("imports")(supplier_imports.list_supplier_imports)
            suppliers.app.command("take-back")(supplier_imports.take_back_supplier_import)
            suppliers.app.command("duplicates")(duplicates.list_duplicates)
            suppliers.app.command("confirm-form")(printed_forms.confirm_form)
            suppliers.app.command("files")(printed_forms.list_files)
            suppliers.app.command("network")(supplier_network.show_network)
            suppliers.app.command("answers")(supplier_answers.list_answers)
            suppliers.app.command("checks")(supplier_checks.list_kept_checks)
            suppliers.app.command("disclosure")(supplier_disclosure.sort_for_disclosure)
            suppliers.app.command("registrations")(supplier_registrations.list_registrations)
            suppliers.app.command("remove")(supplier_removal.remove)
            return suppliers.app
        case "alerts":
            from duediligence.cli import alert_decisions, alert_workbooks, alerts, exports

            alert_decisions.add_decision_commands(alerts.app)
            alerts.app.command("export")(alert_workbooks.export_workbook)
            alerts.app.command("import")(alert_workbooks.import_workbook)
            alerts.app.command("flags")(exports.export_flags_file)
            return alerts.app
    # The other nouns are a module each.
    found: typer.Typer = import_module(f"duediligence.cli.{noun}").app
    return found


def _make_root(*nouns: str) -> typer.Typer:
    """Return the root command with these nouns."""
    made = typer.Typer(
        name="duediligence",
        help="Screen the suppliers a public body buys from, and explain every possible match.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(root)
    _add_nouns(made, nouns)
    return made


def _add_nouns(made: typer.Typer, nouns: Iterable[str]) -> None:
    for noun in nouns:
        part = _load_noun(noun)
        if isinstance(part, typer.Typer):
            made.add_typer(part, name=noun)
        else:
            made.command(noun)(part)


@cache
def build_app() -> typer.Typer:
    """Return the root command with all nouns, with the nouns of our extensions."""
    made = _make_root(*_FIRST)
    add_extension_commands(made, find_own_extensions())
    _add_nouns(made, _LAST)
    return made


@cache
def build_command(noun: str, global_options: tuple[str, ...] = ()) -> Callable[..., object]:
    """Build the root command with this noun alone, or with all of them where it is none.

    To import and build all of them takes longer than most commands. The settings, which say whose
    extensions are used as well, are read only where nothing else has the noun.
    """
    whole = _make_root(*({noun} & {*_FIRST, *_LAST}))
    add_extension_commands(whole, find_own_extensions())
    if noun not in _list_names(whole):
        whole = build_app()
        if noun and not noun.startswith("-"):
            _add_allowed_commands(whole, global_options)
    if noun not in _list_names(whole):
        return get_command(whole)
    part = _make_root()
    part.registered_groups = [one for one in whole.registered_groups if one.name == noun]
    part.registered_commands = [one for one in whole.registered_commands if one.name == noun]
    return get_command(part)


def _list_names(made: typer.Typer) -> set[str | None]:
    groups, commands = made.registered_groups, made.registered_commands
    return {*(one.name for one in groups), *(one.name for one in commands)}


def _add_allowed_commands(whole: typer.Typer, global_options: tuple[str, ...]) -> None:
    """Add the commands of extensions that the settings allow; a mistake in these is for a command
    that needs settings to report.
    """
    GLOBALS.home = split_option(global_options, "--home")
    GLOBALS.config = split_option(global_options, "--config")
    with suppress(UsageError):
        found = find_extensions(resolve().settings.extensions)
        own = find_own_extensions()
        add_extension_commands(whole, (one.extension for one in found if one.extension not in own))
