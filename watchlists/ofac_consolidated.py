"""OFAC's consolidated list of all that is not on the SDN list."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from duediligence.watchlists._ofac import Publication, read_ofac_date, read_ofac_entries

from duediligence.contracts import Drift, Expect, Files, watchlist
from duediligence.model import ListEntry

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


def _map_program_measures(programs: Iterable[str], drift: Drift) -> tuple[str, ...]:
    """Return the measure of each programme; one that is not known stands as published and is
    reported.
    """
    found = []
    for program in programs:
        if program in _BLOCKING:
            continue
        if program not in _NON_SDN:
            drift.unmapped("programme", program)
        found.append(_NON_SDN.get(program, f"US sanctions programme {program}"))
    return tuple(dict.fromkeys(found))


PUBLICATION = Publication(
    list_id="ofac-consolidated",
    primary="CONS_PRIM.CSV",
    aliases="CONS_ALT.CSV",
    addresses="CONS_ADD.CSV",
    comments="CONS_COMMENTS.CSV",
    xml="CONSOLIDATED.XML",
    measures=_map_program_measures,
)


def _read_consolidated_date(files: Files) -> date | None:
    return read_ofac_date(files, PUBLICATION)


@watchlist(
    id=PUBLICATION.list_id,
    title="OFAC consolidated list (not SDN)",
    publisher="US Treasury, Office of Foreign Assets Control",
    licence="US public domain",
    topic="sanctions",
    homepage="https://ofac.treasury.gov/consolidated-sanctions-list-non-sdn-lists",
    feeds=PUBLICATION.csv_feeds,
    alternates=PUBLICATION.alternates,
    folder="ofac",
    max_age=timedelta(days=3),
    expect=Expect(
        entries=(400, 10_000),
        further_names=0.45,
        names=(1.5, 8.0),
        filled={"regimes": 0.99, "identifiers": 0.4},
        weekly_loss=0.05,
    ),
    published=_read_consolidated_date,
    known_from="real file",
    known_since="2025-12",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Parties under US sanctions short of blocking: sectoral, menu-based, securities, accounts.

    Which of these applies follows from the programme and, in more detail, from the remarks; both
    are kept as measures. A party may be here and on the SDN list. It binds US persons and those
    who deal in dollars, not a UK buyer as such. The CSV set has no date of its own, so its age
    is that of our download, or what a person states with --as-of.

    It cannot show firms that a listed party owns, which some of these sanctions reach too, nor who
    was taken off.
    """
    return read_ofac_entries(files, PUBLICATION)
