"""Information sharing agreements: nothing is shared without one that is in force."""

from duediligence.errors import Conflict, Forbidden, Hint, NotFound, Step
from duediligence.model.agreements import Agreement, Shared
from duediligence.screening.workspace import Workspace


def find(workspace: Workspace, reference: str) -> Agreement:
    """The agreement of that reference. Raises NotFound and StorageError."""
    found = workspace.casework.agreements.get(reference)
    if found is None:
        raise NotFound(
            f"Unknown agreement {reference!r}",
            hint=Hint("See those there are: ", Step("list-agreements"), "."),
        )
    return found


def in_force(workspace: Workspace, reference: str, *shares: Shared) -> Agreement:
    """The agreement, which is in force today and allows all of `shares`.

    Raises NotFound; Conflict for one that has not started, was to be reviewed before today or was
    ended; Forbidden where it does not allow something; StorageError.
    """
    agreement = find(workspace, reference)
    if why := agreement.why_not_in_force(workspace.now().date()):
        raise Conflict(
            f"Agreement {reference} is not in force: it {why}",
            hint="Both parties must sign a new one before anything is shared.",
        )
    if missing := [one for one in shares if one not in agreement.terms.shares]:
        raise Forbidden(
            f"Agreement {reference} does not allow: {', '.join(missing)}",
            hint="What may be shared is what both parties signed. Make a new agreement to add it.",
        )
    return agreement
