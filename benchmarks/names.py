"""Names to measure with: real lists and suppliers where the shared data is, made-up people.

Nothing of the shared data is kept here. `WHY_NOT` says why a benchmark must be skipped.
"""

import csv
import os
import random
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from duediligence.watchlists.eu import parse as eu
from duediligence.watchlists.ofac_consolidated import parse as ofac_consolidated
from duediligence.watchlists.ofac_sdn import parse as ofac
from duediligence.watchlists.uk_sanctions import parse as uk
from duediligence.watchlists.un import parse as un
from duediligence.watchlists.world_bank import parse as world_bank

from duediligence.contracts import Files, Watchlist
from duediligence.model import ListEntry

DATA = Path(os.environ.get("DUEDILIGENCE_DATA", Path(__file__).parents[2] / "shared" / "data"))
WHY_NOT = "" if (DATA / "lists").is_dir() else f"no folder {DATA}/lists (set DUEDILIGENCE_DATA)"
LISTS: dict[str, Watchlist] = {"uk": uk, "un": un, "eu": eu, "ofac": ofac}
ALL_LISTS = LISTS | {"ofac-cons": ofac_consolidated, "world-bank": world_bank}

# Common given and family names of the United Kingdom's communities; combined at random.
GIVEN = (
    "Olivia Amelia Sarah Emma Rachel Karen Susan Julie Claire Helen Nicola Joanne Tracey Michelle "
    "David Paul Andrew Mark Stephen Ian Gary Kevin Simon Martin Peter Graham Colin Neil Stuart "
    "Mohammed Ahmed Imran Tariq Aisha Fatima Shabana Nasreen Yusuf Hassan Omar Bilal Zainab "
    "Priya Anita Sunita Rajesh Amit Harpreet Gurpreet Sanjay Deepak Chinwe Ngozi Oluwaseun Tunde "
    "Kwame Abena Blessing Grace Precious Agnieszka Katarzyna Piotr Elena Ioana Andrei Mei Wei"
).split()
FAMILY = (
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker "
    "White Roberts Green Hall Wood Jackson Clarke Patel Singh Kaur Sharma Begum Khan Ahmed Hussain "
    "Ali Shah Malik Iqbal Akhtar Miah Okafor Adeyemi Mensah Owusu Boateng Moyo Ndlovu Kowalski "
    "Nowak Popescu Murphy Kelly O'Brien Campbell Stewart Robertson Macdonald Rees Griffiths Pugh "
    "Trelawny Penrose Hargreaves Ollerenshaw Fairweather Blenkinsop Lam Cheung Nguyen"
).split()


@cache
def entries(list_id: str) -> tuple[ListEntry, ...]:
    """The real entries of a list in the shared data."""
    watchlist = ALL_LISTS[list_id]
    folder = DATA / "lists" / watchlist.folder
    for feeds in watchlist.feed_sets:
        paths = {f.filename: folder / f.filename for f in feeds if (folder / f.filename).is_file()}
        if all(feed.optional or feed.filename in paths for feed in feeds):
            return tuple(watchlist.parse(Files(paths)))
    raise FileNotFoundError(folder)


def listed_names(kind: str) -> list[str]:
    """The distinct names of one kind on the lists."""
    found = {name.text for id_ in LISTS for e in entries(id_) if e.kind == kind for name in e.names}
    return sorted(found)


def care_providers() -> list[str]:
    """Real supplier names, of which none is known to be listed."""
    with (DATA / "suppliers" / "care_providers.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def employers(*, counted: bool) -> list[str]:
    """Real employers of all trades: those whose words are counted, or 20,000 kept to be judged.

    Which is which follows from a hash of the name (28 parts of 48 are counted).
    """
    with (DATA / "suppliers" / "employers.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    part = [n for n in names if (int(sha256(n.encode()).hexdigest(), 16) % 48 < 28) == counted]
    return part if counted else part[:20_000]


def made_up_people(count: int) -> list[str]:
    """Made-up names of UK people, the same each time; about one in ten has a middle name."""
    chance = random.Random(20)
    made = []
    for _ in range(count):
        middle = [chance.choice(GIVEN)] if chance.random() < 0.1 else []
        made.append(" ".join([chance.choice(GIVEN), *middle, chance.choice(FAMILY)]))
    return made


def varied(real: list[str], size: int) -> list[str]:
    """`size` names: the real ones, then real ones with a word of another and a letter changed."""
    if size <= len(real):
        return real[:size]
    chance = random.Random(21)
    return real + [_variation(real, chance) for _ in range(size - len(real))]


def _variation(real: list[str], chance: random.Random) -> str:
    words = chance.choice(real).split()
    others = chance.choice(real).split()
    if words and others:
        words[chance.randrange(len(words))] = chance.choice(others)
    name = " ".join(words)
    place = chance.randrange(max(1, len(name)))
    return name[:place] + chance.choice("aeioubdklmnrst") + name[place + 1 :]


def pairs(ours: str, theirs: str) -> Iterator[tuple[ListEntry, ListEntry]]:
    """Entries of two lists that are one party by a number both publish and nobody else has."""
    by_number: dict[tuple[str, str], list[ListEntry]] = {}
    for entry in entries(theirs):
        for key in _numbers(entry):
            by_number.setdefault(key, []).append(entry)
    seen = set()
    for entry in entries(ours):
        for key in _numbers(entry):
            for other in by_number.get(key, []) if len(by_number.get(key, [])) == 1 else []:
                if other.kind == entry.kind and (entry.id, other.id) not in seen:
                    seen.add((entry.id, other.id))
                    yield entry, other


def _numbers(entry: ListEntry) -> set[tuple[str, str]]:
    found = set()
    for identifier in entry.identifiers:
        number = "".join(c for c in identifier.id.upper() if c.isalnum()).lstrip("0")
        if len(number) >= 6:
            found.add((identifier.scheme, number))
    return found
