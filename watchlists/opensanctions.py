"""OpenSanctions' collection of lists, for those who hold a licence to use it."""

from collections.abc import Iterator
from datetime import date, timedelta

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import ListEntry

# Readers are imported when a file is read: to ask how a list stands must stay quick.
_TABLE, _ENTITIES = "targets.simple.csv", "entities.ftm.json"


def published(files: Files) -> date | None:
    """The last day on which the publisher saw the records at their sources."""
    from duediligence.watchlists._readers.opensanctions import entities, table

    if _TABLE in files:
        return table.published(files[_TABLE])
    return entities.published(files[_ENTITIES])


@watchlist(
    id="opensanctions",
    title="OpenSanctions",
    publisher="OpenSanctions Datenbanken GmbH",
    licence="CC-BY-NC-4.0",
    topic="sanctions",
    homepage="https://www.opensanctions.org/datasets/",
    feeds=(Feed(_TABLE),),
    alternates=((Feed(_ENTITIES),),),
    max_age=timedelta(days=7),
    expect=Expect(entries=(1, 5_000_000), filled={"source": 0.99}, weekly_loss=0.05),
    optional=True,
    published=published,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Parties of any dataset of OpenSanctions, brought as a file by whoever may use it.

    The data is under CC BY-NC 4.0: free for non-commercial use, by licence from OpenSanctions for
    any other. It is no part of this tool and nothing fetches it. Both `targets.simple.csv` and
    `entities.ftm.json` are read; the latter tells passports from other numbers, weak aliases from
    others, and the topics of a party (sanction, debarment …). Only targets that are persons,
    organisations, ships or aircraft are read; the rest is counted. Measures and programmes stand
    as OpenSanctions words them; the lists themselves are the authority.
    """
    from duediligence.watchlists._readers.opensanctions import entities, table

    drift = files.drift
    found = (
        table.read(files[_TABLE], drift)
        if _TABLE in files
        else entities.read(files[_ENTITIES], drift)
    )
    empty = True
    for entry in found:
        empty = False
        yield entry
    if empty:
        raise UnreadableFile(
            f"{next(iter(files))}: holds no target that is a party", hint="Bring another export."
        )
