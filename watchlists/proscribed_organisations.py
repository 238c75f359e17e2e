"""Organisations proscribed under the Terrorism Act 2000."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.watchlists._readers.govuk import SITE
from duediligence.watchlists._readers.govuk.attachments import attachment

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.model import ListEntry

_ID = "proscribed-organisations"
_PUBLICATION = "government/publications/proscribed-terror-groups-or-organisations--2"
_PAGE, _TABLE = "proscribed-organisations.html", "proscribed-organisations.csv"


def _published(files: Files) -> date | None:
    from duediligence.watchlists._readers.govuk.documents import document

    return document(files[_PAGE]).updated if _PAGE in files else None


@watchlist(
    id=_ID,
    title="Proscribed organisations",
    publisher="Home Office",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/{_PUBLICATION}",
    feeds=(
        Feed(
            _PAGE,
            url=f"{SITE}/api/content/{_PUBLICATION}",
            locate=attachment(rf"/{_PUBLICATION}/[\w-]+$"),
        ),
    ),
    alternates=((Feed(_TABLE),),),
    # The list changes a few times a year: this is how long a copy may be used, by the page's day.
    max_age=timedelta(days=400),
    expect=Expect(entries=(70, 400), filled={"names": 1.0, "record": 1.0}, weekly_loss=0.05),
    optional=True,
    template="name,other_names,proscribed,source_url\r\n",
    published=_published,
    known_from="memory",
    grounds=("PA23-7-14",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Organisations that it is a crime to belong to or to support (Terrorism Act 2000 Sch 2).

    A match is grave and, with firms, mostly wrong: many names are also plain words or short
    letters, and letters alone count for little here. Do not tell the supplier; speak to the police
    and your lawyers. Being listed is no conviction: Schedule 6 para 3 of the Procurement Act 2023
    needs one of a terrorism offence. Threats to national security (Sch 7 para 14) are for a
    Minister to agree (s.29). Those under sanctions are on the UK Sanctions List as well, which has
    numbers and addresses.

    It cannot show members, fronts, or addresses, and no registration numbers. Organisations that
    were taken off the list are left out. Alternative names are read where the page has them in
    brackets, after "also known as", or in quotation marks in a sentence about other names.

    The page's form is from memory: where it has no headings with the month of proscription, or no
    list for Northern Ireland, it is refused. Then keep the list by hand in
    proscribed-organisations.csv: name, other_names parted by |, proscribed (as March 2001) and
    source_url. An entry is known by its name.
    """
    from duediligence.watchlists._readers.fields.records import checked
    from duediligence.watchlists._readers.govuk.proscribed import of_page, of_table

    if _PAGE in files:
        return checked(of_page(files[_PAGE], _ID, files.drift), _PAGE)
    return checked(of_table(files[_TABLE], _ID, files.drift), _TABLE)
