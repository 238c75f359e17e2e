"""The reason codes: a short table for each decision, so that what was decided can be counted."""

from collections.abc import Mapping
from typing import get_args

from duediligence.errors import Invalid
from duediligence.model.casework.alerts import DECIDED, Decided, Factor

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
    raise Invalid(
        f"{word!r} is not a valid decision", field="decided", hint=f"Choose from {words}."
    )


def checked(decided: Decided, code: str, note: str) -> str:
    """The reason code in capitals, where it stands in the table of that decision.

    Raises UsageError where it does not, or where the code tells nothing without a note.
    """
    upper = code.strip().upper()
    table = REASONS[decided]
    if upper not in table:
        raise Invalid(
            f"{code!r} is not a valid reason for {decided!r}",
            field="reason",
            hint="\n".join(f"  {one}: {meaning}" for one, meaning in table.items()),
        )
    if upper == OTHER and not note.strip():
        raise Invalid(
            f"the reason {OTHER} needs a note", field="note", hint="Say why, in the note (--note)."
        )
    return upper


def factors_of(text: str) -> tuple[Factor, ...]:
    """The points of s.58(1) that `text` names, as `a,b,d`. Raises Invalid for another letter."""
    letters = [each.strip().lower() for each in text.split(",") if each.strip()]
    for letter in letters:
        if letter not in get_args(Factor):
            raise Invalid(
                f"s.58(1) has no point {letter!r}",
                field="factors",
                hint="The points are a, b, c, d and e.",
            )
    return tuple(factor for factor in get_args(Factor) if factor in letters)
