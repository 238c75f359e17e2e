"""Sites that the Environment Agency permits to treat, keep or dispose of waste in England."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from duediligence.watchlists._environment import LICENCE, next_page, read_ea_rows, split_list_cell
from duediligence.watchlists.toolkit.bodies import build_address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.tables import Layout, Row
from duediligence.watchlists.toolkit.values import status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record

_ID = "ea-waste-permits"
_API = "https://environment.data.gov.uk/public-register"
# The registers of the service, by the last piece of their address.
_REGISTERS = {
    "waste-operations": "a waste operation",
    "end-of-life-vehicles": "the treatment of end-of-life vehicles",
}
_LAYOUT = Layout(
    needed={"number": "registrationNumber", "name": "holder.name"},
    wanted={"granted": "effectiveDate | registrationDate", "address": "site.siteAddress.address"},
    # Members that not every item has.
    extra={
        "trading": "holder.tradingName",
        "company number": "holder.companyNumber | companyNumber",
        "status": "status",
        "expires": "expiryDate",
        "postcode": "site.siteAddress.postcode",
        "premises": "site.premises",
        "site type": "site.siteType | site.siteType.description",
    },
    passed_over=(
        *("@id", "type", "label", "notation", "register", "registrationType", "regime"),
        *("site.siteAddress.street_address", "site.siteAddress.locality"),
    ),
    prefixes=("localAuthority", "site.location"),
)
_SUSPENDED, _REVOKED = "suspended", "revoked"
_STATUSES: dict[str, StatusMeaning] = {
    "effective": "neutral",
    _SUSPENDED: "adverse",
    _REVOKED: "ended",
    **dict.fromkeys(("surrendered", "transferred", "expired", "superseded", "closed"), "ended"),
    **dict.fromkeys(("withdrawn", "refused", "not effective"), "ended"),
}


@watchlist(
    id=_ID,
    title="Permits for waste sites and scrap vehicles",
    publisher="Environment Agency",
    licence=LICENCE,
    topic="register",
    homepage=f"{_API}/view/search-waste-operations",
    feeds=tuple(
        Feed(
            f"{register}-{{page}}.json",
            url=f"{_API}/{register}/registration.json?_limit=2000&_offset=0",
            next_page=next_page,
            robots=True,
            # The service may give no more than 100 at once.
            max_pages=1_000,
        )
        for register in _REGISTERS
    ),
    max_age=timedelta(days=62),
    expect=Expect(
        entries=(5_000, 100_000),
        filled={"names": 1.0, "record": 1.0, "addresses": 0.7},
        weekly_loss=0.03,
    ),
    optional=True,
    known_from="code that reads it",
    known_since="2026-09",
    statuses={"status": _STATUSES},
    powers=("environmental_health",),
    grounds=("PA23-7-11",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who may treat, keep or dispose of waste, or take apart scrap vehicles, and at which site.

    Regulation 12 of the Environmental Permitting (England and Wales) Regulations 2016 asks for a
    permit. A permit in effect is kept, a suspended one counts as low, and a revoked one is shown as
    revoked. For the disposal of abandoned vehicles and for waste that a contractor takes to its own
    site, ask for the permit and compare the site.

    It cannot show large installations (landfills of more than 10 tonnes a day, incinerators), which
    are on another register, exemptions from the permit, or carriers, who are on a list of their
    own. Permits that were given up, passed on or ran out are left out and counted: sites are sold
    and merged. Registers of Scotland, Wales and Northern Ireland are others. Holders can be
    individuals, of unknown kind here.

    The members of an answer are known from programs that read the service; the words of status,
    other than "Effective", are from memory; an unknown word is an error. Company numbers are not
    given, so a supplier is found by name; some items have no address. A permit for several sites is
    one entry.
    """
    held: dict[str, ListEntry] = {}
    for register, what in _REGISTERS.items():
        for row in read_ea_rows(files.matching(f"{register}-*.json"), _LAYOUT, files.drift):
            if entry := _build_permit_entry(row, what, files.drift):
                # The same permit again, of another site or register: the gravest state counts.
                first = held.get(entry.id, entry)
                worst = max(first, entry, key=_rank_permit_state)
                held[entry.id] = replace(
                    worst,
                    names=distinct((*first.names, *entry.names)),
                    addresses=distinct((*first.addresses, *entry.addresses)),
                )
    return checked(held.values(), _ID)


def _rank_permit_state(entry: ListEntry) -> int:
    assert entry.record
    return 2 if entry.record.type == "licence_revoked" else int(entry.record.low)


def _build_permit_entry(row: Row, what: str, drift: Drift) -> ListEntry | None:
    number = row.filled("number")
    told = row["status"].rpartition("/")[2].replace("-", " ") or "Effective"
    meaning = status(_STATUSES, told, "status", f"{row.filename}: row {row.number}")
    state = told.casefold()
    if meaning == "ended" and state != _REVOKED:
        drift.left_out(f"permit {state}")
        return None
    identifiers = company(row["company number"], "company number", drift)
    holders = [name for name in split_list_cell(row.filled("name")) if name]
    names = distinct(
        name for holder in holders for name in names_in(holder, *split_list_cell(row["trading"]))
    )
    site = row["premises"] or row["site type"]
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(*holders, numbered=bool(identifiers)),
        names=names,
        identifiers=identifiers,
        addresses=build_address(row["address"], postcode=row["postcode"]),
        record=Record(
            type="licence_revoked" if state == _REVOKED else "registration",
            power="environmental_health",
            authority="Environment Agency",
            reference=number,
            act_section="Environmental Permitting (England and Wales) Regulations 2016 reg 12",
            event=f"Permit for {what}"
            + ("" if meaning == "neutral" else f" {state}")
            + (f" ({site})" if site else ""),
            event_date=row.day("granted", drift) if meaning == "neutral" else None,
            expires=row.day("expires", drift),
            low=meaning == "adverse",
        ),
    )
