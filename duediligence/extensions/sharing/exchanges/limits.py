"""What caps an exchange, on both sides: sizes, repeats, and how many items are new."""

from dataclasses import dataclass
from datetime import timedelta

from duediligence.errors import Conflict, Hint, Step
from duediligence.extensions.sharing.agreements import in_force
from duediligence.extensions.sharing.exchanges.sizes import is_padded, most_elements
from duediligence.extensions.sharing.model.agreements import Agreement, Shared
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
    """The exchanges under an agreement that this home knows: of the last 365 days, and all."""

    in_a_year: int
    ever: int


def agreement_to_match(workspace: Workspace, reference: str, *shares: Shared) -> Agreement:
    """Return the agreement under which lists may be matched blindly today.

    Raises as `in_force` does, and Conflict where nobody compared the words of the partner's key.
    """
    agreement = in_force(workspace, reference, *shares)
    keys = [stored_key(one) for one in agreement.partner_keys]
    if not (agreement.is_key_compared and all(one.is_sound for one in keys)):
        raise Conflict(
            f"The words of the key of {agreement.partner} are not recorded as compared: it may be "
            "somebody else's",
            hint=Hint(
                "Have your partner read them to you by telephone, on a number that you knew "
                "before, and enter them: ",
                Step("compare-key", agreement=reference),
            ),
        )
    return agreement


def check_repeats(workspace: Workspace, agreement: Agreement) -> Earlier:
    """Count the exchanges there were. Raises Conflict where the agreement allows no further one."""
    terms, now = agreement.terms, workspace.now()
    every = [
        one
        for one in workspace.casework.repository(ExchangeStore).all()
        if one.agreement == terms.reference
    ]
    recent = [one for one in every if one.at > now - YEAR]
    if len(recent) >= terms.most_exchanges:
        again = sorted(one.at for one in recent)[len(recent) - terms.most_exchanges] + YEAR
        raise Conflict(
            f"Agreement {terms.reference} allows {terms.most_exchanges:,} exchanges within 365 "
            f"days, and there were {len(recent):,}",
            hint=f"The next one can be on {again:%Y-%m-%d}, or under new terms that both sign.",
        )
    return Earlier(len(recent), len(every))


def check_size(agreement: Agreement, elements: int) -> None:
    """Raise Conflict for more elements than the terms allow, or a number that is not padded."""
    most = most_elements(agreement.terms)
    if elements > most:
        raise Conflict(
            f"{elements:,} keys would be asked, and agreement {agreement.terms.reference} allows "
            f"{most:,} in one exchange",
            hint="The list must be shorter, or have fewer names to a row.",
        )
    if not is_padded(elements):
        raise Conflict(f"A list of {elements:,} keys is not padded as it must be")
