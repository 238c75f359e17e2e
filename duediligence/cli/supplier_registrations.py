"""`suppliers registrations`: what regulators of care, children's services and schools register."""

from duediligence.cli.globals import JsonOption, note, say, say_json, table, workspace
from duediligence.cli.supplier_changes import RefArgument


def list_registrations(
    ref: RefArgument,
    as_json: JsonOption = False,
) -> None:
    """List the registrations of a supplier, each with its grade.

    They are those that its screenings found, by number, place or owner. A grade belongs to one
    registration, never to the firm.

    Examples:

        duediligence suppliers registrations S00001
    """
    from duediligence.casework.registrations_shown import registrations_of

    with workspace() as ws:
        found = registrations_of(ws, ref)
    if as_json:
        say_json(found)
        return
    if found.rows:
        table(
            ("Number", "Register", "Where", "Kind", "Grade", "Before", "Status", "Connected"),
            [
                (
                    one.service.number,
                    one.register,
                    one.where,
                    ", ".join(one.service.kinds),
                    one.graded,
                    "; ".join(one.earlier),
                    ", ".join(filter(None, (one.standing, one.places, *one.service.conditions))),
                    one.whose,
                )
                for one in found.rows
            ],
        )
    for line in (*found.needs, found.ask, *found.shares):
        if line:
            say(line)
    note(f"{len(found.rows)} registrations.")
