"""The reason codes: a short table for each decision, so that what was decided can be counted."""

from collections.abc import Mapping

from duediligence.errors import UsageError
from duediligence.model.casework.alerts import DECIDED, Decided

OTHER = "OTHER"
_OTHER = {OTHER: "Another reason, which the note tells"}

# Codes are stable for ever: they stand in decisions that are never changed.
REASONS: Mapping[Decided, Mapping[str, str]] = {
    "same": {
        "NUMBER-SAME": "A number that only one party can have is the same",
        "DOB-SAME": "Name and date of birth are the same",
        "NAME-PLACE-SAME": "Name and address are the same",
        "SUPPLIER-SAYS": "The supplier says so",
        **_OTHER,
    },
    "not the same": {
        "DOB-DIFFERS": "The dates of birth differ",
        "NUMBER-DIFFERS": "The company, charity or passport numbers differ",
        "OTHER-PLACE": "The addresses or countries cannot be the same party's",
        "OTHER-KIND": "One is a person and the other a firm, or they do quite different things",
        "OTHER-NAME": "The names only look alike",
        **_OTHER,
    },
    "not sure": {
        "TOO-LITTLE": "Too little is known on one side",
        "ASKED": "More was asked for, of the supplier or the publisher",
        **_OTHER,
    },
    "confirmed risk": {
        "GROUND": "A ground of the Procurement Act 2023 may apply, and is being considered",
        "LISTED": "Dealing with the party may be unlawful or need a licence",
        "RISK": "It is a risk to the contract, without a ground",
        **_OTHER,
    },
    "mitigated": {
        "SELF-CLEANED": "Evidence under s.58 of the Procurement Act 2023 was accepted",
        "CONDITIONS": "Conditions or monitoring of the contract answer it",
        "PUT-RIGHT": "What was wrong has been put right",
        "LICENSED": "A licence or an exception covers the dealing",
        "LONG-AGO": "It was long ago and is not likely to recur",
        **_OTHER,
    },
}


def decision_of(word: str) -> Decided:
    """`not-the-same` or `not the same` as the decision it names. Raises UsageError."""
    plain = " ".join(word.casefold().replace("-", " ").split())
    for decided in DECIDED:
        if plain == decided:
            return decided
    words = ", ".join(each.replace(" ", "-") for each in DECIDED)
    raise UsageError(f"{word!r} is no decision", hint=f"Choose from {words}.")


def checked(decided: Decided, code: str, note: str) -> str:
    """The reason code in capitals, where it stands in the table of that decision.

    Raises UsageError where it does not, or where the code tells nothing without a note.
    """
    upper = code.strip().upper()
    table = REASONS[decided]
    if upper not in table:
        raise UsageError(
            f"{code!r} is no reason for {decided!r}",
            hint="\n".join(f"  {one}: {meaning}" for one, meaning in table.items()),
        )
    if upper == OTHER and not note.strip():
        raise UsageError(f"the reason {OTHER} needs a note", hint='Say why: --note "…"')
    return upper
