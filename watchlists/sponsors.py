"""Firms that the Home Office licenses to sponsor workers from abroad."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists.toolkit.bodies import build_address, kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.govuk import ASSETS, SITE, locate_attachment
from duediligence.watchlists.toolkit.tables import Layout, Row, read
from duediligence.watchlists.toolkit.values import status, usable

from duediligence.contracts import Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.model import ListEntry, Record

_ID = "sponsors"
_FILE = "Worker_and_Temporary_Worker.csv"
_PUBLICATION = "government/publications/register-of-licensed-sponsors-workers"
_LAYOUT = Layout(
    needed={
        "Organisation Name": "Organisation Name",
        "Town/City": "Town/City",
        "Type & Rating": "Type & Rating",
        "Route": "Route",
    },
    wanted={"County": "County"},
)
_A, _B, _PROVISIONAL = "A rating", "B rating", "provisional"
_RATING = "Type & Rating"
# `Worker (A rating)`, `Temporary Worker (B rating)`, `Worker (A (SME+))`: the words in brackets.
_RATINGS: dict[str, tuple[StatusMeaning, str]] = {
    "a rating": ("neutral", _A),
    "a (premium)": ("neutral", _A),
    "a (sme+)": ("neutral", _A),
    "b rating": ("adverse", _B),
    "provisional": ("neutral", _PROVISIONAL),
    "provisional rating": ("neutral", _PROVISIONAL),
    "probationary": ("neutral", _PROVISIONAL),
    "uk expansion worker: provisional": ("neutral", _PROVISIONAL),
}
_WORDS = {
    f"{kind} ({words})": rated
    for kind in ("worker", "temporary worker")
    for words, rated in _RATINGS.items()
}
_STATUSES: dict[str, StatusMeaning] = {words: rated[0] for words, rated in _WORDS.items()}


@watchlist(
    id=_ID,
    title="Licensed sponsors of workers",
    publisher="Home Office, UK Visas and Immigration",
    licence="OGL-3.0",
    topic="register",
    homepage=f"{SITE}/{_PUBLICATION}",
    bring=(
        "Select the link to the CSV file of workers: its name ends with "
        "Worker_and_Temporary_Worker.csv. Keep that name."
    ),
    feeds=(
        Feed(
            _FILE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=locate_attachment(r"worker.*\.csv$"),
            hosts=(ASSETS,),
        ),
    ),
    alternates=((Feed(f"*{_FILE}"),),),
    max_age=timedelta(days=14),
    expect=Expect(
        entries=(100_000, 400_000), weekly_loss=0.03, filled={"names": 1.0, "addresses": 0.95}
    ),
    optional=True,
    labour_sign="sponsor licence",
    known_from="real file",
    known_since="2024-05",
    statuses={_RATING: _STATUSES},
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Every employer with a licence to sponsor skilled or temporary workers from abroad.

    A "B rating" means that the Home Office has told the sponsor to put its house in order, by an
    action plan. A sponsor that leaves the register is kept for three years and shown as ended:
    its licence was given up, ran out, or was revoked. Ask which, and what became of its workers.
    Most firms have no licence and need none.

    It cannot show why a sponsor left, whether a licence is suspended, or any company number:
    there is a name and a town, so expect firms of the same name. A sponsor that changes its name
    or town leaves and comes back as new. A licence says nothing about how workers are treated.

    The ratings that were seen are A, A (Premium), A (SME+) and B; that of a provisional licence is
    from memory. A rating that is not known stops the file and is named, for it may be a new word
    for a licence in doubt. The register has a row for each route; all rows of one name and town are
    one entry here. A sponsor can be an individual, and is then of unknown kind.
    """
    rows: dict[str, list[Row]] = {}
    for path in files.matching("*.csv"):
        for row in read(path, _LAYOUT, files.drift):
            if not usable(row["Organisation Name"]):
                files.drift.left_out("sponsor without a name")
                continue
            key = derived_id(row["Organisation Name"], row["Town/City"])
            rows.setdefault(key, []).append(row)
    return checked((_build_sponsor_entry(key, of) for key, of in rows.items()), _FILE)


def _build_sponsor_entry(key: str, rows: list[Row]) -> ListEntry:
    first = rows[0]
    footings = set(map(_read_sponsor_rating, rows))
    routes = dict.fromkeys(f"{row['Route']}: {row['Type & Rating']}" for row in rows)
    places = dict.fromkeys(
        place for row in rows for place in build_address(row["Town/City"], row["County"])
    )
    return ListEntry(
        id=key,
        list_id=_ID,
        kind=kind_of(first["Organisation Name"]),
        names=names_in(first["Organisation Name"]),
        addresses=tuple(places),
        # The lowest of its ratings.
        status=next((one for one in (_B, _PROVISIONAL, _A) if one in footings), ""),
        record=Record(
            type="registration",
            authority="Home Office",
            event=f"Licensed sponsor ({'; '.join(routes)})",
            low=_B in footings,
        ),
    )


def _read_sponsor_rating(row: Row) -> str:
    """Return the rating of a row. Raises UnreadableFile for one that is not known."""
    status(_STATUSES, row[_RATING], _RATING, f"{row.filename}: row {row.number}")
    return _WORDS[row[_RATING].casefold()][1]
