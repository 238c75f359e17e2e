"""Keep the alerts as runs and decisions make them, in the transaction of each.

What is stored follows from the runs, the decisions, the earlier ids and the rules alone: `rebuild`
derives it from these, and comes to the same as `run_stored` and `decided` did step by step.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import msgspec

from duediligence.extension import find_own_extensions
from duediligence.model import (
    SEVERITIES,
    Dossier,
    Finding,
    ListEntry,
    Missing,
    Party,
    Run,
    Supplier,
)
from duediligence.model.alerts import Alert, Compared, Found, JoinedLine, alert_id
from duediligence.model.matcher_effects import NotMatched
from duediligence.model.supplier_changes import SupplierTie
from duediligence.screening.alerts.carried_over import CarriedOver, carried_over
from duediligence.screening.alerts.identity import (
    Ties,
    find_subject_parties,
    gather_compared,
    parties_behind,
)
from duediligence.screening.alerts.status import Rules, expires, find_reopening_day, status
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.settings.identities import Identities
from duediligence.store.casework.alerts import (
    AlertQuery,
    AlertStore,
    States,
    StoredAlert,
    StoredEvent,
)
from duediligence.store.casework.envelopes import CHECK_OWNERS
from duediligence.store.casework.runs import EntryKey
from duediligence.store.casework.screened import Seen
from duediligence.store.casework.unit_of_work import Casework
from duediligence.store.records import identity

# Of more suppliers than this, it is faster to derive all alerts.
_MANY = 100
# Counts up when alerts are derived otherwise than before: they are then derived again.
VERSION = 2


def rules_of(settings: Settings) -> Rules:
    """Return how decisions count by these settings."""
    return Rules(
        decision_months=settings.decision_months,
        second_decision=settings.second_decision,
        blind_second=settings.blind_second,
        identities=Identities(settings.identities),
    )


@contextmanager
def current(workspace: Workspace) -> Iterator[AlertStore]:
    """Provide the alerts, in one state of the database in which they are up to date.

    They are behind in a home of an earlier version, and after a setting has changed. Raises
    StorageError.
    """
    casework, rules = workspace.casework, rules_of(workspace.settings)
    with casework.snapshot():
        if casework.alerts.derived() == (casework.screened.newest_run(), _encode_rules(rules)):
            yield casework.alerts
            return
    with casework.transaction():
        _Projection(casework, rules, workspace.now()).catch_up()
        yield casework.alerts


def run_stored(
    workspace: Workspace,
    run: Run,
    about: Sequence[str | None],
    suppliers: Mapping[str, Supplier | Dossier],
    entries: Mapping[EntryKey, ListEntry],
    hashes: Mapping[EntryKey, str],
) -> None:
    """Bring the alerts up to date with a run, in the transaction that stored it.

    All but the workspace is as it was stored: `suppliers` by their references, `about` for each
    finding in turn (see `RunStore.save`).
    """
    evidence = AlertEvidence(workspace.casework)
    evidence.suppliers |= {(run.id, ref): one for ref, one in suppliers.items()}
    evidence.entries |= {hashes[key]: entry for key, entry in entries.items()}
    evidence.runs[run.id] = run
    evidence.unknown[run.id] = _by_ref(one for one in run.findings if one.outcome == "unknown")
    seen = [
        Seen(finding, run.id, position, run.started_at, entry, party)
        for position, (finding, party) in enumerate(zip(run.findings, about, strict=True))
        if finding.supplier_ref and finding.outcome in ("review", "adverse")
        for entry in [hashes.get((finding.list_id, finding.entry_id), "")]
    ]
    projection = _Projection(
        workspace.casework, rules_of(workspace.settings), workspace.now(), evidence
    )
    projection.catch_up({run.id: (seen, suppliers.keys())})


def update_decided_alerts(workspace: Workspace, alert_ids: Collection[str]) -> None:
    """Bring alerts up to date with decisions about these, in the transaction that stored them."""
    _Projection(workspace.casework, rules_of(workspace.settings), workspace.now()).decided(
        alert_ids
    )


def ties_changed(workspace: Workspace, ties: Iterable[SupplierTie]) -> None:
    """Bring alerts up to date after ties between suppliers came or went, in the transaction that
    changed them.
    """
    derive_alerts_of(workspace, {ref for one in ties for ref in (one.ref, one.other_ref)})


def derive_alerts_of(workspace: Workspace, refs: Collection[str]) -> None:
    """Derive the alerts of suppliers after other runs or decisions count for them, in the
    transaction that changed that.
    """
    projection = _Projection(workspace.casework, rules_of(workspace.settings), workspace.now())
    if len(refs) > _MANY:
        projection.rebuild()
        return
    projection.catch_up()
    projection.derive(refs)


def rebuild_alerts(workspace: Workspace) -> None:
    """Derive every alert again from the runs and decisions that are kept. Raises StorageError."""
    with workspace.casework.transaction():
        _Projection(workspace.casework, rules_of(workspace.settings), workspace.now()).rebuild()


def find_differing_alerts(workspace: Workspace) -> list[str]:
    """Return the ids of the alerts that are not stored as they are derived.

    Nothing is changed. Raises StorageError.
    """
    query = AlertQuery(on=date.min)
    with workspace.casework.aside(), current(workspace) as alerts:
        stored = {row.id: row for row in alerts.rows(query)}
        rebuild_alerts(workspace)
        derived = {row.id: row for row in alerts.rows(query)}
    ids = sorted(stored.keys() | derived.keys())
    return [one for one in ids if stored.get(one) != derived.get(one)]


@dataclass
class AlertEvidence:
    """What runs compared, and could not check of each supplier (by its reference, empty for what is
    of none); each supplier, entry and run is read once.
    """

    casework: Casework
    suppliers: dict[tuple[str, str], Supplier | Dossier | None] = field(default_factory=dict)
    entries: dict[str, ListEntry | None] = field(default_factory=dict)
    runs: dict[str, Run | None] = field(default_factory=dict)
    unknown: dict[str, Mapping[str, list[Finding]]] = field(default_factory=dict)
    _parties: dict[tuple[str, str], tuple[Party, ...]] = field(default_factory=dict)

    def compared(self, findings: Sequence[Finding], run_id: str, entry_sha256: str) -> Compared:
        """Return what stands behind the findings of one alert in a run."""
        parties = self.parties(run_id, findings[0].supplier_ref) if findings[0].entry_id else ()
        return gather_compared(findings, parties, self.entry(entry_sha256))

    def parties(self, run_id: str, ref: str) -> tuple[Party, ...]:
        """Return those whom a run looked up for a supplier."""
        if (run_id, ref) not in self._parties:
            self._parties[run_id, ref] = parties_behind(self.supplier(run_id, ref))
        return self._parties[run_id, ref]

    def supplier(self, run_id: str, ref: str) -> Supplier | Dossier | None:
        """Return a supplier as a run compared it."""
        if (run_id, ref) not in self.suppliers:
            self.suppliers[run_id, ref] = self.casework.screened.supplier(run_id, ref)
        return self.suppliers[run_id, ref]

    def entry(self, digest: str) -> ListEntry | None:
        """Return the list entry of that hash."""
        if digest and digest not in self.entries:
            self.entries[digest] = self.casework.screened.entries([digest]).get(digest)
        return self.entries[digest] if digest else None

    def matcher_of(self, run_id: str) -> str:
        """Return by which version of the matcher a run was made; empty where it is no longer
        kept.
        """
        run = self.run(run_id)
        return run.matcher_version if run else ""

    def judgement_of(self, run_id: str) -> str:
        """Return by which version of the checks a run judged; empty for an earlier one, or where it
        is no longer kept.
        """
        run = self.run(run_id)
        return run.judgement_version if run else ""

    def found(
        self,
        run_id: str,
        position: int,
        ref: str,
        list_id: str,
        newest: str,
        check_id: str,
        ref_now: str = "",
    ) -> Found:
        """Return whether the newest run of a supplier still finds what another found in that place,
        or could look.

        `ref_now` is the supplier's reference in the newest run, where that is another.
        """
        if run_id == newest:
            return "yes"
        run = self.run(newest)
        if run is None or _is_check_missing(check_id):
            return "not checked"
        effect = run.by_matcher.get(ref_now or ref)
        if effect and NotMatched(run_id, position) in effect.not_matched:
            return "not matched"
        if list_id and not any(one.list_id == list_id and one.version for one in run.lists):
            return "not checked"
        ref_now = ref_now or ref
        if self._looks_at_less(run_id, newest, ref, ref_now):
            return "not checked"
        unknown = self._unknown(newest, ref_now, list_id)
        if not unknown:
            return "no"
        # What could not be checked when it was found, either, does not stand in the way.
        if self.run(run_id) is None:
            return "not checked"
        then = self._unknown(run_id, ref, list_id)
        if ref_now != ref:
            then = {(ref_now if key[0] == ref else key[0], *key[1:]) for key in then}
        return "not checked" if unknown - then else "no"

    def run(self, run_id: str) -> Run | None:
        """Return a run without its findings; None where it is no longer kept."""
        if run_id not in self.runs:
            self.runs[run_id] = self.casework.runs.outline(run_id)
        return self.runs[run_id]

    def _looks_at_less(self, run_id: str, newest: str, ref: str, ref_now: str) -> bool:
        """Return whether the newest run does not look at a part of the registers that was read
        then, as where a key was removed.
        """
        then, now = self.supplier(run_id, ref), self.supplier(newest, ref_now)
        if not isinstance(then, Dossier):
            return False
        return not isinstance(now, Dossier) or any(
            not isinstance(getattr(then, part), Missing) for part in now.not_in_scope()
        )

    def _unknown(self, run_id: str, ref: str, list_id: str) -> set[tuple[str, ...]]:
        """Return what a run could not check of a supplier or a list."""
        if run_id not in self.unknown:
            self.unknown[run_id] = _by_ref(self.casework.screened.unknown(run_id))
        by_ref = self.unknown[run_id]
        of_list = (one for one in by_ref.get("", ()) if list_id and one.list_id == list_id)
        return {one.key for one in (*by_ref.get(ref, ()), *of_list)}


def _is_check_missing(check_id: str) -> bool:
    """Return whether the check is of an extension of ours that is not installed."""
    owner = CHECK_OWNERS.get(check_id)
    return bool(owner) and all(one.name != owner for one in find_own_extensions())


def _by_ref(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.supplier_ref, []).append(one)
    return found


@dataclass
class BothSides:
    """What stands on both sides of an alert, read once, when it is asked for."""

    evidence: AlertEvidence
    findings: tuple[Finding, ...]
    run_id: str
    entry_sha256: str
    read: Compared | None = None

    def __call__(self) -> Compared:
        if self.read is None:
            self.read = self.evidence.compared(self.findings, self.run_id, self.entry_sha256)
        return self.read


def derive_alert_states(carried: CarriedOver, alert: Alert, rules: Rules) -> States:
    """Return the states of an alert with these decisions as days go by."""

    def on(day: date) -> str:
        return status(
            carried.decisions,
            alert.party_sha256,
            alert.entry_sha256,
            day,
            rules,
            severity=carried.severity,
            joined=alert.joined,
            weaker=carried.weaker,
        ).state

    found: list[tuple[date | None, str]] = [(None, on(date.min))]
    for day in sorted({expires(decision, rules) for decision in carried.decisions}):
        if (state := on(day)) != found[-1][1]:
            found.append((day, state))
    # A first decision ends, and the one that counted before it: there are no more days than two.
    (_, first), (ends, second), (next_ends, last) = (*found, (None, ""), (None, ""))[:3]
    return States(first, ends, second, next_ends, last)


@dataclass
class _Projection:
    casework: Casework
    rules: Rules
    now: datetime
    given: AlertEvidence | None = None
    _aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def ties(self) -> Ties:
        return Ties(self.casework.supplier_changes.ties())

    @cached_property
    def evidence(self) -> AlertEvidence:
        return self.given or AlertEvidence(self.casework)

    def catch_up(
        self, known: Mapping[str, tuple[Sequence[Seen], Collection[str]]] | None = None
    ) -> None:
        """Add every run since the last one; `known` are those that need not be read."""
        known, derived = known or {}, self.casework.alerts.derived()
        after = self.casework.screened.runs_after(derived[0] if derived else "")
        by_now = derived is None or msgspec.json.decode(derived[1])[0] == VERSION
        if after is None or not by_now or (derived is None and not known.keys() >= set(after)):
            self.rebuild()
            return
        for run_id in after:
            self._add(run_id, *known.get(run_id, (None, None)))
        if derived is not None and derived[1] != _encode_rules(self.rules):
            self.restate(self._decided_ids())
        self._set_derived()

    def _add(self, run_id: str, seen: Sequence[Seen] | None, refs: Collection[str] | None) -> None:
        screened, store = self.casework.screened, self.casework.alerts
        seen = screened.of_run(run_id) if seen is None else seen
        refs = screened.refs(run_id) if refs is None else refs
        self._add_aliases(seen, store.ids())
        # Those that share decisions with one of the run go by the ids that it has by now.
        if tied := self.ties.connected(refs) & self.ties.refs:
            self.derive(tied)
            seen = [one for one in seen if one.finding.supplier_ref not in self.ties]
            refs = {ref for ref in refs if ref not in self.ties}
        found = self._merged(seen)
        store.put(self._row(id_, some, "yes") for id_, some in found.items())
        store.set_found(
            {
                id_: now
                for id_, ref, list_id, last, position, was, check_id in store.of_suppliers(refs)
                if id_ not in found
                and (now := self.evidence.found(last, position, ref, list_id, run_id, check_id))
                != was
            }
        )

    def rebuild(self) -> None:
        """Derive every alert."""
        store, newest = self.casework.alerts, self.casework.screened.newest(checks=True)
        last = self.casework.screened.last()
        store.clear()
        self._add_aliases(last, {one.alert_id for one in last})
        rows = []
        for id_, seen in self._merged(last).items():
            one = seen[0]
            ref, list_id = one.finding.supplier_ref, one.finding.list_id
            if ref in self.ties:
                continue
            run_id = newest.get(ref, one.run_id)
            now = self.evidence.found(
                one.run_id, one.position, ref, list_id, run_id, one.finding.check_id
            )
            rows.append(self._row(id_, seen, now))
        store.put(rows)
        self.derive(self.ties.refs)
        self._set_derived()

    def derive(self, refs: Collection[str]) -> None:
        """Derive the alerts of suppliers that were merged or split, or were until now, and of all
        that share decisions with them.
        """
        store, screened = self.casework.alerts, self.casework.screened
        shared = self.ties.connected(refs) & self.ties.refs
        holders = sorted({self.ties.holder(ref) for ref in (*refs, *shared)})
        groups = {holder: self.ties.members(holder) for holder in holders}
        self._aliases = store.aliases()
        # First of all of them: an alert may be another one's from now on.
        store.remove_of(ref for members in groups.values() for ref in members)
        for holder, members in groups.items():
            found = self._merged(screened.last_of(members))
            newest = screened.newest_of(members)
            store.put(self._rows_of(holder, found, newest))
        self._number()

    def _number(self) -> None:
        self.casework.alerts.set_numbers(self.now if self.casework.is_kept else None)

    def _rows_of(
        self, holder: str, found: Mapping[str, Sequence[Seen]], newest: Mapping[str, str]
    ) -> Iterator[StoredAlert]:
        """Yield the alerts of a supplier and of all that were merged into it.

        Those about one party and entry are one, once a screening compared what the suppliers are
        together, or where they compare the same. Until then each is by itself.
        """
        places = self.casework.supplier_changes.places(
            {
                *newest.values(),
                *(seen[0].run_id for seen in found.values()),
                *(tie.run_id for tie in self.ties.every),
            }
        )
        looked: dict[str, tuple[str, str]] = {
            ref: self.ties.newest(ref, newest, places) for ref in self.ties.members(holder)
        }
        alike: dict[str, list[str]] = {}
        for id_, seen in found.items():
            ids = [id_] if seen[0].finding.supplier_ref == holder else []
            ids += self._ids_under(seen[0], holder)
            alike.setdefault(next((one for one in ids if one in found), ids[0]), []).append(id_)
        for now, ids in alike.items():
            ids.sort(
                key=lambda id_: (
                    not found[id_][0].taken_back,
                    places.get(found[id_][0].run_id, 0),
                )
            )
            states = {id_: self._found_by(found[id_][0], looked) for id_ in ids}
            # Those of which no screening has looked at what the suppliers are together.
            alone = [
                id_
                for id_ in ids
                if holder != (ref := found[id_][0].finding.supplier_ref) == looked[ref][0]
            ]
            lead = ([id_ for id_ in ids if id_ not in alone] or alone)[-1]
            same = [id_ for id_ in alone if self._both(found[id_]) == self._both(found[lead])]
            others = [id_ for id_ in alone if id_ not in (*same, lead)]
            apart = [
                id_
                for id_ in others
                if not any(self._was_part(found[id_], found[one]) for one in others)
            ]
            lead = max({*same, lead}, key=lambda id_: (states[id_] == "yes", ids.index(id_)))
            # Each of those that are apart has its own decisions, and what counted for it before.
            joined = self._joined(found[lead][0], holder, {now, *others})
            yield self._row(now, found[lead], states[lead], holder, joined)
            for id_ in apart:
                one = found[id_][0]
                joined = self._joined(one, one.finding.supplier_ref, {now, *apart})
                yield self._row(id_, found[id_], states[id_], holder, joined)

    def _was_part(self, seen: Sequence[Seen], other: Sequence[Seen]) -> bool:
        """Return whether an alert was one with the other before their supplier was merged on."""
        ref, into = (one[0].finding.supplier_ref for one in (seen, other))
        merged = ref in self.ties.members(into)[1:]
        return merged and self._both(seen) == self._both(other)

    def _both(self, seen: Sequence[Seen]) -> tuple[str, str]:
        findings, one = tuple(each.finding for each in seen), seen[0]
        both = self.evidence.compared(findings, one.run_id, one.entry_sha256)
        return identity(both), one.entry_sha256

    def _found_by(self, one: Seen, looked: Mapping[str, tuple[str, str]]) -> Found:
        ref = one.finding.supplier_ref
        ref_now, newest = looked[ref]
        return self.evidence.found(
            one.run_id,
            one.position,
            ref,
            one.finding.list_id,
            newest or one.run_id,
            one.finding.check_id,
            ref_now,
        )

    def _joined(self, seen: Seen, holder: str, but: Collection[str]) -> tuple[JoinedLine, ...]:
        """Return the decisions of other suppliers that count for an alert of the holder."""

        def ids_of(ref: str) -> tuple[str, ...]:
            ids = self._ids_under(seen, ref)
            earlier = (old for now in ids for old in self.casework.alerts.earlier_ids(now))
            return tuple(sorted({*ids, *earlier}.difference(but)))

        return self.ties.lines(holder, ids_of)

    def _ids_under(self, seen: Seen, ref: str) -> list[str]:
        """Return the ids that the alert has, were it about that supplier."""
        there, aliases = seen.under(ref), self._aliases
        ids = (there.alert_id, there.tie_id) if ref != seen.finding.supplier_ref else ()
        found = [
            now for id_ in (ids or (there.alert_id,)) if id_ for now in aliases.get(id_, (id_,))
        ]
        # What ties names together is no alert itself.
        return list(dict.fromkeys(id_ for id_ in found if id_ != there.tie_id))

    def decided(self, alert_ids: Collection[str]) -> None:
        """Derive the states of the alerts that decisions about these count for."""
        joined = self.casework.alerts.joined().items()
        others = {
            id_ for id_, lines in joined for one in lines if not set(one.ids).isdisjoint(alert_ids)
        }
        self.restate({*alert_ids, *others})

    def restate(self, alert_ids: Iterable[str]) -> None:
        """Derive the states of these alerts."""
        store = self.casework.alerts
        for id_ in alert_ids:
            if row := store.get(id_):
                findings = self.casework.screened.findings(row.run_id, row.positions)
                store.set_states(id_, self._states(alert_of(row, findings, self.evidence)))

    def _set_derived(self) -> None:
        self._number()
        self.casework.alerts.set_derived(
            self.casework.screened.newest_run(), _encode_rules(self.rules)
        )

    def _merged(self, seen: Iterable[Seen]) -> dict[str, list[Seen]]:
        """Return what the newest run of each alert found, by the id that it has now.

        `seen` is in the order of the runs.
        """
        aliases, found = self.casework.alerts.aliases(), dict[str, list[Seen]]()
        for one in seen:
            for now in aliases.get(id_ := one.alert_id, (id_,)):
                some = found.setdefault(now, [])
                if some and some[-1].run_id != one.run_id:
                    some.clear()
                some.append(one)
        return found

    def _add_aliases(self, seen: Sequence[Seen], alert_ids: Collection[str]) -> None:
        """Record by which earlier ids alerts were known: those made of a name, and those of the
        same officer or company under another name. What a run has apart stays apart.
        """
        store = self.casework.alerts
        aliases = {old: set(ids) for old, ids in store.aliases().items()}
        led_here: dict[str, set[str]] = {}
        for old, ids in aliases.items():
            for id_ in ids:
                led_here.setdefault(id_, set()).add(old)
        known = {*alert_ids, *self._decided_under, *aliases}
        apart: dict[tuple[str, str], set[str]] = {}
        runs: dict[str, set[str]] = {}
        for one in seen:
            runs.setdefault(one.alert_id, set()).add(one.run_id)
            for id_ in (one.alert_id, alert_id(one.finding.key)):
                apart.setdefault((one.run_id, id_), set()).add(one.alert_id)
        added: list[tuple[str, str]] = []
        for one in seen:
            if one.party is None:
                continue
            earlier = {id_ for id_ in self._earlier_ids(one) if id_ in known}
            if tie := one.tie_id:
                earlier |= {tie, *aliases.get(tie, ())}
            own = one.alert_id
            if alert_ids and own not in alert_ids:
                earlier |= set(self._ids_by_another_matcher(one))
            for now in tuple(aliases.get(own, (own,))):
                for id_ in earlier:
                    if any(apart.get((run, id_), {own}) != {own} for run in runs[own]):
                        continue
                    # What led to an earlier id leads to this one by now.
                    for old in {id_, *led_here.get(id_, ())} - {now, *led_here.get(now, ())}:
                        aliases.setdefault(old, set()).add(now)
                        led_here.setdefault(now, set()).add(old)
                        added.append((old, now))
        store.add_aliases(added, self.now)
        store.remove(old for old, _ in added)

    def _earlier_ids(self, seen: Seen) -> Iterator[str]:
        """Return the ids that an alert had while they were made of the name that was displayed."""
        ref, check, _, *entry = seen.finding.key
        return (alert_id((ref, check, name, *entry)) for name in self._names(seen))

    def _ids_by_another_matcher(self, seen: Seen) -> Iterator[str]:
        """Yield the ids of the alert by other versions of the matcher, which folded its name
        otherwise.

        They are of the same supplier, check and entry, and about one of the party's names.
        """
        finding, store = seen.finding, self.casework.alerts
        entry = (finding.list_id, finding.entry_id)
        if not finding.entry_id:
            return
        matcher = self.evidence.matcher_of(seen.run_id)
        for row in store.rows(AlertQuery(on=date.min, supplier=finding.supplier_ref, entry=entry)):
            by_another = self.evidence.matcher_of(row.run_id) != matcher
            if by_another and row.check_id == finding.check_id:
                then = self.casework.screened.findings(row.run_id, row.positions)
                if not self._names(seen).isdisjoint(one.subject_name for one in then):
                    yield row.id

    def _names(self, seen: Seen) -> set[str]:
        """Return every name of whom a finding is about."""
        finding = seen.finding
        parties = self.evidence.parties(seen.run_id, finding.supplier_ref)
        same = find_subject_parties(parties, [finding]) if finding.entry_id else parties[:1]
        return {finding.subject_name, *(name.text for party in same for name in party.names)}

    @cached_property
    def _decided_under(self) -> frozenset[str]:
        return self.casework.decisions.alert_ids()

    def _decided_ids(self) -> set[str]:
        """Return the alerts that were ever decided, by the ids that they have now."""
        aliases = self.casework.alerts.aliases()
        ids = {now for id_ in self._decided_under for now in aliases.get(id_, (id_,))}
        return ids | self.casework.alerts.joined().keys()

    def _row(
        self,
        id_: str,
        seen: Sequence[Seen],
        found: Found,
        holder: str = "",
        joined: tuple[JoinedLine, ...] = (),
    ) -> StoredAlert:
        findings, one = tuple(each.finding for each in seen), seen[0]
        now = self.evidence.compared(findings, one.run_id, one.entry_sha256)
        alert = Alert(
            id=id_,
            findings=findings,
            load=lambda: now,
            party_sha256=identity(now),
            entry_sha256=one.entry_sha256,
            last_seen=one.at,
            found=found,
            joined=joined,
        )
        first = alert.first
        return StoredAlert(
            id=id_,
            supplier_ref=holder or first.supplier_ref,
            check_id=first.check_id,
            list_id=first.list_id,
            entry_id=first.entry_id,
            severity=len(SEVERITIES) - 1 - SEVERITIES.index(first.severity),
            score=first.score or 0.0,
            first_seen=first.first_seen.timestamp() if first.first_seen else 0.0,
            place="\x1f".join(first.key),
            run_id=one.run_id,
            positions=tuple(each.position for each in seen),
            last_seen=one.at,
            party_sha256=alert.party_sha256,
            entry_sha256=one.entry_sha256,
            found=found,
            restricted=alert.restricted,
            event=_build_stored_event(first),
            states=self._states(alert),
            joined=joined,
        )

    def _states(self, alert: Alert) -> States:
        ids = {alert.id, *(id_ for line in alert.joined for id_ in line.ids)}
        if self._decided_under:
            ids.update(self.casework.alerts.earlier_ids(alert.id))
        if self._decided_under.isdisjoint(ids):
            return States("open")
        carried = carried_over(self.casework, self.evidence, alert, self.casework.decisions.of(ids))
        since = find_reopening_day(
            self.casework, alert, carried, self.rules, self.evidence.compared
        )
        return replace(derive_alert_states(carried, alert, self.rules), opened=since)


def _build_stored_event(first: Finding) -> StoredEvent | None:
    if first.event is None:
        return None
    return StoredEvent(first.supplier_name, first.handling, first.outcome, first.event)


def alert_of(row: StoredAlert, findings: tuple[Finding, ...], evidence: AlertEvidence) -> Alert:
    """Return the alert of a row, without what people decided about it.

    What stands on both sides of it is read when it is asked for.
    """

    return Alert(
        id=row.id,
        findings=findings,
        load=BothSides(evidence, findings, row.run_id, row.entry_sha256),
        party_sha256=row.party_sha256,
        entry_sha256=row.entry_sha256,
        last_seen=row.last_seen,
        found=row.found,
        joined=row.joined,
        taken_back=row.taken_back,
        number=row.number,
    )


def _encode_rules(rules: Rules) -> str:
    """Return the rules as they are stored beside the alerts. How it is shown to whom changes
    none.
    """
    months, second = rules.decision_months, sorted(rules.second_decision)
    people = sorted(rules.identities.people.items())
    return msgspec.json.encode([VERSION, months, second, *([people] if people else [])]).decode()
