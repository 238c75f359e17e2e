"""The sets of the yardstick, run: each gives the rows of its table, one after another."""

import csv
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import linked
import near_names
import slips
import yardstick_sets as sets
from names import DATA, LISTS, care_providers, employers, entries
from perturbations import LEDGER
from public_names import PublicNames
from scorers import Pool, Query, Scorers, Thresholds
from yardstick_tables import Row

from duediligence.matching import Subject
from duediligence.model import Kind

OUR_LIST = "uk"
Rows = Iterator[tuple[str, Row]]


@dataclass(frozen=True)
class Sizes:
    """How many names a row has at most."""

    queries: int = 1_000
    people: int = 300  # of each source of names in two scripts
    changed: int = 600
    names: int = 1_000  # made-up people of each origin
    firms: int = 8_000  # made of two providers' names
    alarms_of_others: int = 100

    @classmethod
    def quick(cls) -> "Sizes":
        return cls(queries=300, people=150, changed=150, names=300, firms=300)


@dataclass
class Yardstick:
    """What every set is measured with. Sets of public names are empty without these."""

    scorers: Scorers
    public: PublicNames | None
    sizes: Sizes

    @cached_property
    def ours(self) -> Pool:
        """The UK list, which every user screens against."""
        return Pool(entries(OUR_LIST))

    @cached_property
    def every(self) -> Pool:
        """The sanctions lists of the UK, the UN, the EU and OFAC together."""
        return Pool([entry for list_id in LISTS for entry in entries(list_id)])

    @cached_property
    def thresholds(self) -> Mapping[str, Thresholds]:
        """Where each scorer has few wrong, by kind: on OFAC's aliases."""
        pool, rows = sets.aliases(entries("ofac"), "ofac")
        return {
            kind: self.scorers.thresholds(pool, rows[title]) for kind, title in sets.KINDS.items()
        }

    def found(
        self,
        pool: Pool,
        rows: Mapping[str, list[Query]],
        *,
        alone: bool = False,
        plain: bool = False,
    ) -> Rows:
        """A row for each group of queries; `alone`: of ours only."""
        scorers = self.scorers.alone if alone else self.scorers
        for title, queries in rows.items():
            if len(queries) >= sets.FEWEST:
                yield title, scorers.row(pool, queries[: self.sizes.queries], plain=plain)

    def falsely(self, pool: Pool, kind: Kind, rows: Mapping[str, list[Query]]) -> Rows:
        """A row for each group of names that are not those of the party they are near to."""
        thresholds = self.thresholds[kind] if self.scorers.others else None
        for group, queries in rows.items():
            if queries:
                some = random.Random(group).sample(queries, len(queries))
                scorers = self.scorers if group.endswith("all") else self.scorers.alone
                title = f"{sets.KINDS[kind]}, {group}"
                yield title, scorers.falsely(pool, some, thresholds)

    def alarms(self, names: Sequence[str], kind: Kind) -> Row:
        """How many names in 1,000 have a match: ours on one list and on all, others' on one."""
        row: dict[str, float] = {"names": len(names)}
        for title, pool in (("UK list", self.ours), ("four lists", self.every)):
            found = pool.index.search_many(Subject((name,), kind) for name in names)
            row[f"{title}: in 1,000"] = 1_000 * sum(map(bool, found)) / len(names)
        if self.scorers.others:
            few = min(len(names), self.sizes.alarms_of_others)
            sample = random.Random("alarms").sample(names, few)
            others = self.scorers.alarms(self.ours, sample, kind, self.thresholds[kind])
            row |= {f"{scorer}: in 1,000": 1_000 * share for scorer, share in others.items()}
        return row


def aliases(yard: Yardstick) -> Rows:
    for list_id in ("ofac", "un", "eu", "uk"):
        pool, rows = sets.aliases(entries(list_id), list_id)
        for group, queries in rows.items():
            alone = group not in sets.KINDS.values()
            yield from yard.found(pool, {f"{list_id.upper()}, {group}": queries}, alone=alone)


def scripts(yard: Yardstick) -> Rows:
    for list_id in ("un", "uk", "eu"):
        pool, rows = sets.original_scripts(entries(list_id))
        titled = {f"{list_id.upper()}, {script}": queries for script, queries in rows.items()}
        yield from yard.found(pool, titled, plain=True)
        pool, rows = sets.original_scripts(entries(list_id), reverse=True)
        other_way = {f"{list_id.upper()}, the other way round": rows["all"]}
        yield from yard.found(pool, other_way, alone=True)


def romanised(yard: Yardstick) -> Rows:
    if yard.public is not None:
        pool, rows = sets.romanised_people(entries(OUR_LIST), yard.public, yard.sizes.people)
        yield from yard.found(pool, rows, plain=True)


def origins(yard: Yardstick) -> Rows:
    if yard.public is not None:
        for origin in yard.public.origins:
            yield origin, yard.alarms(yard.public.made_up(origin, yard.sizes.names), "person")


def sectors(yard: Yardstick) -> Rows:
    real = care_providers()
    yield "care providers", yard.alarms(real, "organisation")
    made = sets.cut_and_joined(real, yard.sizes.firms)
    yield "names cut and joined", yard.alarms(made, "organisation")
    yield "sponsors", yard.alarms(_sponsors(), "organisation")
    yield "other employers", yard.alarms(employers(counted=False), "organisation")


def _sponsors() -> list[str]:
    file = DATA / "enforcement" / "sponsors" / "sponsor_register_2021-11-02_first1000.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return sorted({row["Organisation Name"].strip() for row in csv.DictReader(lines)})


def changes(yard: Yardstick) -> Rows:
    for kind, title in sets.KINDS.items():
        sorts: dict[str, list[Query]] = {}
        rows: dict[str, list[Query]] = {}
        for sort, change, queries in sets.changed_names(
            entries(OUR_LIST), kind, yard.sizes.changed
        ):
            sorts.setdefault(f"{title}, all", []).extend(queries)
            sorts.setdefault(f"{title}, {sort}", []).extend(queries)
            rows[f"{title}, {sort}: {change.__name__.replace('_', ' ')}"] = queries
        if kind == "organisation":
            for _, change, queries in sets.changed_names(
                entries(OUR_LIST), kind, yard.sizes.changed, {"ledger": LEDGER}
            ):
                rows[f"{title}, ledger: {change.__name__.replace('_', ' ')}"] = queries
        for row, queries in sorts.items():
            sample = random.Random(row).sample(queries, len(queries))
            yield row, yard.scorers.row(yard.ours, sample)
        yield from yard.found(yard.ours, rows, alone=True)


def near(yard: Yardstick) -> Rows:
    count = yard.sizes.changed
    if yard.public is not None:
        people = near_names.near_people(entries(OUR_LIST), yard.public, count)
        commonest = {group: some for group, some in people.items() if "commonest" in group}
        others = {group: some for group, some in people.items() if group not in commonest}
        together = {"commonest, all": _all(commonest), "others, all": _all(others)}
        yield from yard.falsely(yard.ours, "person", together | people)
        listed, made = near_names.near_made_up(yard.public, count // 4)
        titled = {f"made up, {group}": some for group, some in made.items()}
        yield from yard.falsely(Pool(listed), "person", {"made up, all": _all(made)} | titled)
    firms = near_names.near_firms(entries("ofac"), count)
    yield from yard.falsely(Pool(entries("ofac")), "organisation", {"all": _all(firms)} | firms)


def _all(rows: Mapping[str, list[Query]]) -> list[Query]:
    return [query for some in rows.values() for query in some]


def one_party(_: Yardstick) -> Rows:
    yield from linked.rows().items()


def date_slips(yard: Yardstick) -> Rows:
    yield from slips.rows(yard.sizes.queries).items()


@dataclass(frozen=True)
class Set:
    """A set: what it is, what its rows are groups of, and how its rows are measured."""

    title: str
    what: str
    group: str
    rows: Callable[[Yardstick], Rows]


LEGEND = (
    "*found*: the right party is among ten matches at the default threshold; *right first*, *wrong "
    "first*: at the default threshold, where a tie is wrong. *ours*, *sort* (token_sort_ratio), "
    "*WRatio* and *LogicV2*: the right party first, at the lowest threshold at which 1 % of the "
    "queries at most have a wrong one first; *at* is that threshold of ours (at least 0.50). "
    "Others are asked the first of the queries (*asked of others*, LogicV2 half of these), and "
    "*ours of these* is our figure for the same ones."
)
SETS: dict[str, Set] = {
    "aliases": Set(
        "One alias left out",
        "Of each party one Latin alias, looked up among all other names of its list; parties that "
        "share a name with another are left out.",
        "list, names",
        aliases,
    ),
    "scripts": Set(
        "Original script",
        "Each name in another script, looked up among the Latin names of its list; and the other "
        "way round. *anyascii*: over names transliterated by anyascii alone.",
        "list, script",
        scripts,
    ),
    "romanised": Set(
        "People in two scripts",
        "People in their script, looked up among their spellings in Latin letters and the Latin "
        "names of the UK list; sources in `benchmarks/public_names.py`.",
        "people",
        romanised,
    ),
    "origins": Set(
        "Alarms by origin of name",
        "Made-up people of public lists of names, without a birth date: those in 1,000 with a "
        "match. Others' scorers at the threshold at which they have 1 % wrong on OFAC's aliases.",
        "origin",
        origins,
    ),
    "sectors": Set(
        "Alarms among firms",
        "Real care providers, sponsors and employers of all trades (of which none was read for a "
        "table), and firms made of two providers' names: those in 1,000 with a match. Others' "
        "scorers as for people.",
        "firms",
        sectors,
    ),
    "changes": Set(
        "Changed names",
        "Names of the UK list put through the changes of `benchmarks/perturbations.py`.",
        "names, change",
        changes,
    ),
    "near": Set(
        "Near names",
        "People of the UK list, and made-up ones of two words, with a word that became another "
        "name, and firms of OFAC's with a word that became another of its kind: the share that "
        "matches the listed party. Others' scorers as for alarms.",
        "names, changed",
        near,
    ),
    "linked": Set(
        "One party on two lists",
        "Pairs linked by a number that both lists publish, looked up by name.",
        "lists",
        one_party,
    ),
    "slips": Set(
        "Slips",
        "Parties of all lists with a name that is not common, by it and a birth date or number "
        "with a slip, and names of three words whether common or not; of several slips the least "
        "shown, and the most at low severity. Weak aliases with the right birth month.",
        "slip",
        date_slips,
    ),
}
