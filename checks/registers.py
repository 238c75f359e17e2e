"""What it means that a part of the registers was not read."""

from checks._register.wording import named
from duediligence.contracts import CheckContext, check
from duediligence.model import Outcome, Unread

_PARTS = {
    "company": "the company's own record",
    "charity": "the charity's own record",
    "officers": "its officers",
    "owners": "its owners",
    "statements": "its statements about owners",
    "psc_exempt": "exemptions from naming owners",
    "filings": "its filing history",
    "charges": "charges over its assets",
    "insolvencies": "insolvency cases",
    "appointments": "other appointments of its directors",
    "disqualifications": "disqualified directors",
    "parents": "the chain of its owners",
    "same_address": "companies at its address",
}


@check(
    id="REG-01",
    title="Part of the registers not read",
    topic="coverage",
    needs=Unread,
    severity="high",
    basis="What was not read was not checked, and a supplier is not clear of it",
)
def not_read(unread: Unread, ctx: CheckContext) -> Outcome:  # noqa: ARG001
    """Something about the supplier could not be had from a register, so checks on it were not made.

    The reason stands beside it. Mend that and screen again, or look on the register's website by
    hand. It says nothing against the supplier.
    """
    part = _PARTS.get(unread.part, unread.part)
    stopped = f" Not checked: {named(unread.checks)}." if unread.checks else ""
    return Outcome(
        "unknown",
        why=f"Not read: {part}. {unread.reason.strip().rstrip('.') or 'No reason was given'}."
        f"{stopped}",
        next_step="Mend the cause and screen again, or look on the register's website by hand.",
    )
