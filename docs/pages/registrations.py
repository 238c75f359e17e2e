"""The page of registrations that the work under a contract needs."""

from collections.abc import Iterator

from duediligence.law.registrations import load_trades
from duediligence.model.registrations import Registration

_HEAD = """# Registrations that a contract's work needs

Some work is not lawful without a registration. Where the title, the category or a CPV code of a
[contract](../officer/supplier-file.md) says that it is such work, the supplier is looked for on the
register ([`REQ-01`](checks.md#req-01) to [`REQ-04`](checks.md#req-04)). What the supplier's company
does by its SIC codes leads to a question at most. A contract that is over needs nothing any more.
All of this is data: `duediligence/law/data/registrations.toml`.

Words count whole, in the singular and whatever their case. They say nothing beside words such as
*software*, *training* or *refurbishment*, or beside CPV codes of goods, works and IT.

"""


def page() -> Iterator[str]:
    """The page, one section a registration."""
    yield _HEAD
    for registration, trade in load_trades():
        yield f"## {registration.title[0].upper()}{registration.title[1:]}\n\n"
        yield f"{registration.law}. {registration.exempt}\n\n"
        yield f"- Shown by: {_shown(registration)}\n"
        yield f"- To do: {registration.ask}\n"
        if registration.elsewhere:
            yield f"- Elsewhere: {registration.elsewhere}\n"
        if trade.cpv:
            yield f"- CPV codes that begin with: {', '.join(trade.cpv)}\n"
        yield f"- Words: {', '.join(trade.titles)}\n"
        if trade.unless:
            yield f"- But not with: {', '.join(trade.unless)}\n"
        yield "\n"


def _shown(registration: Registration) -> str:
    nations = ", ".join(registration.nations)
    if registration.proof == "declaration":
        return f"the supplier's answer alone; no list is read ({nations})"
    if registration.proof == "council register":
        return (
            "a [local register](../officer/local-registers.md) with "
            f"{' or '.join(f'*{word}*' for word in registration.register_words)} in its title "
            f"({nations})"
        )
    lists = ", ".join(f"`{one}`" for one in (*registration.lists, *registration.ended_lists))
    found = (
        "who is not found may have none"
        if registration.whole
        else "it holds what was looked up in the last year, and who was not is asked"
        if registration.looked_up
        else "it may not hold all, so who is not found is asked"
    )
    return f"{lists} ({nations}); {found}"
