"""Landlords that the Regulator of Social Housing registers in England."""

from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists.toolkit.bodies import names_in
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.govuk import ASSETS, SITE, locate_attachment
from duediligence.watchlists.toolkit.tables import Layout, Row, read

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.model import ListEntry, Record

_ID = "social-housing-providers"
_FILE = "List_of_registered_providers.xlsx"
_PUBLICATION = "government/publications/registered-providers-of-social-housing"
_LAYOUT = Layout(
    needed={
        "name": "Organisation name",
        "number": "Registration number",
        "designation": "Designation",
    },
    wanted={"registered": "Registration date", "form": "Corporate form"},
    # In the workbook since 2026.
    extra={"notes": "Notes"},
)
_DESIGNATIONS = frozenset(("non-profit", "profit", "local authority"))


@watchlist(
    id=_ID,
    title="Registered providers of social housing",
    publisher="Regulator of Social Housing",
    licence="OGL-3.0",
    topic="register",
    homepage=f"{SITE}/{_PUBLICATION}",
    bring=(
        "Select the workbook of all registered providers (its name begins with "
        "List_of_registered_providers), and keep that name."
    ),
    feeds=(
        Feed(
            _FILE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=locate_attachment(r"registered.providers.*\.xlsx$"),
            hosts=(ASSETS,),
        ),
    ),
    alternates=((Feed("List_of_registered_providers*.xlsx"),),),
    max_age=timedelta(days=62),
    expect=Expect(entries=(1_200, 5_000), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.02),
    optional=True,
    known_from="header only",
    known_since="2026-08",
    powers=("housing",),
    tracks_removals=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Every landlord that is registered under the Housing and Regeneration Act 2008, in England.

    Housing associations, for-profit landlords and councils with homes. A landlord that says it is
    registered, as many providers of supported housing do, is looked up here by name. A landlord
    that left the register is kept for three years and shown as ended: mostly after a merger, so ask
    who manages its homes now.

    It cannot show landlords that need no registration: most charities and firms that let supported
    housing are none, and nothing follows from that. It has no addresses and no numbers of
    companies, charities or societies: a supplier is found by its name alone. What the regulator
    thinks of a landlord is on another list, and so are the registers of Scotland and Wales.

    The headings are as in the workbook of 2026; rows were seen as others copied them. An unknown
    designation is reported.
    """
    (path,) = files.values()
    rows = read(path, _LAYOUT, files.drift)
    return checked((_build_provider_entry(row, files.drift) for row in rows), path.name)


def _build_provider_entry(row: Row, drift: Drift) -> ListEntry:
    number, designation = row.filled("number"), row.filled("designation")
    if designation.casefold() not in _DESIGNATIONS:
        drift.unmapped("Designation", designation)
    what = ", ".join(filter(None, (designation.casefold(), row["form"].casefold())))
    return ListEntry(
        id=number,
        list_id=_ID,
        kind="organisation",
        names=names_in(row.filled("name")),
        remarks=row["notes"],
        record=Record(
            type="registration",
            power="housing",
            authority="Regulator of Social Housing",
            reference=number,
            event=f"Registration as a provider of social housing ({what})",
            event_date=row.day("registered", drift),
        ),
    )
