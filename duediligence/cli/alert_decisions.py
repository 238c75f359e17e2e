"""`alerts decide`, `undo`, `assign`, `comment` and `reasons`: what people record about alerts."""

from typing import TYPE_CHECKING, Annotated

import typer

from duediligence.cli.asking import YesOption, confirm
from duediligence.cli.globals import JsonOption, note, say, say_json, say_wrapped, workspace
from duediligence.errors import UsageError

if TYPE_CHECKING:
    from duediligence.casework.bulk import BulkPlan
    from duediligence.casework.deciding import Choice
    from duediligence.casework.fact_groups import UnequalFacts
    from duediligence.screening.workspace import Workspace

# The number of suppliers that are named before a decision about many alerts.
_NAMED = 12


def add_decision_commands(alerts: typer.Typer) -> None:
    """Put the commands into `alerts`."""
    alerts.command()(decide)
    alerts.command()(undo)
    alerts.command()(part)
    alerts.command()(assign)
    alerts.command("comment")(add_comment_to_alert)
    alerts.command()(reasons)


def decide(
    ids_and_state: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID... STATE",
            help="Numbers of alerts, as A-1042, or their IDs, then the decision: same, "
            "not-the-same, not-sure, confirmed-risk or mitigated.",
        ),
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            help="Reason code. same: NUMBER-SAME, DOB-SAME, NAME-PLACE-SAME, SUPPLIER-SAYS. "
            "not-the-same: DOB-DIFFERS, NUMBER-DIFFERS, OTHER-PLACE, OTHER-KIND, OTHER-NAME. "
            "not-sure: TOO-LITTLE, ASKED. confirmed-risk: GROUND, LISTED, RISK. mitigated: "
            "SELF-CLEANED, CONDITIONS, PUT-RIGHT, LICENSED, LONG-AGO. Any: OTHER, with a note. "
            "`alerts reasons` says what each means.",
        ),
    ] = "",
    said: Annotated[str, typer.Option("--note", help="Why, for anyone who asks later.")] = "",
    entry: Annotated[
        str,
        typer.Option(
            metavar="LIST/ENTRY", help="Instead of IDs: every waiting alert of this list entry."
        ),
    ] = "",
    not_the_same: Annotated[
        bool, typer.Option("--not-the-same", help="The decision, instead of STATE.")
    ] = False,
    facts: Annotated[
        str,
        typer.Option(
            metavar="FACTS",
            help="Only those of several alerts of which the facts stand so, as the refusal of "
            "unequal ones names them.",
        ),
    ] = "",
    all_sources: Annotated[
        bool,
        typer.Option(
            "--all-sources",
            help="Decide the same for all entries on other lists that are the same party and wait. "
            "They are shown first.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what it would record, and record nothing.")
    ] = False,
    yes: YesOption = False,
    after: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Number of the last decision you saw; refused if there is a newer one. For one "
            "alert.",
        ),
    ] = None,
    ground: Annotated[
        str, typer.Option(metavar="CODE", help="Ground considered, such as PA23-7-11.")
    ] = "",
    factors: Annotated[
        str, typer.Option(help="Points of s.58(1) of the Act considered, such as a,b,d.")
    ] = "",
    invited: Annotated[
        str,
        typer.Option(metavar="DATE", help="Day representations were invited, such as 2026-11-24."),
    ] = "",
    received: Annotated[
        str, typer.Option(metavar="DATE", help="Day representations were received.")
    ] = "",
    notice: Annotated[
        str, typer.Option(metavar="DATE", help="Day of the notice under s.59 of the Act.")
    ] = "",
    contract: Annotated[str, typer.Option(help="Procurement or contract it is about.")] = "",
) -> None:
    """Record what you decided about alerts, with a reason. Nothing is ever overwritten.

    It covers exactly what was compared: when the supplier's details or the list entry change,
    or the decision expires, the alert reopens. Where a second person must decide, the alert waits
    for one. Decisions about several alerts are shown and confirmed first, recorded together or
    not at all, and undone as one with `alerts undo`.

    Examples:

        duediligence alerts decide A-1042 not-the-same --reason DOB-DIFFERS --note "Passport seen"

        duediligence alerts decide A-1042 A-1043 A-1044 not-sure --reason ASKED

        duediligence alerts decide A-1042 same --reason NUMBER-SAME --all-sources

        duediligence alerts decide --entry un/QDi.001 --not-the-same --reason OTHER-KIND
    """
    from duediligence.casework.choices import date_of
    from duediligence.casework.deciding import Choice, decision_of, factors_of
    from duediligence.model.alerts import Considered

    *ids, state = [*(ids_and_state or ()), *(["not the same"] if not_the_same else [])] or [""]
    if not state or bool(entry) == bool(ids):
        raise UsageError(
            "Specify an alert and a decision, or --entry and a decision",
            hint="Use: alerts decide ID... STATE, or --entry LIST/ENTRY with --not-the-same.",
        )
    choice = Choice(
        decided=decision_of(state),
        reason=reason,
        note=said,
        considered=Considered(
            ground=ground,
            factors=factors_of(factors),
            representations_invited=date_of("invited", invited),
            representations_received=date_of("received", received),
            notice_sent=date_of("notice", notice),
            contract=contract,
        ),
    )
    with workspace() as ws:
        if len(ids) == 1 and not dry_run and not all_sources:
            _decide_one(ws, ids[0], choice, after)
            return
        if after is not None:
            raise UsageError("--after is for one alert", hint="Several are shown before.")
        _decide_several(
            ws, ids, entry, choice, facts=facts, all_sources=all_sources, dry_run=dry_run, yes=yes
        )


def _decide_one(ws: "Workspace", id_: str, choice: "Choice", after: int | None) -> None:
    from duediligence.casework import alert_words
    from duediligence.casework.deciding import decide_alert
    from duediligence.cli.layout import wrap_paragraph
    from duediligence.text.wording import count

    outcome = decide_alert(ws, id_, choice, after=after)
    where, *meaning = alert_words.outcome(outcome)
    say(where)
    for line in wrap_paragraph(" ".join(meaning)):
        note(line)
    if outcome.further:
        sources = count(len(outcome.further), "further source")
        note(f"To decide the same for {sources} of the party:")
        typed = _format_decide_command(outcome.further[0], choice)
        for line in wrap_paragraph(f"{typed} --all-sources", first="  ", rest="    "):
            note(line)


def _format_decide_command(which: str, choice: "Choice") -> str:
    from shlex import quote

    word = choice.decided.replace(" ", "-")
    remark = f" --note {quote(choice.note)}" if choice.note else ""
    return f"duediligence alerts decide {which} {word} --reason {choice.reason}{remark}"


def _decide_several(
    ws: "Workspace",
    ids: list[str],
    entry: str,
    choice: "Choice",
    *,
    facts: str,
    all_sources: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    from duediligence.casework import alert_words, bulk
    from duediligence.casework.deciding import decide_many
    from duediligence.casework.fact_groups import UnequalFacts
    from duediligence.text.wording import count

    list_id, _, entry_id = entry.partition("/")
    try:
        planned = bulk.plan(
            ws, ids, choice, entry=(list_id, entry_id), facts=facts, all_sources=all_sources
        )
    except UnequalFacts as unequal:
        _show_groups(unequal, entry, choice)
        raise
    _show_plan(planned, entry)
    if planned.sources and not all_sources:
        note("To decide the further sources too, add --all-sources.")
    if not planned.asked or dry_run:
        note("Nothing was recorded.")
        return
    confirm(f"Record {count(len(planned.asked), 'decision')}?", yes=yes)
    act = decide_many(ws, planned.asked, all_sources=all_sources)
    say(alert_words.act(choice.decided, len(planned.asked)))
    note(f"To undo all of it: duediligence alerts undo {act.id}")


def _show_plan(planned: "BulkPlan", entry: str) -> None:
    """What it would settle, on less than a screen."""
    from duediligence.casework import alert_words
    from duediligence.text.wording import count

    say_wrapped(alert_words.plan(planned, entry))
    for name in planned.suppliers[:_NAMED]:
        say_wrapped(name, first="  ", rest="    ")
    if (more := len(planned.suppliers) - _NAMED) > 0:
        say(f"  and {count(more, 'more supplier')}")
    for remark in alert_words.plan_beside(planned):
        say_wrapped(remark, by=note)


def _show_groups(unequal: "UnequalFacts", entry: str, choice: "Choice") -> None:
    """The groups for which the reason can hold, each with the command that decides it."""
    from shlex import quote

    from duediligence.casework import alert_words
    from duediligence.cli.layout import wrap_paragraph

    for group in unequal.groups:
        say_wrapped(f"{alert_words.group(group)}:", by=note)
        if entry:
            which = f"--entry {quote(entry)} --facts {quote(group.facts)}"
        else:
            which = " ".join(group.numbers)
        for line in wrap_paragraph(_format_decide_command(which, choice), first="  ", rest="    "):
            note(line)


def undo(
    act: Annotated[
        int,
        typer.Argument(
            metavar="NUMBER", min=1, help="The number of a decision or an act, as in the history."
        ),
    ],
    said: Annotated[str, typer.Option("--note", help="Why, for anyone who asks later.")] = "",
    yes: YesOption = False,
) -> None:
    """Undo a decision, or all decisions that were recorded as one act.

    Nothing is removed: the history shows both lines. Each alert is then where the decisions
    before put it. Refused if a later decision about one of the alerts followed, and if somebody
    else decided, unless your role covers second decisions.

    Examples:

        duediligence alerts undo 41

        duediligence alerts undo 41 --note "The wrong entry" --yes
    """
    from duediligence.casework import alert_words, undoing
    from duediligence.render.wording import moment
    from duediligence.text.wording import count

    with workspace() as ws:
        planned = undoing.undo(ws, act, note=said, dry_run=True)
        first, *more = planned.withdrawn
        what = count(len(planned.withdrawn), "decision")
        if more:
            say(f"Act {act}: {what} by {first.by} on {moment(first.at)}.")
            confirm(f"Undo {what}?", yes=yes)
        say(alert_words.undone(undoing.undo(ws, act, note=said)))


def part(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="The alert ID, or its first characters.")
    ],
    yes: YesOption = False,
) -> None:
    """Part the entry of an alert from those joined with it.

    Entries of several lists are shown as one alert where their publishers give the same reference
    or number, or the same full name and birth date. Afterwards the alerts about this entry are by
    themselves again, each with its own decisions. If a source is so severe that decisions need a
    second person, that person must run this too.

    Examples:

        duediligence alerts part 3f9c01aa
    """
    from duediligence.casework import alert_words, undoing

    confirm("Is its list entry another party? This cannot be undone.", yes=yes)
    with workspace() as ws:
        say(alert_words.describe_parting(undoing.part_entry(ws, id_)))


def assign(
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Numbers of alerts, as A-1042, or their IDs."),
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="NAME", help="The account that answers, me, or nobody.")
    ],
) -> None:
    """Say who answers for alerts. The further sources of their events go with them.

    If the setting `users` names accounts, it must be one of these. `alerts list --mine` lists
    your own, `--unassigned` those of nobody.

    Examples:

        duediligence alerts assign A-1042 A-1043 --to me

        duediligence alerts assign A-1042 --to bquill
    """
    from duediligence.casework import alert_words
    from duediligence.casework.owners import assign as assign_alerts

    with workspace() as ws:
        assigned = assign_alerts(ws, ids, to)
    say(alert_words.assigned(assigned))


def add_comment_to_alert(
    alert_id: Annotated[str, typer.Argument(metavar="ID", help="Alert ID, or its beginning.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you write about it.")],
) -> None:
    """Add a comment to an alert. It decides nothing, and stays with the alert for good.

    Examples:

        duediligence alerts comment 3f9c01aa "Asked the supplier for the passport"
    """
    from duediligence.casework.comments import add_comment

    with workspace() as ws:
        add_comment(ws, alert_id, text)
    say("Comment added.")


def reasons(as_json: JsonOption = False) -> None:
    """List the reasons that a decision can have, by decision.

    Examples:

        duediligence alerts reasons
    """
    from duediligence.casework import deciding
    from duediligence.cli.globals import table

    every = deciding.list_reason_codes()
    if as_json:
        say_json(every)
        return
    table(
        ["decision", "reason", "when"],
        [[one.decision.replace(" ", "-"), one.code, one.meaning] for one in every],
    )
