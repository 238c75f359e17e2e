"""Options by which people and restricted findings are shown or written, and what is said then."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.globals import note, warn
from duediligence.errors import Invalid

if TYPE_CHECKING:
    from duediligence.casework.disclosure import Withheld
    from duediligence.render.flags import FlagsFormat

PeopleOption = Annotated[
    bool,
    typer.Option(
        "--include-people", help="Name people; otherwise each is a role and a number. Recorded."
    ),
]
RedactOption = Annotated[
    bool,
    typer.Option(
        "--redact-people",
        help="Make a copy for circulation: in files and JSON each person is a role and a number.",
    ),
]
NamedAlreadyOption = Annotated[
    bool,
    typer.Option("--include-people", help="The default: files and JSON name people."),
]
NoBomOption = Annotated[
    bool,
    typer.Option("--no-bom", help="Leave the byte-order mark out of a CSV, for other programs."),
]
# What Excel needs is written without being asked for.
ExcelOption = Annotated[bool, typer.Option("--excel", hidden=True)]
FormatOption = Annotated[
    int,
    typer.Option(
        "--format",
        metavar="NUMBER",
        help="Format of CSV and Excel files: 2, or 1 with all columns, until December 2027.",
    ),
]
RestrictedOption = Annotated[
    bool,
    typer.Option(
        "--restricted", help="Show restricted findings too, on this screen only. Recorded."
    ),
]


def should_name_people(*, redact: bool, include: bool) -> bool:
    """Return whether files name people: unless they are to be redacted. Raises Invalid for both."""
    if redact and include:
        raise Invalid(
            "--redact-people and --include-people cannot be used together",
            field="people",
            hint="Leave one out.",
        )
    if include:
        note("--include-people is the default of this command; --redact-people redacts people")
    return not redact


def choose_flags_format(number: int) -> "FlagsFormat":
    """Return the format of that number. Raises Invalid for another one."""
    from duediligence.render.flags import FORMATS

    for one in FORMATS:
        if one == number:
            return one
    raise Invalid(f"{number} is not a format of the flags file", field="format", hint="Use 2 or 1.")


def note_excel(excel: bool) -> None:
    """Say that --excel is not needed any more, where it was given."""
    if excel:
        note("--excel is the default now; --no-bom leaves the byte-order mark out")


def tell_withheld(withheld: "Withheld") -> None:
    """Say that restricted findings are not on the screen, or reports kept apart, if there are."""
    if withheld.restricted == 1:
        warn("1 restricted finding is not shown; --restricted shows it")
    elif withheld.restricted:
        warn(f"{withheld.restricted:,} restricted findings are not shown; --restricted shows them")
    if withheld.reports:
        from duediligence.casework.disclosure import format_restricted_reports

        note(format_restricted_reports(withheld.reports))
