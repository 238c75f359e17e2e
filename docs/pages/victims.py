"""The page of the steps for people who may be victims, made from the data."""

from collections.abc import Iterator

from duediligence.law.victims import CHECK_BEFORE_USE, VICTIM_SIGNS, help_for_victims
from duediligence.render.wording import day

_HEAD = """# Victims first

Where there are signs of slavery, forced labour or trafficking, or of exploitation of a child, the
first next step is help for the people, before anything about a supplier or its contract. The steps
below stand first in a [case](../officer/partnership-cases.md) (`sharing case show`, its page in the
console, and the pack for a meeting), and an alert with such signs points to them.

There are signs where

- a finding is of the crime type *slavery or trafficking*, or *child sexual exploitation*;
- several signs of labour exploitation stand together ([`LAB-01`](checks.md#lab-01)), or one is
  slavery;
- a report of intelligence in the case is of such a crime type: for its role alone, never in a pack;
- a person sets one, also for the other kinds of crime: `sharing case sign NUMBER slavery`, or
  `child-exploitation`, `drugs`, `theft`, `fraud`, `weapons`, `cyber`.

An alert that was decided as *not the same* is no sign. A sign in a restricted alert is shown only
where the alert is: the case says how many are not shown. A sign is a question and no proof, and no
sign does not mean that nobody needs help.

Where safeguarding referrals go in your council is the setting `safeguarding_contact`: the front
door for adults and for children, with telephone numbers.

"""
_DATA = """All of it is data: `duediligence/law/data/victims.toml`. After the day of review each
view says that the day has passed, and `doctor` calls it *overdue*; nothing stops.

"""


def page() -> Iterator[str]:
    """The whole page, in Markdown."""
    help_ = help_for_victims()
    yield _HEAD
    yield f"**{CHECK_BEFORE_USE}** Last looked at on {day(help_.reviewed_on)}; to be reviewed by "
    yield f"{day(help_.review_by)}.\n\n{_DATA}## The steps, in their order\n\n"
    yield "| step | how | source | shown for signs of |\n|---|---|---|---|\n"
    for one in help_.steps(tuple(VICTIM_SIGNS)):
        about = "; ".join(VICTIM_SIGNS[sign] for sign in one.about)
        yield f"| {one.title} | {one.does} | {one.source} | {about} |\n"
    yield "\n## Who to call\n\n| who | number | when |\n|---|---|---|\n"
    for line in help_.helpline:
        yield f"| {line.name} | {line.number} | {line.for_what} |\n"
    yield "\n## Who may refer to the National Referral Mechanism\n\n"
    yield "First responder organisations, in England and Wales:\n\n"
    yield from (f"- {one}\n" for one in help_.first_responders)
