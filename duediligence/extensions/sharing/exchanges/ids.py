"""Which exchange is meant by the beginning of its ID."""

import re

from duediligence.errors import Hint, Invalid, NotFound, Step
from duediligence.extensions.sharing.model.exchanges import Exchange
from duediligence.extensions.sharing.store.exchanges import ExchangeStore
from duediligence.screening.workspace import Workspace

SHOWN = 8
"""How many characters of an ID are shown where a person reads it, as of an alert."""

_ID = re.compile(r"[0-9a-f]{4,32}")
_LIST = Step("list-exchanges")


def find_exchange(workspace: Workspace, id_: str) -> Exchange:
    """Return the exchange of this home whose ID begins so.

    Raises Invalid for what is no ID, or where several begin so; NotFound; StorageError.
    """
    prefix = id_.strip().lower()
    if not _ID.fullmatch(prefix):
        raise Invalid(
            f"{id_!r} is not a valid ID of an exchange",
            field="exchange",
            hint=Hint("Enter at least 4 of its characters, 0-9 and a-f. To see them: ", _LIST),
        )
    found = [
        one
        for one in workspace.casework.repository(ExchangeStore).all()
        if one.id.startswith(prefix)
    ]
    if len(found) > 1:
        known = ", ".join(one.id[:12] for one in found[:5])
        raise Invalid(
            f"{len(found)} exchanges begin with {prefix}",
            field="exchange",
            hint=f"Give more of the ID, or one of {known}.",
        )
    if not found:
        raise NotFound(f"Unknown exchange {id_!r}", hint=Hint("To see all of them: ", _LIST))
    return found[0]
