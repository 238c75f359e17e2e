"""What a new version of the matcher makes of the alerts that there are.

Only where both sides of an alert are the same as before is the matcher the cause: what the list or
the supplier changed is reported as ever. So this is found out while a run is made, when the lists
are at hand, and kept with it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property

from duediligence import registry
from duediligence.model import (
    Declared,
    Dossier,
    Finding,
    InUnreadRows,
    ListEntry,
    ListVersion,
    Run,
    Supplier,
)
from duediligence.model.alerts import Alert, Compared
from duediligence.model.labour import LabourSigns
from duediligence.model.matcher_effects import (
    ChangedPart,
    MatchChange,
    MatcherEffect,
    MatchNews,
    NewMatcher,
    NotMatched,
)
from duediligence.model.networks import NearMarked
from duediligence.model.registrations import (
    NeededRegistrations,
    OwnedRegistrations,
    RegistrationsToAsk,
)
from duediligence.render.wording import stronger_by_a_word
from duediligence.screening.alerts.carried_over import carried_over, same_facts
from duediligence.screening.alerts.identity import gather_compared
from duediligence.screening.alerts.projection import AlertEvidence, alert_of, current, rules_of
from duediligence.screening.alerts.status import status
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import StoredAlert
from duediligence.store.casework.runs import EntryKey
from duediligence.store.casework.screened import Seen
from duediligence.store.records import identity

# Of more suppliers the newest run of every one is read at once.
_MANY = 500
# Why a version that is in service was not searched all the same.
_NOT_SEARCHED = ("index not readable", "not as recorded")
# What these checks find without naming a list entry rests on matches, too.
_OF_MATCHES = (
    NeededRegistrations,
    RegistrationsToAsk,
    OwnedRegistrations,
    LabourSigns,
    InUnreadRows,
    NearMarked,
    Declared,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunToStore:
    """A run about to be stored, and what it compared.

    `about` says of each finding in turn who it is about (see `RunStore.save`). `suppliers` are by
    reference. `pairs` are the names of those matched with an entry, by supplier, list and entry,
    whether or not a check made anything of it.
    """

    run: Run
    about: Sequence[str | None]
    suppliers: Mapping[str, Supplier | Dossier]
    entries: Mapping[EntryKey, ListEntry]
    pairs: Mapping[tuple[str, str, str], Collection[str]]


def with_matcher_effects(workspace: Workspace, to_store: RunToStore) -> Run:
    """Return the run with what another matcher made of its suppliers' alerts, if it is another.

    In the transaction that stores the run, before it does. Raises StorageError.
    """
    with current(workspace):
        return _Effects(workspace, to_store).run()


@dataclass
class _Effects:
    workspace: Workspace
    to_store: RunToStore
    evidence: AlertEvidence = field(init=False)
    _unreadable_in: dict[str, Collection[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        run = self.to_store.run
        self.evidence = AlertEvidence(self.workspace.casework)
        self.evidence.runs[run.id] = run
        self.evidence.suppliers |= {
            (run.id, ref): one for ref, one in self.to_store.suppliers.items()
        }

    def run(self) -> Run:
        run, refs = self.to_store.run, self.to_store.suppliers.keys()
        store = self.workspace.casework.alerts
        before = {ref: found for ref in self._newest if (found := self._all_before(ref))}
        by_another: dict[str, list[StoredAlert]] = {}
        for id_, ref, _, run_id, _, was, _ in store.of_suppliers(refs):
            if was != "no" and self._by_another(run_id) and (row := store.get(id_)):
                by_another.setdefault(ref, []).append(row)
        effects = {
            ref: effect
            for ref in sorted({*before, *by_another})
            if (effect := self._effect(ref, by_another.get(ref, []))) != MatcherEffect()
        }
        return replace(
            run,
            new_matcher=self._new_matcher(frozenset().union(*before.values())),
            by_matcher=effects,
        )

    @cached_property
    def _newest(self) -> Mapping[str, str]:
        """Return the newest run of each of the suppliers that was ever screened."""
        screened, refs = self.workspace.screened, self.to_store.suppliers.keys()
        if len(refs) <= _MANY:
            return screened.newest_of(refs)
        return {ref: run_id for ref, run_id in screened.newest(checks=True).items() if ref in refs}

    def _by_another(self, run_id: str) -> bool:
        """Return whether a run was made by another version of the matcher than this one."""
        return self.evidence.matcher_of(run_id) not in ("", self.to_store.run.matcher_version)

    def _all_before(self, ref: str) -> frozenset[str]:
        """Return the runs by another matcher that this one comes after, for a supplier."""
        run_id, searched = self._newest[ref], _map_list_versions(self.to_store.run)
        if searched and not self._unreadable(run_id):
            return frozenset({run_id} if self._by_another(run_id) else ())
        return frozenset(self._before(ref, list_id) for list_id in searched) - {""}

    def _before(self, ref: str, list_id: str) -> str:
        """Return the last run that searched the list for a supplier, if another matcher made it;
        else empty. For no list it is the last that searched all it had.

        Until lists are refreshed after an upgrade their indexes cannot be read: a run in between
        searched nothing.
        """
        run_id = self._newest.get(ref, "")
        while run_id and (unreadable := self._unreadable(run_id)):
            if list_id and list_id not in unreadable:
                break
            run_id = self.workspace.screened.run_before(run_id, ref)
        return run_id if run_id and self._by_another(run_id) else ""

    def _unreadable(self, run_id: str) -> Collection[str]:
        """Return the lists of a run whose indexes could not be read."""
        if run_id not in self._unreadable_in:
            run = self.evidence.run(run_id)
            self._unreadable_in[run_id] = {
                one.list_id
                for one in (run.lists if run else ())
                if any(reason.kind in _NOT_SEARCHED for reason in one.reasons)
            }
        return self._unreadable_in[run_id]

    def _new_matcher(self, before: Collection[str]) -> NewMatcher | None:
        if not before:
            return None
        runs = [one for run_id in before if (one := self.evidence.run(run_id))]
        return NewMatcher(
            before=tuple(sorted({one.matcher_version for one in runs})),
            other_settings=any(
                _list_matching_settings(one) != _list_matching_settings(self.to_store.run)
                for one in runs
            ),
        )

    def _effect(self, ref: str, rows: Sequence[StoredAlert]) -> MatcherEffect:
        """Return what became of the alerts of a supplier; `rows` are those that another matcher
        found.
        """
        changes: list[MatchChange] = []
        not_matched: list[NotMatched] = []
        known: set[str] = set()
        for row in rows:
            then = self.workspace.screened.findings(row.run_id, row.positions)
            id_, now = self._found_now(ref, row, then)
            if now:
                known.add(id_)
                changes += self._changed(ref, row, then, now)
            elif row.entry_id and self._is_not_matched(ref, row, then):
                not_matched.append(NotMatched(row.run_id, row.positions[0]))
                if row.found != "not matched":
                    changes.append(self._gone(row, then, "gone"))
            elif (
                not row.entry_id
                and row.run_id == self._before(ref, row.list_id)
                and self._caused_by_matches(ref, then[0])
            ):
                changes.append(self._gone(row, then, "resolved"))
        changes += self._new(ref, known)
        return MatcherEffect(changes=tuple(changes), not_matched=tuple(not_matched))

    def _found_now(
        self, ref: str, row: StoredAlert, then: Sequence[Finding]
    ) -> tuple[str, tuple[Finding, ...]]:
        """Return the findings of this run that the alert goes on with, and the id that they
        have.
        """
        found = self._now.get(ref, {})
        if row.id in found:
            return row.id, tuple(one.finding for one in found[row.id])
        for id_, some in found.items():
            one = some[0]
            if _build_match_source_key(one.finding) != _build_match_source_key(then[0]):
                continue
            tied = row.id in self._aliases.get(one.tie_id, ()) if one.tie_id else False
            if tied or (row.entry_id and then[0].subject_name in self._names(ref, one.finding)):
                return id_, tuple(each.finding for each in some)
        return "", ()

    def _names(self, ref: str, finding: Finding) -> Collection[str]:
        """Return every name of whom a finding of this run is about."""
        ours = self._compared_now(ref, (finding,)).parties
        return {name.text for party in ours for name in party.names}

    @cached_property
    def _now(self) -> Mapping[str, Mapping[str, list[Seen]]]:
        """Return what this run raises, by the supplier's reference and the id of the alert."""
        run, found = self.to_store.run, dict[str, dict[str, list[Seen]]]()
        both = zip(run.findings, self.to_store.about, strict=True)
        for position, (finding, party) in enumerate(both):
            if finding.supplier_ref and finding.outcome in ("review", "adverse"):
                one = Seen(finding, run.id, position, run.started_at, "", party)
                for id_ in self._aliases.get(one.alert_id, (one.alert_id,)):
                    of_ref = found.setdefault(finding.supplier_ref, {})
                    of_ref.setdefault(id_, []).append(one)
        return found

    @cached_property
    def _aliases(self) -> Mapping[str, Sequence[str]]:
        return self.workspace.casework.alerts.aliases()

    @cached_property
    def _today(self) -> date:
        return self.workspace.now().date()

    def _changed(
        self, ref: str, row: StoredAlert, then: Sequence[Finding], now: tuple[Finding, ...]
    ) -> Iterator[MatchChange]:
        """Yield how an alert is found otherwise, if nothing but the matcher can be why."""
        ours, theirs = self._compared_then(row, then), self._compared_now(ref, now)
        alert = replace(
            alert_of(row, now, self.evidence), load=lambda: theirs, party_sha256=identity(theirs)
        )
        was, first = alert_of(row, tuple(then), self.evidence).first, alert.first
        if row.entry_id:
            if not same_facts(ours, theirs):
                return
        elif ours == theirs or not self._caused_by_matches(ref, first):
            return
        changed = tuple(_list_changed_parts(was, first))
        stronger = stronger_by_a_word(first.score, was.score)
        weaker = stronger_by_a_word(was.score, first.score)
        back = row.found == "not matched"
        if changed or stronger or weaker or back:
            yield _build_match_change(
                row.id,
                first,
                "back" if back else "changed",
                before=was.score,
                now=first.score,
                changed=changed,
                state=row.state_on(self._today),
                reopened=stronger and self._reopens(row, alert),
            )

    def _reopens(self, row: StoredAlert, alert: Alert) -> bool:
        """Return whether decisions about an alert hold no longer, and did until now."""
        casework = self.workspace.casework
        if row.state_on(self._today) == "open":
            return False
        ids = {row.id, *casework.alerts.earlier_ids(row.id)}
        ids.update(id_ for line in row.joined for id_ in line.ids)
        history = casework.decisions.of(ids)
        carried = carried_over(casework, self.evidence, alert, history)
        where = status(
            carried.decisions,
            alert.party_sha256,
            alert.entry_sha256,
            self._today,
            rules_of(self.workspace.settings),
            severity=carried.severity,
            joined=row.joined,
            weaker=carried.weaker,
        )
        return where.state == "open"

    def _is_not_matched(self, ref: str, row: StoredAlert, then: Sequence[Finding]) -> bool:
        """Return whether what the alert compares is the same on both sides, and was looked for."""
        entry = self._entry_now(row.list_id, row.entry_id)
        if entry is None:
            return False
        # A check may make nothing more of a match that there still is.
        matched = self.to_store.pairs.get((ref, row.list_id, row.entry_id), ())
        if any(one.subject_name in matched for one in then):
            return False
        parties = self.evidence.parties(self.to_store.run.id, ref)
        return same_facts(self._compared_then(row, then), gather_compared(then, parties, entry))

    def _gone(self, row: StoredAlert, then: Sequence[Finding], news: MatchNews) -> MatchChange:
        first = alert_of(row, tuple(then), self.evidence).first
        state = row.state_on(self._today)
        return _build_match_change(row.id, first, news, before=first.score, state=state)

    def _new(self, ref: str, known: Collection[str]) -> Iterator[MatchChange]:
        """Yield the alerts that the run before could have raised, and did not."""
        if ref not in self._newest:
            return
        store = self.workspace.casework.alerts
        for id_, seen in self._now.get(ref, {}).items():
            if id_ in known or ((row := store.get(id_)) and row.found != "no"):
                continue
            findings = tuple(one.finding for one in seen)
            first = findings[0]
            before = self._before(ref, first.list_id)
            if before and first.entry_id:
                entry = self._entry_of(before, first.list_id, first.entry_id)
                if entry is None:
                    continue
                then = gather_compared(findings, self.evidence.parties(before, ref), entry)
                caused = same_facts(then, self._compared_now(ref, findings))
            else:
                caused = self._caused_by_matches(ref, first)
            if caused:
                news: MatchNews = "back" if row else "new"
                yield _build_match_change(
                    id_, first, news, now=first.score, state="resolved" if row else ""
                )

    def _compared_then(self, row: StoredAlert, then: Sequence[Finding]) -> Compared:
        return self.evidence.compared(then, row.run_id, row.entry_sha256)

    def _compared_now(self, ref: str, findings: Sequence[Finding]) -> Compared:
        first = findings[0]
        parties = self.evidence.parties(self.to_store.run.id, ref) if first.entry_id else ()
        return gather_compared(
            findings, parties, self.to_store.entries.get((first.list_id, first.entry_id))
        )

    def _entry_now(self, list_id: str, entry_id: str) -> ListEntry | None:
        return self._entry_of(self.to_store.run.id, list_id, entry_id)

    def _entry_of(self, run_id: str, list_id: str, entry_id: str) -> ListEntry | None:
        """Return an entry as the list had it that a run searched; None where it had none, or is
        gone.
        """
        run = self.evidence.run(run_id)
        version = _map_list_versions(run).get(list_id) if run else None
        if version is None:
            return None
        try:
            return self.workspace.lists.entry(version, entry_id)
        except KeyError:
            return None

    def _caused_by_matches(self, ref: str, finding: Finding) -> bool:
        """Return whether a check that names no list entry rests on matches, and compared the same
        supplier with the same lists as the last run by another matcher.
        """
        run_id = self._before(ref, finding.list_id)
        run = self.evidence.run(run_id) if run_id else None
        then, now = self.evidence.supplier(run_id, ref), self.to_store.suppliers[ref]
        return (
            finding.check_id in _of_matches()
            and run is not None
            and then is not None
            and type(then) is type(now)
            and identity(then) == identity(now)
            and _version_names(run) == _version_names(self.to_store.run)
        )


@cache
def _of_matches() -> Collection[str]:
    """Return the checks that rest on matches though they name no list entry."""
    return {id_ for id_, check in registry.checks().items() if check.needs in _OF_MATCHES}


def _build_match_source_key(finding: Finding) -> tuple[str, str, str]:
    return finding.check_id, finding.list_id, finding.entry_id


def _list_matching_settings(run: Run) -> tuple[object, ...]:
    return run.threshold, run.policy_sha256, run.basis.limit if run.basis else None


def _map_list_versions(run: Run) -> Mapping[str, ListVersion]:
    return {one.list_id: one.version for one in run.lists if one.version}


def _version_names(run: Run) -> Mapping[str, str]:
    return {list_id: one.version for list_id, one in _map_list_versions(run).items()}


def _list_changed_parts(was: Finding, now: Finding) -> Iterator[ChangedPart]:
    if (was.subject_name, was.entry_name) != (now.subject_name, now.entry_name):
        yield "names"
    if _select_match_evidence(was) != _select_match_evidence(now):
        yield "evidence"
    if was.severity != now.severity:
        yield "severity"


def _select_match_evidence(finding: Finding) -> object:
    """Return what agrees and what differs, whatever it adds to the score and in which order."""
    if not finding.entry_id:
        return gather_compared([finding], (), None).facts
    told = (
        (one.name, one.query, one.listed, one.verdict, one.detail)
        for one in finding.features
        if not one.said
    )
    return finding.certainty, frozenset(told)


def _build_match_change(
    alert_id: str,
    finding: Finding,
    news: MatchNews,
    *,
    before: float | None = None,
    now: float | None = None,
    changed: tuple[ChangedPart, ...] = (),
    state: str = "",
    reopened: bool = False,
) -> MatchChange:
    return MatchChange(
        alert_id=alert_id,
        news=news,
        severity=finding.severity,
        check_id=finding.check_id,
        check_title=finding.check_title,
        list_id=finding.list_id,
        entry_id=finding.entry_id,
        before=before,
        now=now,
        changed=changed,
        state=state,
        reopened=reopened,
        handling=finding.handling,
        person=finding.person,
    )
