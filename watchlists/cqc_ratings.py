"""Ratings of places of health and social care in England."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._cqc import (
    ACTIVE_FEED,
    AUTHORITY,
    BROUGHT_ACTIVE,
    DOMAINS,
    EARLIER,
    HOMEPAGE,
    LATEST,
    OVERALL,
    RATINGS,
    Location,
    Rated,
    active_locations,
    build_cqc_feed,
    find_cqc_file,
    is_poor,
    latest_ratings,
    list_cqc_locations,
    rating_of,
)
from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import Identifier, Kind, ListEntry, Record

_ID = "cqc-ratings"


@watchlist(
    id=_ID,
    title="CQC ratings of care",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="enforcement",
    homepage=HOMEPAGE,
    bring=(
        "Select the links to the latest ratings (the name ends with Latest_ratings.ods) and "
        "to the active locations (HSCA_Active_Locations.ods). Keep those names, and take both "
        "from one month."
    ),
    feeds=(build_cqc_feed(LATEST, "Latest", "ratings"), ACTIVE_FEED),
    alternates=((Feed(f"*{LATEST}"), BROUGHT_ACTIVE), EARLIER),
    folder="cqc",
    max_age=timedelta(days=45),
    expect=Expect(
        entries=(25_000, 150_000),
        weekly_loss=0.03,
        filled={"names": 1.0, "addresses": 0.9, "identifiers": 0.5},
    ),
    optional=True,
    labour_sign="poor rating",
    known_from="header only",
    known_since="2026-09",
    statuses={"Latest Rating": RATINGS, OVERALL: RATINGS},
    powers=("safeguarding",),
    premises=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """The latest overall rating of each place of care in England that has one.

    "Inadequate" and "Requires improvement" are poor by the Commission's own scheme and are shown
    to the officer; the others are kept, so that a rating which falls is seen to have changed. A
    rating can be inherited: it was given to the place under the provider before. It says so.

    It cannot show breaches of regulations, warning notices, conditions or prosecutions: read the
    report on the page of the place. A rating belongs to one place and one day, and many places
    have none. Where the Commission rates single services and not the place ("Not Rated"), read
    them on its page: they are not here, and neither are ratings of whole providers. Under the
    Provider Selection Regime (reg 19) a rating is a matter of selection; to an exclusion ground it
    goes only with more behind it.

    Ratings are from the latest ratings (monthly), the numbers of companies and charities from the
    active locations. An earlier form of those, which has the ratings itself, is read, too.
    """
    latest = find_cqc_file(files, "*Latest_ratings.*")
    if not latest:
        rated = map(_of_location, list_cqc_locations(files))
        return checked((one for one in rated if one), OVERALL)
    providers: dict[str, tuple[tuple[Identifier, ...], Kind]] = {}
    if active := find_cqc_file(files, "*HSCA_Active_Locations.*"):
        for one in active_locations(active, files.drift):
            providers[one.provider_id] = (one.numbers, one.kind)
    entries = (_of_rated(one, providers) for one in latest_ratings(latest, files.drift))
    return checked(entries, latest.name)


def _of_rated(one: Rated, providers: dict[str, tuple[tuple[Identifier, ...], Kind]]) -> ListEntry:
    numbers, kind = providers.get(one.provider_id, ((), kind_of(one.provider)))
    published, overall = one.ratings["overall"]
    return ListEntry(
        id=one.id,
        list_id=_ID,
        kind=kind,
        names=names_in(one.provider, one.name),
        identifiers=numbers,
        addresses=one.addresses,
        status=overall,
        record=_build_rating_record(
            one.id,
            one.name,
            overall,
            None if published == date.min else published,
            {domain: rating for domain, (_, rating) in one.ratings.items()},
            is_inherited=one.inherited,
        ),
        url=one.url,
    )


def _of_location(one: Location) -> ListEntry | None:
    """Return the rating of a place, by the earlier form of the active locations; None where it has
    none.

    Raises UnreadableFile for the form of today: it would pass for the whole, without the domains.
    """
    if not one.active:
        return None
    row = one.active.row
    if OVERALL not in row.cells:
        raise row.error(OVERALL, f"is not enough: bring {LATEST} beside this file")
    overall = rating_of(row, OVERALL)
    if not overall:
        return None
    reported = one.place.reported if one.place else None
    return ListEntry(
        id=one.id,
        list_id=_ID,
        kind=one.kind,
        names=one.names,
        identifiers=one.numbers,
        addresses=one.addresses,
        status=overall,
        record=_build_rating_record(
            one.id,
            one.active.name,
            overall,
            reported,
            {domain: rating_of(row, domain) for domain in DOMAINS},
        ),
        url=one.url,
    )


def _build_rating_record(
    location: str,
    name: str,
    overall: str,
    published: date | None,
    ratings: dict[str, str],
    *,
    is_inherited: bool = False,
) -> Record:
    parts = [f"{domain} {ratings[domain]}" for domain in DOMAINS if ratings.get(domain)]
    if is_inherited:
        parts.append("inherited from the registration before")
    return Record(
        type="rating",
        power="safeguarding",
        authority=AUTHORITY,
        reference=location,
        event=f"Overall rating of {name}: {overall}",
        event_date=published,
        outcome=", ".join(parts),
        low=is_poor(overall),
    )
