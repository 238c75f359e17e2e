"""Which supplier of ours a partner asks about: by number or name, exactly."""

from collections.abc import Sequence

from duediligence.model import Identifier, Supplier
from duediligence.screening.workspace import Workspace
from duediligence.text.folding import fold


def suppliers_asked_about(
    workspace: Workspace, name: str, numbers: Sequence[Identifier]
) -> list[Supplier]:
    """Return the suppliers with one of these numbers; where none has one, those with that name.

    Names are compared without capitals, accents and signs, trading and former names too. One that
    has another number of the same register is another party, whatever its name. Raises
    StorageError.
    """
    every = workspace.suppliers.all()
    wanted = {(one.scheme, one.id) for one in numbers}
    by_number = [
        one for one in every if any((each.scheme, each.id) in wanted for each in one.identifiers)
    ]
    if by_number:
        return by_number
    folded, schemes = fold(name), {one.scheme for one in numbers}
    return [
        one
        for one in every
        if folded
        and folded in map(fold, (one.name, *one.trading_names, *one.former_names))
        and schemes.isdisjoint(each.scheme for each in one.identifiers)
    ]
