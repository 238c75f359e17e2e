"""Ratings of places of health and social care in England."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from duediligence.watchlists._care import find_single_file
from duediligence.watchlists._cqc import (
    ACTIVE_FEED,
    AUTHORITY,
    BROUGHT_ACTIVE,
    DOMAINS,
    EARLIER,
    HOMEPAGE,
    LATEST,
    NATION,
    OVERALL,
    RATINGS,
    Location,
    Rated,
    active_locations,
    build_cqc_feed,
    is_poor,
    latest_ratings,
    list_cqc_locations,
    rating_of,
)
from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import Identifier, Kind, ListEntry, Record, RegisteredService

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
        filled={"names": 1.0, "addresses": 0.9, "identifiers": 0.4},
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
    """List the latest rating of each place of care in England, and of whole providers.

    "Inadequate" and "Requires improvement" are poor by the Commission's own scheme and are shown
    to the officer; the others are kept, so that a rating which falls is seen to have changed. A
    rating can be inherited: it was given to the place under the provider before. It says so.

    Where the Commission rates single services and not the place ("Not Rated"), the worst of them
    counts for the place, which has then no overall rating. With an overall rating, poor ones of
    single services are said, too.

    It cannot show breaches of regulations, warning notices, conditions or prosecutions: read the
    report on the page of the place. A rating belongs to one place, or one provider, and one day;
    many places have none. Under the Provider Selection Regime (reg 19) a rating is a matter of
    selection; to an exclusion ground it goes only with more behind it.

    Ratings are from the latest ratings (monthly), the numbers of companies and charities from the
    active locations. An earlier form of those, which has the ratings itself, is read, too. What
    the files look like under the frameworks of assessment that the Commission consulted on in 2026
    was not seen.
    """
    latest = find_single_file(files, "*Latest_ratings.*")
    if not latest:
        rated = map(_of_location, list_cqc_locations(files))
        return checked((one for one in rated if one), OVERALL)
    providers: dict[str, tuple[tuple[Identifier, ...], Kind]] = {}
    if active := find_single_file(files, "*HSCA_Active_Locations.*"):
        for one in active_locations(active, files.drift):
            providers[one.provider_id] = (one.numbers, one.kind)
    entries = (_of_rated(one, providers) for one in latest_ratings(latest, files.drift))
    return checked(entries, latest.name)


def _of_rated(one: Rated, providers: dict[str, tuple[tuple[Identifier, ...], Kind]]) -> ListEntry:
    numbers, kind = providers.get(one.provider_id, ((), kind_of(one.provider)))
    domains = ((name, one.ratings[name][1]) for name in DOMAINS if name in one.ratings)
    services = one.rated_services
    published = (one.ratings["overall"] if one.overall else one.services[next(iter(services))])[0]
    service = RegisteredService(
        number=one.id,
        nation=NATION,
        kinds=tuple(filter(None, (one.category,))),
        place=one.name,
        owner=one.provider,
        owner_number=one.provider_id,
        area=one.area,
        grade=one.overall,
        graded_on=None if published == date.min else published,
        grades=(*((name, rating) for name, rating in domains if rating), *services.items()),
    )
    entry = _build_rating_entry(service, kind, numbers, is_inherited=one.inherited)
    names = names_in(one.provider, one.name)
    return replace(entry, names=names, addresses=one.addresses, url=one.url)


def _of_location(one: Location) -> ListEntry | None:
    """Return the rating of a place, by the earlier form of the active locations; None where it has
    none.

    Raises UnreadableFile for the form of today: it would pass for the whole, without the domains.
    """
    if not one.active:
        return None
    row = one.active.row
    if DOMAINS[0] not in row.cells:
        raise row.error(OVERALL, f"is not enough: bring {LATEST} beside this file")
    if not rating_of(row, OVERALL):
        return None
    domains = ((domain, rating_of(row, domain)) for domain in DOMAINS)
    service = replace(
        one.active.service,
        graded_on=one.place.reported if one.place else None,
        grades=tuple((domain, rating) for domain, rating in domains if rating),
    )
    entry = _build_rating_entry(service, one.kind, one.numbers)
    return replace(entry, names=one.names, addresses=one.addresses, url=one.url)


def _build_rating_entry(
    service: RegisteredService,
    kind: Kind,
    numbers: tuple[Identifier, ...],
    *,
    is_inherited: bool = False,
) -> ListEntry:
    """Return the entry of a rating, without names and places. Without an overall rating, the worst
    of a single service counts, which is the first of them.
    """
    overall, place = service.grade, service.place
    single = [(name, rating) for name, rating in service.grades if name not in DOMAINS]
    said = [one for one in service.grades if one not in single or (overall and is_poor(one[1]))]
    parts = [f"{name} {rating}" for name, rating in said]
    if is_inherited:
        parts.append("inherited from the registration before")
    rated = ", ".join(f"{name} {rating}" for name, rating in single)
    counts = overall or single[0][1]
    return ListEntry(
        id=service.number,
        list_id=_ID,
        kind=kind,
        names=(),
        identifiers=numbers,
        status=counts,
        record=Record(
            type="rating",
            power="safeguarding",
            authority=AUTHORITY,
            reference=service.number,
            event=f"Overall rating of {place}: {overall}"
            if overall
            else f"No overall rating of {place}; ratings of its services: {rated}",
            event_date=service.graded_on,
            outcome=", ".join(parts),
            low=is_poor(counts),
        ),
        service=service,
    )
