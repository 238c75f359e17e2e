"""How often each check fires on ordinary suppliers: generated populations, and real providers.

    DUEDILIGENCE_DATA=../shared/data python benchmarks/base_rates.py [--suppliers N] [--write]

(a) Invented care providers, charities, small builders and taxi firms, a thousand of each, as
base_rates.toml says that they are (ordinary.py), joined as suppliers of one buyer are
(ordinary_links.py). Their dossiers, what lists hold of them and what
their contracts need go through the checks as a screening's do. (b) The real care providers of the
shared data, by name, against its real lists; what comes out is counts only. Prints, for each check,
how many suppliers in 100 it fires on, and the flags and cases on 1,000 suppliers by severity.
`--write` keeps the counts in docs/figures/base_rates.tsv, which docs/reference/checks.md prints;
without the shared data those of real providers stay as they were.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

from names import ALL_LISTS, DATA, WHY_NOT, entries
from ordinary import DRAWN, KINDS, TODAY, Ordinary, drawn_from, ordinary, registers
from ordinary_links import linked

from duediligence import Screener, read_suppliers, registry
from duediligence.contracts import Files
from duediligence.contracts.checks import AnyCheck
from duediligence.extensions.sharing.model.partner_messages import OpenMessage
from duediligence.matching import DEFAULT_THRESHOLD, Index
from duediligence.model import (
    SEVERITIES,
    Dossier,
    Feature,
    Finding,
    ListEntry,
    ListStatus,
    Match,
    Party,
    PartyRole,
    PossibleMatch,
    SharedPremises,
    Supplier,
    UnreadCells,
)
from duediligence.model.findings import by_event
from duediligence.model.networks import NearMarked, NetworkPosition
from duediligence.model.registrations import (
    NeededRegistrations,
    NumberOfAnother,
    OwnedRegistrations,
    RegistrationsToAsk,
)
from duediligence.networks import build_network, find_network_positions
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import MatchCollector
from duediligence.screening.lookup.parties import parties
from duediligence.screening.run.findings import Assessor, check_context, run_dossier_checks
from duediligence.screening.run.policy import Policy
from duediligence.screening.run.registrations import RegistrationSearch
from duediligence.screening.run.stages import find_labour_signs

FIGURES = Path(__file__).parents[1] / "docs" / "figures" / "base_rates.tsv"
COLUMNS = "check population suppliers fires ungrounded above_low unknown why_not".split()
REAL = "real"
CONTEXT = check_context(TODAY)
# What is drawn for these was assumed for a time that is over.
NOT_SINCE = {"CH-IDV-01": "since the transition ended on 17 November 2026 no figures are published"}
SPONSORS = DATA / "enforcement" / "sponsors" / "care_sponsors_2024-05.csv"


@dataclass
class Tally:
    """What the checks said of one population. Each counter is of suppliers, by check.

    `ungrounded` are those with a finding that cites no ground, `above_low` those with one whose
    severity is above low. `flags` are findings by severity; of those about one event `cases`
    has the gravest alone. `needs` counts the needs of a registration that were looked up.
    """

    suppliers: int = 0
    fires: Counter[str] = field(default_factory=Counter)
    ungrounded: Counter[str] = field(default_factory=Counter)
    above_low: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    applies: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)
    needs: int = 0

    def add(self, findings: Iterable[Finding]) -> None:
        """Count the findings about one supplier."""
        flags = [one for one in findings if one.outcome in ("review", "adverse")]
        self.flags.update(one.severity for one in flags)
        self.cases.update(same[0].severity for same in by_event(flags))
        self.fires.update({one.check_id for one in flags})
        bare = [one for one in flags if not one.possible_grounds]
        self.ungrounded.update({one.check_id for one in bare})
        self.above_low.update({one.check_id for one in flags if one.severity != "low"})


def generated(kind: str, count: int) -> Tally:
    """The checks over a generated population."""
    some = linked(kind, list(ordinary(kind, count)))
    tally = Tally(suppliers=len(some))
    assessor = Assessor("base rates", Policy(), CONTEXT)
    found: dict[str, list[Finding]] = {}
    findings, lists = on_lists(some)
    for finding in findings:
        found.setdefault(finding.supplier_ref, []).append(finding)
    by_supplier: dict[str, list[Finding]] = {}
    for one in some:
        dossier = one.dossier
        ref = dossier.supplier.ref
        said = by_supplier[ref] = [
            *assessor.about_supplier(dossier.supplier),
            *assessor.about_dossier(dossier),
            *found.get(ref, ()),
        ]
        search = needs(one, lists)
        tally.needs += len(list(search.subjects()))
        said += search.assess(assessor)
        for signs in find_labour_signs([dossier.supplier], said, {ref: dossier}, ()):
            said += assessor.about_labour(signs)
        for check, outcome in run_dossier_checks(
            registry.checks().values(), dossier, CONTEXT, Policy()
        ):
            if outcome.result not in ("not_applicable", "out_of_scope"):
                tally.applies[check.id] += 1
            if outcome.result == "unknown":
                tally.unknown[check.id] += 1
    for finding in in_network(some, by_supplier, assessor):
        by_supplier[finding.supplier_ref].append(finding)
    for said in by_supplier.values():
        tally.add(said)
    return tally


def in_network(
    some: list[Ordinary], found: Mapping[str, list[Finding]], assessor: Assessor
) -> Iterator[Finding]:
    """What the network of a population adds about each of it."""
    dossiers = {one.dossier.supplier.ref: one.dossier for one in some}
    suppliers = [dossier.supplier for dossier in dossiers.values()]
    flags = [finding for findings in found.values() for finding in findings]
    # What dossiers do not count are homes.
    built = build_network(
        suppliers, dossiers, today=TODAY, findings=flags, companies_at=lambda _: 0
    )
    for position in find_network_positions(built.network, suppliers, dossiers, dossiers):
        yield from assessor.about_network(position)


def on_lists(some: list[Ordinary]) -> tuple[list[Finding], tuple[ListStatus, ...]]:
    """What is found on lists about suppliers, and the lists: of each, its own entries alone.

    Other entries with a name like its own are an accident of how names are invented here. The
    registers of what work needs are in use, whether or not a supplier is on them.
    """
    held = {list_id: list(sample) for list_id, sample in registers().items()}
    for one in some:
        for entry in one.entries:
            held.setdefault(entry.list_id, []).append(entry)
    noon = datetime.combine(TODAY, time(12), UTC)
    with Screener(lists=held, as_of=TODAY, now=lambda: noon) as screener:
        # With their contracts, for what is recorded weighs by them. What these need is not counted
        # here: it is judged by the suppliers' own entries alone.
        run = screener.screen([one.dossier.supplier for one in some]).run
    own = [one for one in run.findings if one.entry_id.startswith(f"{one.supplier_ref}/")]
    return own, run.lists


def needs(one: Ordinary, lists: Iterable[ListStatus]) -> RegistrationSearch:
    """What the contract of a supplier needs, beside what the registers hold of it."""
    supplier, used = one.dossier.supplier, tuple(lists)
    search = RegistrationSearch([supplier], {supplier.ref: one.dossier}, used, TODAY)
    for status in used:
        entries = {entry.id: entry for entry in one.entries if entry.list_id == status.list_id}
        if not entries:
            continue
        index, watchlist = Index.build(entries.values()), registry.get_watchlist(status.list_id)
        collector = MatchCollector(watchlist.topic, watchlist.title, watchlist.premises, 10)
        for party in parties(supplier):
            matches = index.search(subject(party), threshold=DEFAULT_THRESHOLD, limit=10)
            possible = collector.collect(
                supplier, party, matches, entries.__getitem__, lambda _: (), by_place=False
            )
            if possible:
                search.collect(possible, status)
    return search


def real() -> tuple[Tally, set[str]]:
    """The checks over the real providers, and the ids of those that their data permit."""
    lists = {parse.id: entries(name) for name, parse in ALL_LISTS.items()}
    sponsors = registry.get_watchlist("sponsors")
    lists[sponsors.id] = tuple(sponsors.parse(Files({sponsors.feeds[0].filename: SPONSORS})))
    imported = read_suppliers(DATA / "suppliers" / "care_providers.csv")
    tally = Tally(suppliers=len(imported.suppliers))
    with Screener(lists=lists, as_of=TODAY) as screener:
        run = screener.screen(imported).run
    by_supplier: dict[str, list[Finding]] = {}
    for finding in run.findings:
        by_supplier.setdefault(finding.supplier_ref, []).append(finding)
    for supplier in imported.suppliers:
        tally.add(by_supplier.get(supplier.ref, ()))
    of_rows = {check.id for check in checks_of(Supplier, UnreadCells)}
    return tally, of_rows | set(claims(lists))


def claims(lists: Mapping[str, Iterable[ListEntry]]) -> Iterator[str]:
    """The checks that would say something of a supplier that is on one of these lists."""
    match = Match((Feature("name", "", "", DEFAULT_THRESHOLD, "agree"),))
    for list_id, held in lists.items():
        one = registry.get_watchlist(list_id)
        forms = {(e.kind, e.measures, e.status, _kind_of_record(e)): e for e in held}
        for entry in forms.values():
            party = Party(names=entry.names, kind=entry.kind, role=PartyRole("supplier"))
            found = PossibleMatch(party, entry, match, one.topic, one.title)
            for check in checks_of(PossibleMatch):
                if check.run(found, CONTEXT).result != "not_applicable":
                    yield check.id


def _kind_of_record(entry: ListEntry) -> tuple[str, bool, bool] | None:
    record = entry.record
    return (record.type, record.low, record.ended) if record else None


def checks_of(*needs: type) -> list[AnyCheck]:
    return [check for check in registry.checks().values() if check.needs in needs]


def rows(tallies: Mapping[str, Tally], permitted: set[str]) -> Iterator[dict[str, str]]:
    """A row for each check and population, or one that says why there is none."""
    on_lists_of = {kind: set(claims(drawn_from(kind))) for kind in KINDS}
    for check in registry.checks().values():
        measured = False
        ever = any(tallies[kind].fires[check.id] for kind in KINDS)
        for population, tally in tallies.items():
            if population == REAL:
                counts = check.id in permitted
            elif check.needs is Dossier:
                counts = tally.applies[check.id] > 0
            elif check.needs is PossibleMatch:
                counts = check.id in on_lists_of[population]
            elif check.needs in (NeededRegistrations, RegistrationsToAsk):
                counts = tally.needs > 0
            elif check.needs in (NetworkPosition, NearMarked):
                counts = True
            else:
                counts = ever
            if counts and check.id not in NOT_SINCE:
                measured = True
                yield {
                    "check": check.id,
                    "population": population,
                    "suppliers": str(tally.suppliers),
                    "fires": str(tally.fires[check.id]),
                    "ungrounded": str(tally.ungrounded[check.id]),
                    "above_low": str(tally.above_low[check.id]),
                    "unknown": str(tally.unknown[check.id]),
                    "why_not": "",
                }
        if not measured:
            yield {**dict.fromkeys(COLUMNS, ""), "check": check.id, "why_not": why_not(check)}


def why_not(check: AnyCheck) -> str:
    """Why no supplier of any population could be asked about."""
    if check.id in NOT_SINCE:
        return NOT_SINCE[check.id]
    if not set(check.reads) <= DRAWN:
        return "what it reads is not drawn for the invented suppliers"
    if check.needs is Dossier:
        return "no ordinary supplier of these kinds has what it looks at"
    if check.needs in (PossibleMatch, SharedPremises, OwnedRegistrations, NumberOfAnother):
        return (
            "no list that it reads is drawn for the invented suppliers, or held for the real ones"
        )
    if check.needs in (Supplier, UnreadCells):
        return "it is about the buyer's own file"
    if check.needs in (NeededRegistrations, RegistrationsToAsk):
        return (
            "no ordinary supplier of these kinds has a contract for work that needs a registration"
        )
    if check.needs is OpenMessage:
        return "it is what a partner asks, and says nothing of how suppliers are"
    return "it is about the files of a run or what a supplier declared, not about how suppliers are"


def table(tallies: Mapping[str, Tally], permitted: set[str]) -> Iterator[str]:
    """The figures in suppliers of 100, as a person reads them."""
    titles = [KINDS.get(name, "real care provider") for name in tallies]
    yield f"| check | severity | {' | '.join(titles)} |"
    yield f"|---|---|{'---|' * len(titles)}"
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows(tallies, permitted):
        found.setdefault(row["check"], {})[row["population"]] = row
    for check_id, by_population in found.items():
        cells = []
        for name in tallies:
            row = by_population.get(name, {})
            cells.append(_cell(row) if row else "")
        yield f"| {check_id} | {registry.checks()[check_id].severity} | {' | '.join(cells)} |"
    for title in ("flags", "cases"):
        for severity in (*SEVERITIES, "in all"):
            counts = [
                counted.total() if severity == "in all" else counted[severity]
                for counted in (getattr(tally, title) for tally in tallies.values())
            ]
            per_1000 = [
                f"{1000 * count / tally.suppliers:.0f}"
                for count, tally in zip(counts, tallies.values(), strict=True)
            ]
            yield f"| {title} per 1,000 | {severity} | {' | '.join(per_1000)} |"


def _cell(row: Mapping[str, str]) -> str:
    share = {name: 100 * int(row[name]) / int(row["suppliers"]) for name in ("fires", "unknown")}
    above = 100 * int(row["above_low"]) / int(row["suppliers"])
    unknown = f", unknown {share['unknown']:.1f}" if share["unknown"] else ""
    return f"{share['fires']:.1f} ({above:.1f} above low{unknown})"


def write(tallies: Mapping[str, Tally], permitted: set[str]) -> None:
    """Keep the figures; those of real providers that were not measured now stay as they are."""
    new = list(rows(tallies, permitted))
    if REAL not in tallies and FIGURES.is_file():
        with FIGURES.open(encoding="utf-8", newline="") as file:
            kept = [r for r in csv.DictReader(file, delimiter="\t") if r["population"] == REAL]
        measured = {row["check"] for row in kept}
        new = [row for row in new if row["population"] or row["check"] not in measured]
        order = list(registry.checks())
        new = sorted([*new, *kept], key=lambda row: order.index(row["check"]))
    FIGURES.parent.mkdir(exist_ok=True)
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(new)


def main() -> int:
    parser = argparse.ArgumentParser(description="How often checks fire on ordinary suppliers.")
    parser.add_argument("--suppliers", type=int, default=1000, help="of each generated population")
    parser.add_argument("--write", action="store_true", help=f"keep the counts in {FIGURES.name}")
    parser.add_argument("--generated", action="store_true", help="leave the real providers out")
    options = parser.parse_args()
    tallies = {kind: generated(kind, options.suppliers) for kind in KINDS}
    permitted: set[str] = set()
    if WHY_NOT or options.generated:
        print(f"Real providers left out{': ' + WHY_NOT if WHY_NOT else ''}.")
    else:
        tallies[REAL], permitted = real()
    print("\n".join(table(tallies, permitted)))
    if options.write:
        write(tallies, permitted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
