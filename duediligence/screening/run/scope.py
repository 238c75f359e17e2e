"""What this installation looks at: the registers that are set up, and what they can never tell."""

from collections.abc import Iterator, Mapping

from duediligence.model import Register, RegisterInUse, Scope, ScopeGap
from duediligence.screening.workspace import Workspace

_CHARITIES: Mapping[Register, tuple[ScopeGap, ScopeGap]] = {
    "charities-england-wales": (
        "charities-england-wales-not-loaded",
        "charities-england-wales-file-only",
    ),
    "charities-scotland": ("charities-scotland-not-loaded", "charities-scotland-file-only"),
    "charities-northern-ireland": (
        "charities-northern-ireland-not-loaded",
        "charities-northern-ireland-file-only",
    ),
}


def scope_of(workspace: Workspace) -> Scope:
    """The registers in use now, and the gaps of the set-up. Nothing is asked of the network.

    Raises UsageError for a key that cannot be one, StorageError.
    """
    registers = tuple(_registers(workspace))
    loaded = {one.register for one in registers if not one.online}
    online = any(one.online for one in registers)
    return Scope(registers=registers, gaps=tuple(_gaps(loaded, online=online)))


def _registers(workspace: Workspace) -> Iterator[RegisterInUse]:
    if workspace.settings.key_of_companies_house():
        yield RegisterInUse(register="companies-house", online=True)
    # Asked of the file first: opening the register would make one.
    if not (workspace.settings.home / "register.db").exists():
        return
    # Imported lazily: the readers of bulk files are slow to import.
    from duediligence.screening.registers import statuses

    for one in statuses(workspace):
        if one.version:
            dated = one.version.published or one.version.loaded_at.date()
            yield RegisterInUse(register=one.register, dated=dated, stale=one.stale)


def _gaps(loaded: set[Register], *, online: bool) -> Iterator[ScopeGap]:
    if not online and "companies-house" not in loaded:
        yield "no-company-register"
    elif not online:
        yield "company-bulk-file-only"
        if "psc" not in loaded:
            yield "owners-not-loaded"
    elif "companies-house" not in loaded:
        yield "addresses-not-counted"
    for register, (not_loaded, file_only) in _CHARITIES.items():
        yield file_only if register in loaded else not_loaded
