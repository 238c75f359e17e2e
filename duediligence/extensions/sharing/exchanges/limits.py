"""What caps an exchange, on both sides: sizes, repeats, and how many items are new."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from duediligence.errors import Conflict, Hint, Step
from duediligence.extensions.sharing.agreements import (
    find_last_restore,
    in_force,
    is_key_confirmed,
)
from duediligence.extensions.sharing.exchanges.sizes import most_table, pad_rows
from duediligence.extensions.sharing.model.agreements import Agreement, Shared
from duediligence.extensions.sharing.partner_files import PartnerFile
from duediligence.extensions.sharing.store.agreements import AgreementStore
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.workspace import Workspace
from duediligence.signing import stored_key

YEAR = timedelta(days=365)
EXPIRES_AFTER = timedelta(days=14)
"""How long a file of an exchange may be used. An answer may be made on the last day of a question,
so that both together take twice as long.
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The exchanges that this home knows: of the last 365 days with the partner, under all its
    agreements, and all under the one agreement; and when it was restored from a backup last.
    """

    in_a_year: int
    ever: int
    restored: datetime | None


def agreement_to_match(workspace: Workspace, reference: str, *shares: Shared) -> Agreement:
    """Return the agreement under which lists may be matched blindly today.

    Raises as `in_force` does, and Conflict where nobody compared the words of the partner's key, or
    not since this home was restored.
    """
    agreement = in_force(workspace, reference, *shares)
    keys = [stored_key(one) for one in agreement.partner_keys]
    if not (is_key_confirmed(workspace, agreement) and all(one.is_sound for one in keys)):
        restored = find_last_restore(workspace) if agreement.is_key_compared else None
        raise Conflict(
            f"The words of the key of {agreement.partner} are not recorded as compared"
            + (
                f" since this home was restored from a backup on {restored:%Y-%m-%d}: it may have "
                "forgotten that the agreement ended or that the key was dropped"
                if restored
                else ": it may be somebody else's"
            ),
            hint=Hint(
                "Have your partner read them to you by telephone, on a number that you knew "
                "before, and enter them: ",
                Step("compare-key", agreement=reference),
            ),
        )
    return agreement


def check_repeats(workspace: Workspace, agreement: Agreement) -> Earlier:
    """Count the exchanges there were. Raises Conflict where the agreement allows no further one
    within 365 days, those under other agreements with this partner counted.
    """
    terms, now = agreement.terms, workspace.now()
    agreements = workspace.casework.repository(AgreementStore).all()
    same = {one.terms.reference for one in agreements if one.shares_partner(agreement)}
    every = workspace.casework.repository(ExchangeStore).all()
    recent = [one for one in every if one.agreement in same and one.at > now - YEAR]
    if len(recent) >= terms.most_exchanges:
        again = sorted(one.at for one in recent)[len(recent) - terms.most_exchanges] + YEAR
        raise Conflict(
            f"Agreement {terms.reference} allows {terms.most_exchanges:,} exchanges within 365 "
            f"days, and there were {len(recent):,} with {agreement.partner}, under any "
            "agreement",
            hint=f"The next one can be on {again:%Y-%m-%d}, or under new terms that allow more.",
        )
    ever = sum(one.agreement == terms.reference for one in every)
    return Earlier(len(recent), ever, find_last_restore(workspace))


def read_rows(asked: PartnerFile, agreement: Agreement) -> int:
    """Return how many rows a question is sent as. Raises Conflict for more than the terms allow,
    and for a number that is not padded.
    """
    terms, rows = agreement.terms, asked.header.facts.get("rows")
    if not isinstance(rows, int):
        raise Conflict("This file does not say how many rows it asks about")
    if rows > terms.most_items:
        raise Conflict(
            f"{rows:,} rows would be asked, and agreement {terms.reference} allows "
            f"{terms.most_items:,} in one exchange",
            hint="The list must be shorter.",
        )
    if rows != pad_rows(rows, terms):
        raise Conflict(f"A list of {rows:,} rows is not padded as it must be")
    return rows


def check_table(agreement: Agreement, table: int) -> None:
    """Raise Conflict for an answer that holds more keys than the terms allow."""
    most = most_table(agreement.terms)
    if table > most:
        raise Conflict(
            f"The answer would hold {table:,} keys, and agreement {agreement.terms.reference} "
            f"allows {most:,}: enough for {agreement.terms.most_held:,} suppliers and people "
            "behind them",
            hint="Make a new agreement that allows as many as there are. An answer that holds "
            "more than it should may be full of guesses.",
        )
