"""What OFAC's programmes impose, in plain words."""

from collections.abc import Iterable

from duediligence.contracts import Drift

BLOCKING = "Asset freeze (US blocking of property)"

_SECTORAL = "Sectoral sanctions (US): limits on debt, equity or oil projects"
_SECURITIES = "No purchase or sale of its securities by US persons (Chinese military-industrial)"
_ACCOUNTS = "No or restricted correspondent accounts at US banks"
_MENU = "Menu-based sanctions (US): as stated for each party"
_EVADER = "No dealings by US persons (foreign sanctions evader)"
# The non-SDN lists are named by programme, and each imposes something less than blocking:
# OFAC's "Consolidated Sanctions List" page, and the directives under each Executive Order.
_NON_SDN = {
    "UKRAINE-EO13662": _SECTORAL,
    "SSI": _SECTORAL,
    "RUSSIA-EO14024": "Directives under Executive Order 14024 (US): limits on debt, equity, "
    "accounts or dealings",
    "NS-PLC": "Transactions to be rejected by US banks (Palestinian Legislative Council)",
    "CMIC-EO13959": _SECURITIES,
    "NS-CMIC": _SECURITIES,
    "561-Related": _ACCOUNTS,
    "561-RELATED": _ACCOUNTS,
    "CAPTA": _ACCOUNTS,
    "CAATSA - RUSSIA": _MENU,
    "NS-MBS": _MENU,
    "MBS": _MENU,
    "ILLICIT-DRUGS-EO14059": _MENU,
    "BURMA-EO14014": "Directives under Executive Order 14014 (US): no financial services",
    "FSE-IR": _EVADER,
    "FSE-SY": _EVADER,
    "FSE-WMD": _EVADER,
}
# Programmes that block and are named beside a non-SDN one: the SDN list is where they count.
_BLOCKING = frozenset({"SDGT", "VENEZUELA-EO13850", "IRAN-CON-ARMS-EO"})


def of_sdn(programs: Iterable[str], drift: Drift) -> tuple[str, ...]:  # noqa: ARG001
    """Every party on the SDN list is blocked, under whichever programme (31 CFR chapter V)."""
    return (BLOCKING,)


def of_non_sdn(programs: Iterable[str], drift: Drift) -> tuple[str, ...]:
    """The measure of each programme; one that is not known stands as published and is reported."""
    found = []
    for program in programs:
        if program in _BLOCKING:
            continue
        if program not in _NON_SDN:
            drift.unmapped("programme", program)
        found.append(_NON_SDN.get(program, f"US sanctions programme {program}"))
    return tuple(dict.fromkeys(found))
