"""Carriers, brokers and dealers of waste that are registered in England."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from duediligence.watchlists._environment import next_page, rows
from duediligence.watchlists.toolkit.bodies import address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.tables import Layout, Row, read

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "ea-waste-carriers"
_API = "https://environment.data.gov.uk/public-register/waste-carriers-brokers"
_LAYOUT = Layout(
    needed={
        "number": "registrationNumber | notation",
        "name": "holder.name | organisationName | businessName",
    },
    wanted={
        "trading": "holder.tradingName | tradingName",
        "company number": "holder.companyNumber | companyNumber | companyNo",
        "type": "registrationType | registrationType.label",
        "tier": "tier | tier.label",
        "status": "status | registrationStatus | status.label",
        "registered": "registrationDate | dateRegistered",
        "expires": "expiryDate | expirationDate",
        "address": "site.siteAddress.address | holder.address.address | address",
        "postcode": "site.siteAddress.postcode | holder.address.postcode | postcode",
    },
    passed_over=("@id", "type", "label", "uri"),
    prefixes=("register.", "regime", "localAuthority", "applicantType", "site.location"),
)
# The publisher tells the tier by the first letters of the number.
_TIERS = {"CBDU": "upper tier", "CBDL": "lower tier"}
_REVOKED = "revoked"
_LIVE = ("", "active", "registered", "current", "live")
_ENDED = {
    "expired": "ran out",
    "ceased": "ended",
    "cancelled": "cancelled",
    "surrendered": "given up",
    "inactive": "ended",
    "deregistered": "ended",
    _REVOKED: _REVOKED,
}


@watchlist(
    id=_ID,
    title="Waste carriers, brokers and dealers",
    publisher="Environment Agency",
    licence="OGL-3.0 (from memory)",
    topic="register",
    homepage="https://environment.data.gov.uk/public-register/view/search-waste-carriers-brokers",
    feeds=(
        Feed(
            "registrations-{page}.json",
            url=f"{_API}/registration.json?_limit=1000",
            next_page=next_page,
            robots=True,
        ),
    ),
    alternates=((Feed("registration*.json"),), (Feed("registration*.csv"),)),
    max_age=timedelta(days=31),
    expect=Expect(
        entries=(60_000, 600_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.03
    ),
    optional=True,
    known_from="never seen",
    powers=("environmental_health",),
    grounds=("PA23-7-11",),
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Who may carry, broker or deal in waste in England, by registration number and tier.

    Whoever carries other people's waste for a living needs the upper tier (numbers that begin
    with CBDU, renewed every three years); the lower tier (CBDL, without end) is for the waste of
    one's own business, farms, charities and councils. A holder that leaves the register is kept
    for three years and shown as ended. Compare the day of expiry with the length of the contract.
    A registration that the Agency revoked is shown as that.

    It cannot show whoever was never registered: that a waste contractor is not found here is
    itself a reason to ask for its number. Nor does it show convictions, for which see the
    Agency's enforcement actions, or registrations of Scotland, Wales and Northern Ireland, which
    have registers of their own. Many holders are individuals, of unknown kind here.

    The format is from memory. If the download fails, export JSON or CSV from the Agency's public
    register by hand, always with the same search: whoever is not in the next file counts as gone.
    """
    paths = [*files.matching("registration*.json"), *files.matching("registration*.csv")]
    answers = [path for path in paths if path.suffix == ".json"]
    tables = (row for path in paths[len(answers) :] for row in read(path, _LAYOUT, files.drift))
    found = chain(rows(answers, _LAYOUT, files.drift), tables)
    return checked((_entry(row, files.drift) for row in found), paths[0].name if paths else _ID)


def _entry(row: Row, drift: Drift) -> ListEntry:
    number = row.filled("number").upper()
    tier = next((tier for start, tier in _TIERS.items() if number.startswith(start)), "")
    if not tier:
        drift.unmapped("registration number", number[:4])
    state = row["status"].casefold()
    if state not in (*_LIVE, *_ENDED):
        drift.unmapped("status", row["status"])
    identifiers = company(row["company number"], "company number", drift)
    expires = row.day("expires", drift)
    what = "; ".join(filter(None, (row["type"], tier or row["tier"])))
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(row["name"], numbered=bool(identifiers)),
        names=names_in(row.filled("name"), row["trading"]),
        identifiers=identifiers,
        addresses=address(row["address"], postcode=row["postcode"]),
        status=tier,
        ends_on=expires if state == "expired" else None,
        record=Record(
            type="licence_revoked" if state == _REVOKED else "registration",
            power="environmental_health",
            authority="Environment Agency",
            reference=number,
            event="Registration to handle waste"
            + (f" {_ENDED[state]}" if state in _ENDED else "")
            + (f" ({what})" if what else ""),
            # When it was made is not when it ended.
            event_date=None if state in _ENDED else row.day("registered", drift),
            expires=expires,
            ended=state in _ENDED,
        ),
    )
