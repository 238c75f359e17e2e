"""Both files together: places with addresses, and who runs them under which number."""

from collections.abc import Iterator
from dataclasses import dataclass

from duediligence.watchlists._readers.cqc.active import Active, active_locations
from duediligence.watchlists._readers.cqc.directory import Place, page_of, places
from duediligence.watchlists._readers.fields.bodies import kind_of, names_in
from duediligence.watchlists._readers.fields.links import linked

from duediligence.contracts import Feed, Files
from duediligence.model import Address, Identifier, Kind, Name

AUTHORITY = "Care Quality Commission"
HOMEPAGE = "https://www.cqc.org.uk/about-us/transparency/using-cqc-data"
_DIRECTORY, _ACTIVE = "CQC_directory.csv", "HSCA_Active_Locations.ods"
FEEDS = (
    Feed(_DIRECTORY, url=HOMEPAGE, locate=linked(r"CQC_directory\.csv$"), robots=True),
    Feed(
        _ACTIVE,
        url=HOMEPAGE,
        locate=linked(r"HSCA_Active_Locations\.(ods|xlsx|csv)$"),
        robots=True,
    ),
)
# As the publisher names them, with a date before.
BROUGHT = (Feed(f"*{_DIRECTORY}"), Feed("*HSCA_Active_Locations.*"))
_BODIES = ("Organisation", "NHS Body")


@dataclass(frozen=True, slots=True)
class Location:
    """A location, or a provider without one, out of either file or both."""

    id: str
    names: tuple[Name, ...]
    kind: Kind
    number: tuple[Identifier, ...]
    services: str
    addresses: tuple[Address, ...]
    url: str
    place: Place | None
    active: Active | None


def locations(files: Files) -> Iterator[Location]:
    """Every location of the two files, those with an address first. Raises UnreadableFile."""
    directory: dict[str, Place] = {}
    active: dict[str, Active] = {}
    for path in files.matching(f"*{_DIRECTORY}"):
        directory |= places(path, files.drift)
    for path in files.matching("*HSCA_Active_Locations.*"):
        if not path.name.endswith(".located-from"):
            active |= {one.id: one for one in active_locations(path, files.drift)}
    numbers = {one.provider_id: one.number for one in active.values() if one.number}
    for place in directory.values():
        yield _location(place, active.get(place.id), numbers.get(place.provider_id, ()))
    for one in active.values():
        if one.id not in directory:
            yield _location(None, one, numbers.get(one.provider_id, ()))


def _location(
    place: Place | None, active: Active | None, number: tuple[Identifier, ...]
) -> Location:
    one = place or active
    assert one
    provider = one.provider
    ownership = active.ownership if active else place.ownership if place else ""
    others = (active.name,) if active else ()
    return Location(
        id=one.id,
        names=names_in(provider, one.name, *(place.others if place else ()), *others),
        kind="organisation" if ownership in _BODIES else kind_of(provider, numbered=bool(number)),
        number=number,
        services=one.services,
        addresses=place.addresses if place else (),
        url=place.url if place else page_of(one.id),
        place=place,
        active=active,
    )
