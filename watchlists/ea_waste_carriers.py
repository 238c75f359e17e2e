"""Carriers, brokers and dealers of waste that are registered in England."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from duediligence.watchlists._environment import LICENCE, next_page, read_ea_rows, split_list_cell
from duediligence.watchlists.toolkit.bodies import build_address, company, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked, distinct
from duediligence.watchlists.toolkit.tables import Layout, Row, fold, read
from duediligence.watchlists.toolkit.values import status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record, RecordType

_ID = "ea-waste-carriers"
_API = "https://environment.data.gov.uk/public-register/waste-carriers-brokers"
_LAYOUT = Layout(
    needed={
        "number": "registrationNumber | notation",
        "name": "holder.name | organisationName | Business Name",
    },
    wanted={
        "type": "registrationType | registrationType.label | registrationType.prefLabel",
        "tier": "regime | regime.prefLabel | tier | tier.label | Registration Tier",
        "registered": "registrationDate | dateRegistered",
        "expires": "expiryDate | expirationDate | Renewal Date",
    },
    # The answers and the download have some of these, and neither has all.
    extra={
        "trading": "holder.tradingName | tradingName",
        "company number": "holder.companyNumber | companyNumber | companyNo",
        "applicant": "Applicant Type | applicantType.label",
        "status": "status | registrationStatus | status.label",
        "address": "site.siteAddress.address | holder.address.address | address",
        "postcode": "site.siteAddress.postcode | holder.address.postcode | Postcode",
    },
    passed_over=("@id", "type", "label", "uri", "register"),
    prefixes=("localAuthority", "site.location"),
)
# The publisher tells the tier by the first letters of the number.
_TIERS = {"CBDU": "upper tier", "CBDL": "lower tier"}
_PENDING = "pending"
_STATUSES: dict[str, StatusMeaning] = {
    **dict.fromkeys(("active", "registered", "current", "live"), "neutral"),
    "suspended": "adverse",
    **dict.fromkeys(
        ("revoked", "refused", "expired", "ceased", "cancelled", "surrendered", "inactive"), "ended"
    ),
    **dict.fromkeys(("deregistered", _PENDING), "ended"),
}
_WORDS = {
    "expired": "ran out",
    "ceased": "ended",
    "surrendered": "given up",
    "inactive": "ended",
    "deregistered": "ended",
}
_ACTS: dict[str, RecordType] = {"revoked": "licence_revoked", "refused": "licence_refused"}
_BODIES = frozenset(
    "company limitedcompany limitedliabilitypartnership llp charity localauthority "
    "publicbody".split()
)


@watchlist(
    id=_ID,
    title="Waste carriers, brokers and dealers",
    publisher="Environment Agency",
    licence=LICENCE,
    topic="register",
    homepage="https://environment.data.gov.uk/public-register/view/search-waste-carriers-brokers",
    bring=(
        "Make the same search each time, select the download of all results as CSV, and save "
        "it as registrations.csv."
    ),
    feeds=(
        Feed(
            "registrations-{page}.json",
            url=f"{_API}/registration.json?_limit=1000&_offset=0",
            next_page=next_page,
            robots=True,
            # The service may give no more than 100 at once.
            max_pages=6_000,
        ),
    ),
    alternates=(
        (Feed("registration*.json", max_pages=6_000),),
        (Feed("registration*.csv"),),
    ),
    max_age=timedelta(days=31),
    expect=Expect(
        # More than 200,000 are registered. The register has no company numbers, and its answers
        # do not all have an address; the tier is in each number.
        entries=(140_000, 600_000),
        filled={"names": 1.0, "record": 1.0, "status": 0.95},
        weekly_loss=0.03,
    ),
    optional=True,
    known_from="header only",
    known_since="2026-10",
    statuses={"status": _STATUSES},
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

    The members of an answer are known from programs that read them, the headings of the download
    from its first line. Neither has a company number, and the download has no address but a
    postcode, so a supplier is found by name. All of the register is asked for, however few
    registrations an answer holds, which can take an hour. If that fails, export JSON or CSV from
    the Agency's public register by hand, always with the same search: whoever is not in the next
    file counts as gone. A status that is not known is an error.
    """
    paths = [*files.matching("registration*.json"), *files.matching("registration*.csv")]
    answers = [path for path in paths if path.suffix == ".json"]
    tables = (row for path in paths[len(answers) :] for row in read(path, _LAYOUT, files.drift))
    found = (
        _build_carrier_entry(row, files.drift)
        for row in chain(read_ea_rows(answers, _LAYOUT, files.drift), tables)
    )
    return checked(filter(None, found), paths[0].name if paths else _ID)


def _build_carrier_entry(row: Row, drift: Drift) -> ListEntry | None:
    number = row.filled("number").upper()
    state = row["status"].casefold()
    where = f"{row.filename}: row {row.number}"
    # The answers known say nothing of those that are registered.
    meaning = status(_STATUSES, row["status"], "status", where) if state else "neutral"
    if state == _PENDING:
        drift.left_out(f"registration {_PENDING}")
        return None
    tier = _derive_carrier_tier(number, row["tier"], drift)
    identifiers = company(row["company number"], "company number", drift)
    expires = row.day("expires", drift)
    what = "; ".join(filter(None, (row["type"], tier or row["tier"])))
    ended = _WORDS.get(state, state) if meaning != "neutral" else ""
    holders = [name for name in split_list_cell(row.filled("name")) if name]
    names = distinct(
        name for holder in holders for name in names_in(holder, *split_list_cell(row["trading"]))
    )
    return ListEntry(
        id=number,
        list_id=_ID,
        kind=kind_of(*holders, numbered=bool(identifiers) or fold(row["applicant"]) in _BODIES),
        names=names,
        identifiers=identifiers,
        addresses=build_address(row["address"], postcode=row["postcode"]),
        status=tier,
        ends_on=expires if state == "expired" else None,
        record=Record(
            type=_ACTS.get(state, "registration"),
            power="environmental_health",
            authority="Environment Agency",
            reference=number,
            event="Registration to handle waste"
            + (f" {ended}" if ended else "")
            + (f" ({what})" if what else ""),
            # When it was made is not when it ended.
            event_date=row.day("registered", drift) if meaning == "neutral" else None,
            expires=expires,
            low=meaning == "adverse",
            ended=meaning == "ended",
        ),
    )


def _derive_carrier_tier(number: str, stated: str, drift: Drift) -> str:
    """Return the tier in words: as stated, else by the number."""
    by_number = next((tier for start, tier in _TIERS.items() if number.startswith(start)), "")
    word = stated.casefold().partition(" ")[0]
    tier = next((tier for tier in _TIERS.values() if word == tier.partition(" ")[0]), "")
    if not by_number:
        drift.unmapped("registration number", number[:4])
    if (stated and not tier) or (tier and by_number and tier != by_number):
        drift.unmapped("tier", f"{stated} ({number[:4]})")
    return tier or by_number
