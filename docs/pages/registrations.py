"""The page of registrations that the work under a contract needs."""

from collections.abc import Iterator

from duediligence.law.grounds import read
from duediligence.law.registrations import load_trades
from duediligence.model.registrations import Registration

_HEAD = """# Registrations that a contract's work needs

Some work is not lawful without a registration. Where the title, the category or a CPV code of a
[contract](../officer/supplier-file.md) says that it is such work, the supplier is looked for on the
register ([`REQ-01`](checks.md#req-01) to [`REQ-04`](checks.md#req-04)). The description and the
lots count where title or codes hint at the trade. Words that only suggest it, and what the
supplier's company does by its SIC codes, lead to a question at most. A contract that is over needs
nothing any more. All of this is data: `duediligence/law/data/registrations.toml`.

The nation of the contract chooses the register: that of who buys where the contract says it, else
a regulator or a nation that its words name, else an authority or a city of Wales, Scotland or
Northern Ireland, else the nation of your organisation (the setting `buyer_nation`), else that of
the supplier. A name that is also that of an English place says nothing alone (*Newport*), nor does
a name of a street or a house (*Cardiff Road*): see `duediligence/law/data/places.toml`.
Where the supplier is in another nation than the work, or the nation is not known, less is said.

Words count whole, in the singular and whatever their case. A word such as *software*, *training* or
*refurbishment* says that a contract is about something else where it is the head of the phrase:
*home care software*, *training for care homes*, but not *home care with training*. How the work is
bought says nothing: *Dynamic Purchasing System for home care* is home care. Words say nothing
beside CPV codes of goods, works and IT alone.

`@` names a group of words of which any will do, `&` joins what must all be there, and `!` stands
before what must not be there.

"""


def page() -> Iterator[str]:
    """The page, one section a registration."""
    yield _HEAD
    for name, words in read("registrations.toml")["words"].items():
        yield f"- `@{name}`: {', '.join(words)}\n"
    yield "\n"
    for registration, trade in load_trades():
        yield f"## {registration.title[0].upper()}{registration.title[1:]}\n\n"
        yield f"{registration.law}. {registration.exempt}\n\n"
        yield f"- From: {registration.registrar}\n"
        yield f"- Shown by: {_shown(registration)}\n"
        yield f"- To do: {registration.ask}\n"
        if registration.elsewhere:
            yield f"- Elsewhere: {registration.elsewhere}\n"
        if registration.penalty:
            yield f"- Without it: {registration.penalty}\n"
        if registration.pending:
            yield f"- Not in findings: {registration.pending}\n"
        if trade.cpv:
            yield f"- CPV codes that begin with: {', '.join(trade.cpv)}\n"
        yield f"- Words: {', '.join(trade.titles)}\n"
        if trade.likely:
            yield f"- Words that suggest it: {', '.join(trade.likely)}\n"
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
