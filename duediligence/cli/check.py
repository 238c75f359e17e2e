"""Check one supplier, and read the verdict."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import (
    NamedAlreadyOption,
    RedactOption,
    RestrictedOption,
    named,
    tell_withheld,
)
from duediligence.cli.globals import note, progress, say, workspace
from duediligence.cli.options import NamesakesOption, RunJsonOption, ThresholdOption
from duediligence.cli.screen import FailOnOption, list_namesakes

if TYPE_CHECKING:
    from duediligence.model.entries import Kind
    from duediligence.screening.run.screen import Namesake

KINDS: "tuple[Kind, ...]" = ("organisation", "person", "vessel", "unknown")


def check(
    name: Annotated[str, typer.Argument(help="The supplier's name.")],
    kind: Annotated[str, typer.Option(help="organisation, person, vessel or unknown.")] = "unknown",
    number: Annotated[str, typer.Option(help="Companies House number.")] = "",
    charity: Annotated[str, typer.Option(help="Charity number.")] = "",
    postcode: Annotated[str, typer.Option(help="Postcode.")] = "",
    person: Annotated[
        list[str] | None,
        typer.Option(
            metavar='"NAME,YYYY-MM"',
            help="A director, owner or partner, with month and year of birth. Repeatable.",
        ),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(help="File for the result: .csv, .xlsx, .json or .html. Repeatable."),
    ] = None,
    as_json: RunJsonOption = False,
    redact: RedactOption = False,
    include_people: NamedAlreadyOption = False,
    restricted: RestrictedOption = False,
    namesakes: NamesakesOption = False,
    fail_on: FailOnOption = None,
    threshold: ThresholdOption = None,
) -> None:
    """Check one supplier and the people behind it against every list.

    Exits as `screen` does: 0, 1 or 3. Files and JSON name the people that a flag is about, which
    is recorded; --redact-people makes a copy for circulation. Restricted findings are never in
    a file.

    Examples:

        duediligence check "Volkhar Maritime (UK) Ltd" --number 99001234

        duediligence check "Bright Sands Home Care" --person "Jo Invented,1968-03"
    """
    from duediligence.casework.choices import word_of
    from duediligence.casework.flag_files import check_output, run_as_json, write_run
    from duediligence.casework.showing import run_for
    from duediligence.screening.run.screen import Screened, exit_code
    from duediligence.screening.run.screen import screen as run_screening
    from duediligence.suppliers import supplier_from_options

    of_kind = word_of("--kind", kind, KINDS)
    for path in out or []:
        check_output(path)
    supplier = supplier_from_options(
        name, number=number, charity=charity, postcode=postcode, people=tuple(person or ())
    )
    people = named(redact=redact, include=include_people)
    with workspace(fail_on=fail_on, threshold=threshold) as ws:
        aside: list[Namesake] = []
        run = run_screening(
            ws, Screened([supplier], kind=of_kind), progress=progress(), namesakes=aside
        )
        code = exit_code(run, ws.settings.fail_on)
        for path in out or []:
            write_run(ws, run, path, people=people)
            note(f"Wrote {path}")
        if as_json:
            say(run_as_json(ws, run, people=people))
        else:
            from duediligence.reports import terminal

            shown = run_for(ws, run, restricted=restricted)
            for line in terminal.details(shown.run):
                say(line)
            tell_withheld(shown.withheld)
        if namesakes:
            list_namesakes(aside)
    raise typer.Exit(code)
