"""What a digest tells: the items, what changed in them, and their words."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from types import MappingProxyType

from duediligence.model import SEVERITIES, Finding, ListStatus, Run, ScopeGap, not_looked_at
from duediligence.model.alerts import Alert
from duediligence.model.entries import EntryKey
from duediligence.model.findings import by_event
from duediligence.model.list_states import reason_words
from duediligence.model.matcher_effects import MatcherEffect
from duediligence.model.messages import DigestItem
from duediligence.render import verdict
from duediligence.render.matcher_change import BECAUSE, NOT_MATCHED
from duediligence.render.saying import latin_first
from duediligence.render.wording import LIST_STATES, moment, score_words, sentence, visible
from duediligence.screening.alerts.content import content_of, hashed
from duediligence.screening.alerts.earlier_form import content_hash
from duediligence.text.wording import count, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSnapshot:
    """One scope looked at again, and how far that look can be trusted.

    `certain`: nothing in it was unknown. `dossier`: the registers were asked. `gaps`: what the
    installation does not look at. `searched`: the
    lists that were searched in a copy fresh enough, and did not hold more than could be shown.
    `in_words`: by key, the hash to compare with what an earlier version told.
    """

    scope: str
    items: tuple[DigestItem, ...]
    certain: bool = True
    dossier: bool = False
    gaps: tuple[ScopeGap, ...] = ()
    searched: frozenset[str] = frozenset()
    in_words: Mapping[str, str] = field(default_factory=dict)

    def is_over(self, told: DigestItem) -> bool:
        """Return whether something told, and not found again, is over: not seen is not yet gone."""
        if told.list_id and told.list_id not in self.searched:
            return False
        return self.certain and not self.is_narrower(told)

    def left_scope(self, told: DigestItem) -> bool:
        """Return whether a thing that could not be checked is no longer looked at: it is neither
        checked by now nor still to be checked.
        """
        asked = self.certain and self.dossier
        return asked and told.kind == "unknown" and self.is_narrower(told)

    def is_narrower(self, told: DigestItem) -> bool:
        """Return whether less of the registers was looked at than when it was reported."""
        if not (told.dossier and self.dossier):
            return told.dossier
        return not not_looked_at(self.gaps) <= not_looked_at(told.gaps)


@dataclass(frozen=True, slots=True)
class DigestChanges:
    """What to tell, and what to keep. `kept` are to stand as told, `dropped` no longer to stand.

    `by_matcher` says what runs found otherwise because of a new matcher, a line each.
    """

    new: list[DigestItem] = field(default_factory=list)
    changed: list[DigestItem] = field(default_factory=list)
    over: list[DigestItem] = field(default_factory=list)
    kept: list[DigestItem] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    by_matcher: tuple[str, ...] = ()

    @property
    def to_tell(self) -> bool:
        return bool(self.new or self.changed or self.over or self.by_matcher)


def compare_digest_items(
    told: Mapping[str, DigestItem],
    looks: Iterable[ScopeSnapshot],
    *,
    left_out: Collection[str] = (),
    gone: Collection[str] = (),
) -> DigestChanges:
    """Compare. A scope that was not looked at stays as it was reported.

    `left_out` are keys that people settled: no longer told, and their end not told either. `gone`
    are scopes of which nothing is left to tell, as of a supplier that was removed.
    """
    found = DigestChanges()
    now: dict[str, DigestItem] = {}
    by_scope: dict[str, list[DigestItem]] = {}
    for one in told.values():
        by_scope.setdefault(one.scope, []).append(one)
        if one.scope in gone or one.key in left_out:
            found.dropped.append(one.key)
    for look in looks:
        items = {item.key: item for item in look.items if item.key not in left_out}
        now |= items
        for key, item in items.items():
            before = told.get(key)
            if before is None:
                found.new.append(item)
            elif before.sha256 != look.in_words.get(key, item.sha256):
                found.changed.append(item)
            asked = item.dossier or (before is not None and before.dossier)
            standing = replace(item, dossier=asked)
            if standing != before:
                found.kept.append(standing)
        for before in by_scope.get(look.scope, ()):
            if before.key in items or before.key in left_out or before.scope in gone:
                continue
            if look.is_over(before):
                found.over.append(before)
                found.dropped.append(before.key)
            elif look.left_scope(before):
                found.dropped.append(before.key)
    return _one_an_event(found, told, now)


def _one_an_event(
    found: DigestChanges, told: Mapping[str, DigestItem], now: Mapping[str, DigestItem]
) -> DigestChanges:
    """Return the changes with one item an event, however many of its sources are new, changed or
    gone.

    An event is new where all its sources are, and over where none is left. What is kept of each
    source is the same. `now` are the items of today.
    """

    def event(item: DigestItem) -> str:
        return item.flag or item.key

    sources: dict[str, list[DigestItem]] = {}
    for item in now.values():
        sources.setdefault(event(item), []).append(item)
    # The event of today of which a source that is gone was one.
    goes_on = {event(told[key]): event(item) for key, item in now.items() if key in told}
    new = {item.key for item in found.new}
    of_new = {event(item): item for item in found.new}
    changed = dict.fromkeys(map(event, found.changed))
    changed |= dict.fromkeys(one for one in of_new if any(s.key not in new for s in sources[one]))
    changed |= dict.fromkeys(goes_on[event(one)] for one in found.over if event(one) in goes_on)
    # A source that was not looked at may tell of it still.
    left = {event(item) for key, item in told.items() if key not in found.dropped}
    gone = {item.key: item for item in found.over}
    over = {event(item): item for item in reversed(found.over) if event(item) not in left}
    return replace(
        found,
        new=[now.get(one, of_new[one]) for one in of_new if one not in changed],
        changed=[now.get(one, sources[one][0]) for one in changed],
        # Its lead of before may stand under another event.
        over=[gone.get(one, item) for one, item in reversed(over.items())],
    )


# Of a longer section nobody reads the end, and mail servers take no message of any length.
MOST_LINES = 300
_SCOPE = "What this installation looks at, and what it does not"


def format_digest_subject(changes: DigestChanges) -> str:
    """Return `duediligence: 2 new flags, 1 resolved, 1 list not checked`: names nobody."""
    made = Counter(
        (kind, change)
        for change in ("new", "changed", "over")
        for kind in (told.kind for told in getattr(changes, change))
    )

    def said(number: int, one: str, rest: str = "") -> str:
        return count(number, one) + rest if number else ""

    lists = made["list", "new"] + made["list", "changed"]
    things = made["unknown", "new"] + made["unknown", "changed"]
    parts = [
        said(made["flag", "new"], "new flag"),
        said(made["flag", "changed"], "changed flag"),
        f"{made['flag', 'over']:,} resolved" if made["flag", "over"] else "",
        said(lists, "list", " not checked"),
        said(things, "thing", " not checked"),
        "last screening incomplete" if made["run", "new"] + made["run", "changed"] else "",
        said(made["list", "over"], "list", " checked again"),
        said(made["unknown", "over"], "thing", " now checked"),
        "last screening complete" if made["run", "over"] else "",
        "a new matcher" if changes.by_matcher else "",
    ]
    return "duediligence: " + ", ".join(part for part in parts if part)


def format_digest_text(
    changes: DigestChanges,
    at: datetime,
    scope: Sequence[str] = (),
    restricted: str = "",
    numbers: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the digest as plain text: flags, then what could not be checked, then the scope.

    `restricted` is the line that counts the reports that are kept apart, empty for none. `numbers`
    are those of the alerts, by the key of their item.
    """

    def section(title: str, items: Iterable[DigestItem]) -> list[str]:
        return _section(title, items, numbers)

    now = [*changes.new, *changes.changed]
    parts = [f"What changed up to {moment(at)}.\n"]
    parts += [f"{line}\n" for line in changes.by_matcher]
    parts += section("New flags", [t for t in changes.new if t.kind == "flag"])
    parts += section("Changed flags", [t for t in changes.changed if t.kind == "flag"])
    parts += section(
        "Resolved: checked again, and not raised", [t for t in changes.over if t.kind == "flag"]
    )
    parts += section(
        "Not checked: results for these are incomplete", [t for t in now if t.kind != "flag"]
    )
    parts += section("Now checked", [t for t in changes.over if t.kind != "flag"])
    parts.append(
        "A flag is a possible match or a point to look at: the officer decides. The flags file "
        "and the report say why each was raised and what to do next."
    )
    parts += ["", restricted] if restricted else []
    parts += ["", f"{_SCOPE}:", *(f"- {line}" for line in scope)] if scope else []
    return "\n".join(parts) + "\n"


def _section(title: str, told: Iterable[DigestItem], numbers: Mapping[str, str]) -> list[str]:
    lines = [
        f"- [{one.severity}] {_prefix_number(one, numbers)}{one.line}"
        if one.kind == "flag"
        else f"- {one.line}"
        for one in sorted(told, key=lambda one: (-SEVERITIES.index(one.severity), one.line))
    ]
    if not lines:
        return []
    more = len(lines) - MOST_LINES
    cut = [f"- and {more:,} more, all in the flags file"] if more > 0 else []
    return [f"{title} ({len(lines):,})", *lines[:MOST_LINES], *cut, ""]


def _prefix_number(item: DigestItem, numbers: Mapping[str, str]) -> str:
    return f"{number}: " if (number := numbers.get(item.key)) else ""


_NO_EFFECT = MatcherEffect()
# The scope of alerts that people had decided about; no supplier's.
OPEN_AGAIN = "open again"


def of_findings(
    run: Run,
    findings: Sequence[Finding],
    scope: str,
    *,
    people: bool,
    dossier: bool = False,
    apart: Collection[str] = (),
    parted: Collection[frozenset[EntryKey]] = (),
) -> tuple[DigestItem, ...]:
    """Return the findings of one scope, those of one key as one. `people`: name them.

    `apart` are keys of what is not about the event that it seems to be about. List entries of a
    pair that is `parted` are not one party.
    """
    effect = run.by_matcher.get(findings[0].supplier_ref, _NO_EFFECT) if findings else _NO_EFFECT
    by_matcher = {(one.check_id, one.list_id, one.entry_id) for one in effect.changes}
    by_key: dict[str, list[Finding]] = {}
    for finding in findings:
        by_key.setdefault(key_of(finding), []).append(finding)
    flags: dict[str, str] = {}
    further: dict[str, list[Finding]] = {}
    for lead, *also in by_event([one for one in findings if key_of(one) not in apart], parted):
        first = key_of(lead)
        if others := [one for one in also if key_of(one) != first]:
            flags |= dict.fromkeys(map(key_of, (lead, *others)), first)
            further[first] = others
    return tuple(
        DigestItem(
            key=key,
            scope=scope,
            kind="unknown" if same[0].outcome == "unknown" else "flag",
            sha256=hashed(sorted(content_of(finding) for finding in same)),
            line=_describe_flag_item(run, same[0], people=people)
            + _format_further_sources(run, further.get(key, ()))
            + (f"; {BECAUSE}" if _build_item_key(same[0]) in by_matcher else ""),
            severity=same[0].severity,
            list_id=same[0].list_id,
            dossier=dossier,
            flag=flags.get(key, ""),
            gaps=run.scope.gaps if run.scope else (),
            from_facts=True,
        )
        for key, same in by_key.items()
    )


def of_not_matched(
    run: Run, findings: Sequence[Finding], scope: str, *, people: bool, dossier: bool = False
) -> tuple[DigestItem, ...]:
    """Return the findings of a supplier that the run does not match though neither side changed:
    they are not over.
    """
    bare = replace(run, by_matcher={})
    return tuple(
        replace(one, sha256=hashed([one.sha256, NOT_MATCHED]), line=f"{one.line}; {NOT_MATCHED}")
        for one in of_findings(bare, findings, scope, people=people, dossier=dossier)
    )


def _build_item_key(finding: Finding) -> tuple[str, str, str]:
    return finding.check_id, finding.list_id, finding.entry_id


def _format_further_sources(run: Run, further: Iterable[Finding]) -> str:
    """Return by which further sources an event is known; what is not public has no line of its
    own.
    """
    public = [one for one in further if one.handling == "public"]
    titles = dict.fromkeys(verdict.list_title(run, one) or one.check_title for one in public)
    return visible(f"; also in {listed(titles)}") if titles else ""


def hashes_in_words(findings: Iterable[Finding], told: Mapping[str, DigestItem]) -> dict[str, str]:
    """Return by key, the hash that an earlier version would have of those told by one."""
    by_key: dict[str, list[str]] = {}
    for finding in findings:
        if (before := told.get(key := key_of(finding))) is not None and not before.from_facts:
            by_key.setdefault(key, []).append(content_hash(finding))
    return {key: hashed(sorted(some)) for key, some in by_key.items()}


def of_lists(statuses: Iterable[ListStatus], failed: Iterable[str]) -> tuple[DigestItem, ...]:
    """Return the lists whose results are incomplete. `failed`: ids whose last refresh failed."""
    failures = set(failed)
    return tuple(
        DigestItem(
            key=hashed(["list", status.list_id]),
            scope="lists",
            kind="list",
            # Not the reason, in which the days go by.
            sha256=hashed([status.state, status.list_id in failures]),
            line=visible(
                f"{status.title}: {LIST_STATES[status.state]}. "
                f"{sentence(reason_words(status.reasons, people=False))}".strip()
            ),
        )
        for status in statuses
        if status.blocks_complete_run
    )


def open_again_key(alert: Alert) -> str:
    """Return what tells that an alert is open again from that it was before, after another
    decision.
    """
    return hashed([OPEN_AGAIN, *alert.first.key, alert.last_decision])


def of_open_again(run: Run, alert: Alert, *, people: bool) -> DigestItem:
    """Return an alert that a decision holds no longer for. Not why: that may name people."""
    return DigestItem(
        key=open_again_key(alert),
        scope=OPEN_AGAIN,
        kind="flag",
        sha256=hashed(OPEN_AGAIN),
        line=f"{_describe_flag_item(run, alert.first, people=people)}; open again",
        severity=alert.severity,
        list_id=alert.first.list_id,
    )


def of_run(run: Run) -> tuple[DigestItem, ...]:
    """Say that the run is incomplete, where it is."""
    if run.complete:
        return ()
    return (
        DigestItem(
            key=hashed(["run"]),
            scope="run",
            kind="run",
            sha256=hashed(sorted(status.list_id for status in run.not_checked)),
            line=visible(verdict.warning(run)),
        ),
    )


def key_of(finding: Finding) -> str:
    """Return the hash of `Finding.key`, which may name a person and so is not kept here."""
    return hashed(list(finding.key))


def _describe_flag_item(run: Run, finding: Finding, *, people: bool) -> str:
    if finding.about == "row":
        file = PurePath(run.supplier_file).name
        return visible(f"{file}, {finding.subject_name}: {finding.check_title}")
    who = finding.supplier_name
    who += f" ({finding.supplier_ref})" if finding.supplier_ref else ""
    if finding.handling != "public":
        return visible(f"{who}: a flag for {finding.handling} use, shown in the report only")
    parts = [f"{who}: {finding.check_title}"]
    itself = finding.about == "supplier"
    if finding.about in ("list", "register"):
        parts.append(finding.subject_name)
    elif itself and finding.subject_name != finding.supplier_name:
        parts.append(f"as {finding.subject_name}")
    elif not itself and people:
        parts.append(f"for {finding.subject_name}, {finding.subject_role}")
    elif not itself:
        parts.append(f"about its {finding.subject_role}")
    if finding.entry_name:
        # What is not public was left above: an entry of a public list is always named.
        parts.append(f"possible match {latin_first(finding.entry_name)}")
    if finding.list_id and finding.about != "list":
        parts.append(verdict.list_title(run, finding))
    if finding.score is not None:
        parts.append(score_words(finding.score))
    return visible(", ".join(parts))
