"""`sharing case`: partnership cases, who does what about them, and the pack for a meeting."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.disclosing import PeopleOption, RestrictedOption
from duediligence.cli.globals import (
    JsonOption,
    note,
    say,
    say_json,
    say_wrapped,
    table,
    warn,
    workspace,
)

if TYPE_CHECKING:
    from datetime import date

    from duediligence.casework.showing import People
    from duediligence.extensions.sharing.cases_shown import CaseReport, CaseView
    from duediligence.extensions.sharing.model.cases import CaseAction, CaseItem, PartnershipCase
    from duediligence.extensions.sharing.victims_first import HelpFirst

app = typer.Typer(
    help="Partnership cases: who acts on what by when. A case gathers suppliers, alerts and paths, "
    "and makes the pack for a meeting.",
    no_args_is_help=True,
)
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", min=1, help="Number of the case.", show_default=False)
]
JsonPeopleOption = Annotated[
    bool,
    typer.Option(
        "--include-people",
        help="In JSON: name people, and keep notes and lines that may name them. Recorded.",
    ),
]
NotesOption = Annotated[
    str,
    typer.Option(
        metavar="TEXT", help="Notes. They are kept here, and leave with no pack for partners."
    ),
]
LeadOption = Annotated[
    str, typer.Option(metavar="ACCOUNT", help="Who leads it: an account, or me.")
]
AgreementOption = Annotated[
    str,
    typer.Option(metavar="REF", help="Agreement under which partners may be given papers of it."),
]


@app.command()
def new(
    title: Annotated[
        str, typer.Argument(metavar="TITLE", help="What it is about, without names of people.")
    ],
    notes: NotesOption = "",
    lead: LeadOption = "me",
    review: Annotated[
        str, typer.Option(metavar="DATE", help="Day of the first review. Default: in 28 days.")
    ] = "",
    agreement: AgreementOption = "",
    as_json: JsonOption = False,
) -> None:
    """Open a case about suppliers and premises.

    Examples:

        duediligence sharing case new "Car washes, Mill Road" --agreement ISA-2026-01
    """
    from duediligence.casework.choices import date_of
    from duediligence.extensions.sharing.cases import new as open_case

    review_on = date_of("review", review)
    with workspace() as ws:
        case = open_case(
            ws, title=title, notes=notes, lead=lead, review_on=review_on, agreement=agreement
        )
    _tell(case, f"Case {case.number} opened.", as_json=as_json)
    if not as_json:
        note(
            f"What it is about: duediligence sharing case add {case.number} "
            "--supplier REF --alert ID"
        )


@app.command("list")
def list_(
    closed: Annotated[bool, typer.Option("--all", help="List closed cases too.")] = False,
    text: Annotated[
        str,
        typer.Option(
            metavar="WORDS", help="Only cases with these words in title, notes or actions."
        ),
    ] = "",
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """List the cases, by number.

    Examples:

        duediligence sharing case list

        duediligence sharing case list --all --text "car wash"
    """
    from duediligence.extensions.sharing.cases_shown import cases_for
    from duediligence.render.wording import visible

    with workspace() as ws:
        found = cases_for(
            ws, closed=closed, text=text, people=_choose_case_disclosure(as_json, include_people)
        )
    if as_json:
        say_json(found)
        return
    if not found:
        note("No case." if text or closed else "No open case. To list closed ones: --all.")
        return
    table(
        ["case", "title", "lead", "state", "review", "suppliers", "to do"],
        [
            [
                str(one.number),
                visible(one.title),
                visible(one.lead),
                visible(one.state),
                _format_due_day(one.review_on, one.review_overdue),
                str(len(one.suppliers)),
                f"{one.waiting}, {one.overdue} overdue" if one.overdue else str(one.waiting),
            ]
            for one in found
        ],
    )


@app.command()
def show(
    number: NumberArgument,
    restricted: RestrictedOption = False,
    as_json: JsonOption = False,
    include_people: JsonPeopleOption = False,
) -> None:
    """Show a case and all that it gathers.

    Where there are signs of victims, help for them is first.

    Examples:

        duediligence sharing case show 3
    """
    from duediligence.extensions.sharing.cases_shown import case_for

    with workspace() as ws:
        people = _choose_case_disclosure(as_json, include_people)
        view = case_for(ws, number, restricted=restricted, people=people)
    if as_json:
        say_json(view)
    else:
        _print_case(view)


@app.command()
def edit(
    number: NumberArgument,
    title: Annotated[str | None, typer.Option(help="Another title.")] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="Other notes.")] = None,
    lead: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="Another lead.")] = None,
    agreement: Annotated[str | None, typer.Option(metavar="REF", help="Another agreement.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Change the title, the notes, the lead or the agreement of a case.

    Examples:

        duediligence sharing case edit 3 --lead bquill
    """
    from duediligence.extensions.sharing.cases import edit as change

    with workspace() as ws:
        case = change(ws, number, title=title, notes=notes, lead=lead, agreement=agreement)
    _tell(case, f"Case {number} changed.", as_json=as_json)


@app.command()
def add(
    number: NumberArgument,
    supplier: Annotated[
        list[str] | None, typer.Option(metavar="REF", help="A supplier. Repeatable.")
    ] = None,
    alert: Annotated[
        list[str] | None, typer.Option(metavar="ALERT", help="An alert. Repeatable.")
    ] = None,
    path: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REF:TO",
            help="A path of the network, from a supplier to another (its reference) or to a party "
            "near it (words of its name). Repeatable.",
        ),
    ] = None,
    report: Annotated[
        list[int] | None,
        typer.Option(
            metavar="NUMBER",
            help="A report of intelligence, for whoever has its role. Repeatable.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Gather suppliers, alerts, network paths and reports in a case.

    Examples:

        duediligence sharing case add 3 --supplier S00001 --alert 3f9c01aa --path S00001:S00044

        duediligence sharing case add 3 --path "S00001:Petrosyanov"
    """
    from duediligence.extensions.sharing.cases import NewItems
    from duediligence.extensions.sharing.cases import add as gather

    ends = [one.partition(":")[::2] for one in path or ()]
    wanted = NewItems(
        suppliers=supplier or (),
        alerts=alert or (),
        paths=[(one, to) for one, to in ends],
        reports=report or (),
    )
    with workspace() as ws:
        added = gather(ws, number, wanted)
    if as_json:
        say_json(added)
        return
    for one in added:
        say(f"Case {number}: item {one.position}: {_describe_case_item(one)}.")


@app.command()
def remove(
    number: NumberArgument,
    item: Annotated[int, typer.Argument(metavar="ITEM", help="Number of the item in the case.")],
    as_json: JsonOption = False,
) -> None:
    """Take a supplier, an alert or a path out of a case.

    Examples:

        duediligence sharing case remove 3 12
    """
    from duediligence.extensions.sharing.cases import remove as take_out

    with workspace() as ws:
        removed = take_out(ws, number, item)
    if as_json:
        say_json(removed)
    else:
        say(f"Case {number}: {removed.kind} {item} removed.")


@app.command()
def action(
    number: NumberArgument,
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="What is to be done, in a line, without names of people."
        ),
    ],
    agency: Annotated[
        str, typer.Option(metavar="CODE", help="Who acts, such as licensing, fire or hmrc.")
    ],
    owner: Annotated[
        str, typer.Option(metavar="WHO", help="An account here, me, or a role at the agency.")
    ] = "",
    power: Annotated[
        str, typer.Option(metavar="CODE", help="The power it rests on. Default: the agency's.")
    ] = "",
    due: Annotated[str, typer.Option(metavar="DATE", help="Until when.")] = "",
    supplier: Annotated[
        str, typer.Option(metavar="REF", help="The supplier that it is about.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Record who is to do what, under which power and by when.

    Examples:

        duediligence sharing case action 3 "Inspect the premises" --agency fire \
--owner "Protection team" --due 2026-12-11
    """
    from duediligence.casework.choices import date_of
    from duediligence.extensions.sharing.cases import add_action

    day = date_of("due", due)
    with workspace() as ws:
        added = add_action(
            ws,
            number,
            what=what,
            agency=agency,
            owner=owner,
            power=power,
            due=day,
            supplier=supplier,
        )
    _tell_action(added, f"Case {number}: action {added.position} recorded.", as_json=as_json)
    if not as_json:
        note(f"Once done: duediligence sharing case outcome {number} {added.position} CODE")


@app.command()
def outcome(
    number: NumberArgument,
    action: Annotated[int, typer.Argument(metavar="ACTION", help="Number of the action.")],
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="What came of it, such as notice-served.")
    ],
    line: Annotated[
        str, typer.Option(metavar="TEXT", help="A line about it, without names of people.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Record what came of an action. The newest outcome counts.

    Examples:

        duediligence sharing case outcome 3 5 notice-served --line "Notice on the flat above"
    """
    from duediligence.extensions.sharing.cases import record_outcome

    with workspace() as ws:
        done = record_outcome(ws, number, action, code, line)
    _tell_action(done, f"Case {number}: action {action}: {code}.", as_json=as_json)


@app.command()
def sign(
    number: NumberArgument,
    which: Annotated[
        str,
        typer.Argument(
            metavar="SIGN",
            help="slavery, child-exploitation, drugs, theft, fraud, weapons or cyber.",
        ),
    ],
    not_: Annotated[bool, typer.Option("--remove", help="It is not there after all.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Record that you see a sign of victims.

    The steps to help are then first in the case.

    Examples:

        duediligence sharing case sign 3 slavery
    """
    from duediligence.extensions.sharing.cases import sign as set_sign

    with workspace() as ws:
        case = set_sign(ws, number, which, present=not not_)
    removed = "removed" if not_ else "set"
    _tell(case, f"Case {number}: sign {removed}.", as_json=as_json)
    if not not_ and not as_json:
        note(f"What to do first: duediligence sharing case show {number}")


@app.command()
def review(
    number: NumberArgument,
    next_: Annotated[str, typer.Option("--next", metavar="DATE", help="Day of the next review.")],
    as_json: JsonOption = False,
) -> None:
    """Record that a case was reviewed today.

    Also records when it is reviewed next.

    Examples:

        duediligence sharing case review 3 --next 2027-01-15
    """
    from duediligence.casework.choices import date_of
    from duediligence.errors import Invalid
    from duediligence.extensions.sharing.cases import review as reviewed

    day = date_of("next", next_)
    if day is None:
        raise Invalid("No day is given", field="next", hint="Write it as 2026-11-24.")
    with workspace() as ws:
        case = reviewed(ws, number, day)
    _tell(case, f"Case {number} reviewed.", as_json=as_json)


@app.command()
def close(
    number: NumberArgument,
    reason: Annotated[
        str, typer.Option(metavar="CODE", help="Why, such as risk-dealt-with or passed-on.")
    ],
    why: Annotated[str, typer.Option("--note", metavar="TEXT", help="A note about it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Close a case in which each action has an outcome.

    Examples:

        duediligence sharing case close 3 --reason risk-dealt-with
    """
    from duediligence.extensions.sharing.cases import close as close_case

    with workspace() as ws:
        case = close_case(ws, number, reason, why)
    _tell(case, f"Case {number} closed.", as_json=as_json)


@app.command()
def reopen(number: NumberArgument, as_json: JsonOption = False) -> None:
    """Open a closed case again.

    Examples:

        duediligence sharing case reopen 3
    """
    from duediligence.extensions.sharing.cases import reopen as open_again

    with workspace() as ws:
        case = open_again(ws, number)
    _tell(case, f"Case {number} is open again.", as_json=as_json)


@app.command()
def pack(
    number: NumberArgument,
    level: Annotated[
        str,
        typer.Option(
            metavar="LEVEL",
            help="Who may read it: partners (nobody behind a supplier is named), people (they are "
            "named) or restricted (restricted records too).",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write: .html or .pdf.")],
) -> None:
    """Make the pack for a meeting.

    One level of access holds for all of it, and is printed on each page. Where the case names an
    agreement, it must be in force and allow case papers; for partners there must be one. What is
    made is recorded before it is there. A PDF needs the extra: pip install 'duediligence[pdf]'.

    Examples:

        duediligence sharing case pack 3 --level partners --out case-3.html
    """
    from duediligence.delivery.flag_files import check_folder
    from duediligence.extensions.sharing.meeting_pack import form_of, make
    from duediligence.text.wording import count

    form_of(out)
    check_folder(out)
    with workspace() as ws:
        made = make(ws, number, level, out)
    note(f"Wrote {out}. Level of access: {made.level}.")
    if made.withheld:
        warn(f"{count(made.withheld, 'alert')} on restricted records: not in the pack.")
    say(f"sha256 {made.sha256}")


@app.command()
def refer(
    number: NumberArgument,
    to: Annotated[str, typer.Option(metavar="CODE", help="Who receives it, such as police.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write: .html.")],
    unit: Annotated[str, typer.Option(help="Name of the receiver and its unit.")] = "",
    purpose: Annotated[str, typer.Option(help="What it is shared for.")] = "",
    include_people: PeopleOption = False,
    agreement: Annotated[
        str, typer.Option(metavar="REF", help="Record it as a request under this agreement.")
    ] = "",
    basis: Annotated[
        str, typer.Option(metavar="CODE", help="Basis in law, a code of the agreement.")
    ] = "",
    due: Annotated[
        str, typer.Option(metavar="DATE", help="Day by which an answer is needed.")
    ] = "",
) -> None:
    """Make the form that shares the alerts of a case with another body. Recorded.

    Restricted alerts are not in it, nor those decided as not the same.

    Examples:

        duediligence sharing case refer 3 --to police --out form.html --purpose "A network"
    """
    from duediligence.casework.choices import date_of
    from duediligence.delivery.flag_files import check_folder
    from duediligence.extensions.sharing.case_referral import refer as make_form
    from duediligence.extensions.sharing.referral import ReferralRequest
    from duediligence.writing import write_text

    check_folder(out)
    wanted = ReferralRequest(
        case=number,
        to=to,
        unit=unit,
        purpose=purpose,
        people=include_people,
        agreement=agreement,
        basis=basis,
        due_on=date_of("due", due),
    )
    with workspace() as ws:
        write_text(out, make_form(ws, wanted, file=out.name))
    note(f"Wrote {out}. Fill in what is open, and sign it: nothing was sent.")
    if agreement:
        note("When its answer is due: duediligence sharing due")


def _choose_case_disclosure(as_json: bool, include: bool) -> "People":
    if not as_json:
        return "on screen"
    return "exported" if include else "redacted"


def _tell(case: "PartnershipCase", words: str, *, as_json: bool) -> None:
    if as_json:
        # What is free text stays on the screen of whoever typed it.
        say_json({"case": case.number, "review_on": case.review_on, "open": case.closed is None})
    else:
        say(words)


def _describe_case_item(one: "CaseItem") -> str:
    """Return what was put into a case, as it was named to it."""
    about = f" ({one.supplier_ref})" if one.supplier_ref else ""
    return {
        "supplier": f"supplier {one.supplier_ref}",
        "alert": f"alert {one.reference[:8]}{about}",
        "path": f"path {one.supplier_ref}:{one.other_ref or one.reference}",
        "intelligence": f"report {one.reference}",
    }[one.kind]


def _tell_action(action: "CaseAction", words: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"case": action.case, "action": action.position, "due": action.due})
    else:
        say(words)


def _format_due_day(on: "date | None", overdue: bool) -> str:
    from duediligence.render.wording import day

    return f"{day(on)}{', overdue' if overdue else ''}" if on else ""


def _print_case(view: "CaseView") -> None:
    from duediligence.render.wording import day, visible

    def told(text: str, first: str = "", rest: str = "  ") -> None:
        say_wrapped(text, first=first, rest=rest)

    told(f"Case {view.number}: {view.title}")
    if view.help:
        say()
        _show_help(view.help)
        say()
    for label, value in (
        ("State", view.state),
        ("Lead", view.lead),
        ("Opened", day(view.opened_on)),
        ("Review", _format_due_day(view.review_on, view.review_overdue)),
        ("Agreement", view.agreement),
    ):
        if value:
            told(f"{label}: {value}", "  ", "    ")
    for one in view.notes.splitlines():
        told(one, "  ", "  ")
    say("\nSuppliers")
    table(
        ["item", "supplier", "name", "not known"],
        [[str(one.item or ""), one.ref, visible(one.name), one.unknown] for one in view.suppliers],
    )
    if view.alerts:
        say("\nAlerts")
        for alert in view.alerts:
            about = f" ({alert.row.supplier_ref})" if alert.row else ""
            told(f"{alert.item}  {alert.words}{about}", "  ", "      ")
    if view.paths:
        say("\nPaths")
        for path in view.paths:
            told(f"{path.item}  from {path.supplier_ref} to {path.to}", "  ", "      ")
            for way in path.ways:
                told(way, "      ", "        ")
    if view.reports:
        say("\nIntelligence: for you alone")
        for held in view.reports:
            for at, line in enumerate(_format_case_report(held)):
                told(line, "      " if at else f"  {held.item}  ", "      ")
    if view.restricted and not view.reports:
        say()
        told(view.restricted)
    if view.actions:
        say("\nActions")
        table(
            ["no", "what", "who", "power", "due", "outcome"],
            [
                [
                    str(one.number),
                    visible(one.what) + (f" ({one.supplier_ref})" if one.supplier_ref else ""),
                    visible(", ".join(filter(None, (one.agency, one.owner)))),
                    one.power,
                    _format_due_day(one.due, one.overdue),
                    visible(one.outcome),
                ]
                for one in view.actions
            ],
        )
    if view.requests:
        say("\nRequests")
        for asked in view.requests:
            told(asked.words, "  ", "    ")
    if view.missing:
        say("\nWhat is missing")
        for line in view.missing:
            told(line, "  - ", "    ")


def _format_case_report(held: "CaseReport") -> list[str]:
    """Return a report in lines: its conditions before its text."""
    if held.report is None:
        return [f"report {held.number}: no longer kept"]
    told = held.report
    first = f"report {held.number}, {told.grade}"
    conditions = f"Conditions of handling: {told.conditions}" if told.conditions else ""
    return [first, *filter(None, (conditions, *told.text.splitlines(), told.caution))]


def _show_help(help_: "HelpFirst") -> None:
    say_wrapped(help_.headline)
    for line in help_.because:
        say_wrapped(line)
    for number, step in enumerate(help_.steps, 1):
        say_wrapped(f"{number}. {step.title}.", first="  ", rest="     ")
        say_wrapped(step.does, first="     ", rest="     ")
        say_wrapped(f"Source: {step.source}.", first="     ", rest="     ")
    say_wrapped(help_.front_door_words, first="  ", rest="  ")
    for one in help_.helplines:
        words = f"{one.name}: {one.number} ({one.for_what})"
        say_wrapped(words, first="  ", rest="    ")
    say_wrapped(help_.responder_words, first="  ", rest="  ")
    say_wrapped(help_.caution, first="  ", rest="  ")
    if help_.not_reviewed:
        warn(help_.not_reviewed)
