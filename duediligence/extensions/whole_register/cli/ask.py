"""`registers ask`: questions to the whole register."""

import re
from collections.abc import Callable
from functools import partial, wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from duediligence.cli.disclosing import PeopleOption
from duediligence.cli.globals import JsonOption, note, say, say_json, table, warn, workspace
from duediligence.cli.request_options import set_parameters
from duediligence.errors import Invalid, UsageError

if TYPE_CHECKING:
    from duediligence.extensions.whole_register.asking.ask import RegisterQuestion

app = typer.Typer(
    help="Ask the whole register, such as who shares an address.",
    no_args_is_help=True,
)

SuppliersOption = Annotated[
    bool, typer.Option("--suppliers", help="Only where a stored supplier is part of it.")
]


def _ask(
    question: "RegisterQuestion",
    limit: Annotated[int, typer.Option(help="The most rows, the strongest first.")] = 100,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Also write the answer: .csv or .json. Recorded."
        ),
    ] = None,
    people: PeopleOption = False,
    purpose: Annotated[
        str,
        typer.Option(
            help="What it is needed for: screening, new bidder, contract management, investigation "
            "or audit. Recorded."
        ),
    ] = "screening",
    as_json: JsonOption = False,
) -> None:
    """Print the answer; exit 3 where a file that it needs is not loaded."""
    from duediligence.casework.choices import word_of
    from duediligence.extensions.whole_register.asking.answers import Purpose
    from duediligence.extensions.whole_register.asking.ask import ask
    from duediligence.extensions.whole_register.asking.shown_answers import (
        answer_document,
        answer_notes,
        answer_summary,
        answer_table,
        answer_warnings,
        check_answer_file,
        write_answer,
    )

    told = word_of("purpose", purpose, get_args(Purpose))
    if out:
        check_answer_file(out)
    with workspace() as ws:
        answer = ask(ws, question, limit=limit, purpose=told)
        if out:
            write_answer(ws, answer, out, people=people)
    if as_json:
        say_json(answer_document(answer, people=True))
    else:
        headings, lines = answer_table(answer, people=True)
        if lines:
            table(headings, lines)
        say(answer_summary(answer))
        for line in answer_notes(answer):
            note(line)
    for line in answer_warnings(answer):
        warn(line)
    if out:
        note(f"Wrote {out}")
    if not answer.complete:
        raise typer.Exit(3)


def _declare_question(
    name: str | None = None, *, names_people: bool = True
) -> Callable[[Callable[..., "RegisterQuestion"]], None]:
    """Return a decorator of a function that makes a question, as a command that asks it.

    It has the options of the function, then the options of `_ask`, without --include-people where
    no answer `names_people`.
    """

    def decorate(make: Callable[..., "RegisterQuestion"]) -> None:
        own = list(signature(make).parameters.values())
        shared = list(signature(_ask).parameters.values())[1:]
        parameters = own + [one for one in shared if names_people or one.name != "people"]

        @wraps(make)
        def run(**values: Any) -> None:
            question = make(**{one.name: values.pop(one.name) for one in own})
            _ask(question, **values)

        set_parameters(run, parameters)
        app.command(name)(run)

    return decorate


@_declare_question()
def near(
    number: Annotated[
        str, typer.Option(metavar="NUMBER", help="Near this company.", show_default=False)
    ] = "",
    person: Annotated[
        str, typer.Option(metavar="NAME", help="Near this person, with --born.", show_default=False)
    ] = "",
    born: Annotated[str, typer.Option(metavar="YYYY-MM", help="The person's month of birth.")] = "",
    listed: Annotated[
        bool, typer.Option("--listed", help="Near whoever `registers screen` found on a list.")
    ] = False,
    insolvent: Annotated[
        bool, typer.Option("--insolvent", help="Near companies in an insolvency procedure.")
    ] = False,
    dissolved: Annotated[
        bool, typer.Option("--dissolved", help="Near companies that left the register.")
    ] = False,
    bidder: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER", help="Start from this company, not from the suppliers. Repeatable."
        ),
    ] = None,
    steps: Annotated[int, typer.Option(help="The most links of a path, 1 to 3.")] = 2,
) -> "RegisterQuestion":
    """Show which suppliers or bidders are close to somebody.

    Close means within some links. A link is a director, secretary, owner or registered address: two
    companies with one director are two links apart. A path is the weaker, the more companies each
    party on it joins.

    Examples:

        duediligence registers ask near --insolvent

        duediligence registers ask near --person "Jo Invented" --born 1970-05 --steps 3

        duediligence registers ask near --listed --bidder 01234567 --purpose "new bidder"
    """
    from duediligence.extensions.whole_register.asking.near import NearRequest, find_near_paths
    from duediligence.model import register_number

    asked = [bool(number), bool(person), listed, insolvent, dissolved]
    if sum(asked) != 1:
        raise UsageError(
            "Ask for one of --number, --person, --listed, --insolvent and --dissolved",
            hint="For example: duediligence registers ask near --insolvent",
        )
    if bool(person) != bool(born):
        raise Invalid(
            "--person and --born belong together",
            field="born",
            hint='For example: --person "Jo Invented" --born 1970-05',
        )
    what = ("company", "person", "listed", "insolvent", "dissolved")
    request = NearRequest(
        what=what[asked.index(True)],  # type: ignore[arg-type]
        number=register_number(number) if number else "",
        name=person,
        born=_parse_born_month(born) if born else None,
        bidders=tuple(map(register_number, bidder or ())),
        steps=steps,
    )
    return partial(find_near_paths, request=request)


@_declare_question()
def address(
    number: Annotated[
        str, typer.Option(metavar="NUMBER", help="The address of this company.", show_default=False)
    ] = "",
    text: Annotated[
        str, typer.Option("--address", metavar="TEXT", help="This address.", show_default=False)
    ] = "",
    postcode: Annotated[
        str, typer.Option(metavar="POSTCODE", help="The postcode of --address.", show_default=False)
    ] = "",
    suppliers: Annotated[
        bool, typer.Option("--suppliers", help="Every address that several suppliers use.")
    ] = False,
) -> "RegisterQuestion":
    """Show who shares an address.

    The more companies are there, the weaker the link. The building decides: who shares the postcode
    alone is counted and not shown. With --suppliers an address is shared as a registered office or
    as where letters to officers and owners go.

    Examples:

        duediligence registers ask address --number 01234567

        duediligence registers ask address --address "71 Invented Street" --postcode "AB1 2CD"

        duediligence registers ask address --suppliers
    """
    from duediligence.extensions.whole_register.asking.addresses import (
        find_address_sharers,
        shared_addresses,
    )
    from duediligence.model import register_number

    if bool(number) + bool(text) + suppliers != 1:
        raise UsageError(
            "Ask with one of --number, --address with its --postcode, and --suppliers",
            hint="For example: duediligence registers ask address --suppliers",
        )
    if suppliers:
        return shared_addresses
    place = register_number(number) if number else ""
    return partial(find_address_sharers, number=place, text=text, postcode=postcode)


@_declare_question()
def phoenixes(
    months: Annotated[int, typer.Option(help="Formed in the last months, 1 to 36.")] = 24,
    suppliers: SuppliersOption = False,
) -> "RegisterQuestion":
    """Show new companies that took over from a failed one.

    At least two of people, address, first word of the name and kind of work must agree. See the
    Insolvency Act 1986 s.216, and notices in the Gazette with the code 2403.

    Examples:

        duediligence registers ask phoenixes --suppliers

        duediligence registers ask phoenixes --months 12 --out phoenixes.csv
    """
    from duediligence.extensions.whole_register.asking.phoenixes import find_phoenix_companies

    return partial(find_phoenix_companies, months=months, suppliers=suppliers)


@_declare_question("mass-addresses", names_people=False)
def mass_addresses(
    least: Annotated[int, typer.Option(help="The fewest companies.")] = 50,
    suppliers: SuppliersOption = False,
) -> "RegisterQuestion":
    """Show addresses with many companies.

    Examples:

        duediligence registers ask mass-addresses --suppliers

        duediligence registers ask mass-addresses --least 1000
    """
    from duediligence.extensions.whole_register.asking.addresses import mass_addresses

    return partial(mass_addresses, least=least, suppliers=suppliers)


@_declare_question("people")
def busy_people(
    least: Annotated[int, typer.Option(help="The fewest companies.")] = 8,
) -> "RegisterQuestion":
    """Show people who are behind many companies.

    Also shows how many of these failed.

    Examples:

        duediligence registers ask people --least 50
    """
    from duediligence.extensions.whole_register.asking.people import find_busy_people

    return partial(find_busy_people, least=least)


@_declare_question(names_people=False)
def circles(
    suppliers: SuppliersOption = False,
) -> "RegisterQuestion":
    """Show companies that own each other in a circle.

    A circle may be of any length.

    Examples:

        duediligence registers ask circles
    """
    from duediligence.extensions.whole_register.asking.circles import find_owner_circles

    return partial(find_owner_circles, suppliers=suppliers)


@_declare_question(names_people=False)
def changes(
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="What was formed or left after this day. Default: since the version before.",
        ),
    ] = "",
    suppliers: Annotated[
        bool,
        typer.Option("--suppliers", help="Only stored suppliers, with their changes in between."),
    ] = False,
) -> "RegisterQuestion":
    """Show companies that came and went.

    The answer covers the time since the version before, or since a day.

    Examples:

        duediligence registers ask changes --suppliers

        duediligence registers ask changes --since 2026-10-01
    """
    from duediligence.casework.choices import date_of
    from duediligence.extensions.whole_register.asking.changes import find_register_changes

    return partial(find_register_changes, since=date_of("since", since), suppliers=suppliers)


@_declare_question("handed-over")
def handed_over(
    suppliers: SuppliersOption = False,
) -> "RegisterQuestion":
    """Show control that a failed owner passed to somebody close.

    The owner before was listed or failed. Within 60 days, to a person of the same address or
    surname, or who was a director of the same company.

    Examples:

        duediligence registers ask handed-over --suppliers
    """
    from duediligence.extensions.whole_register.asking.handed_over import handed_over

    return partial(handed_over, suppliers=suppliers)


def _parse_born_month(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text.strip())
    if not found:
        raise Invalid(f"{text!r} is not a valid month: write YYYY-MM", field="born")
    return int(found[1]), int(found[2])
