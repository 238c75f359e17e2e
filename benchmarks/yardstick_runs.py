"""The sets of the yardstick, run: each gives its table."""

import csv
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import linked
import near_names
import slips
import yardstick_sets as sets
from names import DATA, LISTS, care_providers, entries
from public_names import PublicNames
from scorers import Pool, Query, Scorers, Thresholds
from yardstick_tables import Row, Table

from duediligence.matching import Subject
from duediligence.model import Kind

OUR_LIST = "uk"


@dataclass(frozen=True)
class Sizes:
    """How many names a row has at most."""

    queries: int = 1_000
    people: int = 300  # of each source of names in two scripts
    changed: int = 600
    names: int = 1_000  # made-up people of each origin
    alarms_of_others: int = 100

    @classmethod
    def quick(cls) -> "Sizes":
        return cls(queries=300, people=150, changed=150, names=300)


@dataclass
class Yardstick:
    """What every set is measured with."""

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
        """Where each scorer has at most 1 % wrong, by kind: on OFAC's aliases."""
        pool, rows = sets.aliases(entries("ofac"), "ofac")
        return {
            kind: self.scorers.thresholds(pool, rows[title]) for kind, title in sets.KINDS.items()
        }

    def found(
        self,
        table: Table,
        pool: Pool,
        rows: Mapping[str, list[Query]],
        scorers: Scorers | None = None,
        **options: bool,
    ) -> None:
        """Add a row for each group of queries."""
        for title, queries in rows.items():
            if len(queries) >= sets.FEWEST:
                some = queries[: self.sizes.queries]
                table.rows[title] = (scorers or self.scorers).row(pool, some, **options)

    def falsely(
        self, table: Table, pool: Pool, kind: Kind, rows: Mapping[str, list[Query]]
    ) -> None:
        """Add a row for each group of names that are not those of the party they are near to."""
        thresholds = self.thresholds[kind] if self.scorers.others else None
        for group, queries in rows.items():
            if queries:
                some = random.Random(group).sample(queries, len(queries))
                title = f"{sets.KINDS[kind]}, {group}"
                scorers = self.scorers if group.endswith("all") else self.scorers.alone
                table.rows[title] = scorers.falsely(pool, some, thresholds)

    def alarms(self, names: Sequence[str], kind: Kind) -> Row:
        """How many names in 1,000 have a match: ours on one list and on all, others' on one."""
        row: dict[str, float] = {"names": len(names)}
        for title, pool in (("UK list", self.ours), ("four lists", self.every)):
            found = pool.index.search_many(Subject((name,), kind) for name in names)
            row[f"{title}: in 1,000"] = 1_000 * sum(map(bool, found)) / len(names)
        if self.scorers.others:
            sample = random.Random("alarms").sample(
                names, min(len(names), self.sizes.alarms_of_others)
            )
            others = self.scorers.alarms(self.ours, sample, kind, self.thresholds[kind])
            row |= {f"{scorer}: in 1,000": 1_000 * share for scorer, share in others.items()}
        return row


def aliases(yard: Yardstick) -> Table:
    table = Table(
        "One alias left out",
        "Of each party one Latin alias, looked up among all other names of its list; parties that "
        "share a name with another are left out.",
        "list, names",
    )
    for list_id in ("ofac", "un", "eu", "uk"):
        pool, rows = sets.aliases(entries(list_id), list_id)
        for group, queries in rows.items():
            scorers = None if group in sets.KINDS.values() else yard.scorers.alone
            yard.found(table, pool, {f"{list_id.upper()}, {group}": queries}, scorers)
    return table


def scripts(yard: Yardstick) -> Table:
    table = Table(
        "Original script",
        "Each name in another script, looked up among the Latin names of its list; and the other "
        "way round. *anyascii*: over names transliterated by anyascii alone.",
        "list, script",
    )
    for list_id in ("un", "uk", "eu"):
        pool, rows = sets.original_scripts(entries(list_id))
        titled = {f"{list_id.upper()}, {script}": queries for script, queries in rows.items()}
        yard.found(table, pool, titled, plain=True)
        pool, rows = sets.original_scripts(entries(list_id), reverse=True)
        other_way = {f"{list_id.upper()}, the other way round": rows["all"]}
        yard.found(table, pool, other_way, yard.scorers.alone)
    return table


def romanised(yard: Yardstick) -> Table | None:
    if yard.public is None:
        return None
    table = Table(
        "People in two scripts",
        "People in their script, looked up among their spellings in Latin letters and the Latin "
        "names of the UK list; sources in benchmarks/public_names.py.",
        "people",
    )
    pool, rows = sets.romanised_people(entries(OUR_LIST), yard.public, yard.sizes.people)
    yard.found(table, pool, rows, plain=True)
    return table


def origins(yard: Yardstick) -> Table | None:
    if yard.public is None:
        return None
    table = Table(
        "Alarms by origin of name",
        "Made-up people of public lists of names, without a birth date: those in 1,000 with a "
        "match. Others' scorers at the threshold at which they have 1 % wrong on OFAC's aliases.",
        "origin",
    )
    for origin in yard.public.origins:
        names = yard.public.made_up(origin, yard.sizes.names)
        table.rows[origin] = yard.alarms(names, "person")
    return table


def sectors(yard: Yardstick) -> Table:
    table = Table(
        "Alarms among firms",
        "Real care providers and sponsors, and firms made of two providers' names: those in 1,000 "
        "with a match. Others' scorers as for people.",
        "firms",
    )
    real = care_providers()
    made = sets.cut_and_joined(real, 300 if yard.sizes == Sizes.quick() else len(real))
    for title, names in (
        ("care providers", real),
        ("names cut and joined", made),
        ("sponsors", sponsors()),
    ):
        table.rows[title] = yard.alarms(names, "organisation")
    return table


def sponsors() -> list[str]:
    file = DATA / "enforcement" / "sponsors" / "sponsor_register_2021-11-02_first1000.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return sorted({row["Organisation Name"].strip() for row in csv.DictReader(lines)})


def changes(yard: Yardstick) -> Table:
    table = Table(
        "Changed names",
        "Names of the UK list put through the changes of benchmarks/perturbations.py. ",
        "names, change",
    )
    for kind, title in sets.KINDS.items():
        sorts: dict[str, list[Query]] = {}
        rows: dict[str, list[Query]] = {}
        for sort, change, queries in sets.changed_names(
            entries(OUR_LIST), kind, yard.sizes.changed
        ):
            sorts.setdefault(f"{title}, all", []).extend(queries)
            sorts.setdefault(f"{title}, {sort}", []).extend(queries)
            rows[f"{title}, {sort}: {change.__name__.replace('_', ' ')}"] = queries
        for row, queries in sorts.items():
            sample = random.Random(row).sample(queries, len(queries))
            table.rows[row] = yard.scorers.row(yard.ours, sample)
        for row, queries in rows.items():
            table.rows[row] = yard.scorers.alone.row(yard.ours, queries)
    return table


def near(yard: Yardstick) -> Table:
    table = Table(
        "Near names",
        "People of the UK list, and made-up ones of two words, with a word that became another "
        "name, and firms of OFAC's with a word that became another of its kind: the share that "
        "matches the listed party. Others' scorers as for alarms.",
        "names, changed",
    )
    count = yard.sizes.changed
    if yard.public is not None:
        people = near_names.near_people(entries(OUR_LIST), yard.public, count)
        commonest = [q for group, some in people.items() if "commonest" in group for q in some]
        others = [q for group, some in people.items() if "commonest" not in group for q in some]
        rows = {"commonest, all": commonest, "others, all": others} | people
        yard.falsely(table, yard.ours, "person", rows)
        listed, made = near_names.near_made_up(yard.public, count // 4)
        every = [query for some in made.values() for query in some]
        rows = {"made up, all": every} | {f"made up, {group}": some for group, some in made.items()}
        yard.falsely(table, Pool(listed), "person", rows)
    firms = near_names.near_firms(entries("ofac"), count)
    every = [query for some in firms.values() for query in some]
    yard.falsely(table, Pool(entries("ofac")), "organisation", {"all": every} | firms)
    return table


def linked_parties(_: Yardstick) -> Table:
    title = "One party on two lists"
    return Table(title, "Pairs linked by a number, looked up by name.", "lists", linked.rows())


def date_slips(yard: Yardstick) -> Table:
    what = (
        "Parties of all lists with a name that is not common, by it and a birth date or "
        "number with a slip; of several slips the least shown, and the most at low severity."
    )
    return Table("Slips", what, "slip", slips.rows(yard.sizes.queries))


LEGEND = (
    "*found*: the right party is among ten matches at the default threshold; *right first*, *wrong "
    "first*: at the default threshold, where a tie is wrong. *ours*, *sort* (token_sort_ratio), "
    "*WRatio* and *LogicV2*: the right party first, at the lowest threshold at which 1 % of the "
    "queries at most have a wrong one first; *at* is that threshold of ours (at least 0.50). "
    "Others are asked the first of the queries (*asked of others*, LogicV2 half of these), and "
    "*ours of these* is our figure for the same ones."
)
RUNS: dict[str, Callable[[Yardstick], Table | None]] = {
    "aliases": aliases,
    "scripts": scripts,
    "romanised": romanised,
    "origins": origins,
    "sectors": sectors,
    "changes": changes,
    "near": near,
    "linked": linked_parties,
    "slips": date_slips,
}
