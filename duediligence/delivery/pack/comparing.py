"""The findings of a case derived again, and compared with those that it holds."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

from duediligence import registry
from duediligence.casework.disclosure import LEFT_OUT as NAMES_LEFT_OUT
from duediligence.casework.disclosure import WORDING_LEFT_OUT, collect_known_names, redact_run
from duediligence.delivery.pack.case import LEFT_OUT, PARTS_WITH_PEOPLE, Case, StatedDifferences
from duediligence.law.declarations import add_asked_grounds
from duediligence.matching import MATCHER_VERSION, Index
from duediligence.model import (
    Declared,
    Dossier,
    Finding,
    ListEntry,
    ListStatus,
    NotHeld,
    NotInScope,
    NotKnown,
    Party,
    PossibleMatch,
    Run,
    SharedPremises,
    Supplier,
    Text,
    Unread,
    UnreadCells,
)
from duediligence.model.answer_comparisons import ComparedAnswers
from duediligence.model.labour import LabourSigns
from duediligence.model.registrations import (
    NeededRegistrations,
    NumberOfAnother,
    OwnedRegistrations,
    RegistrationsToAsk,
)
from duediligence.model.runs import Basis
from duediligence.model.supplier_information import SupplierInformation
from duediligence.model.suppliers import BuyerFacts
from duediligence.render.saying import format_text as worded
from duediligence.render.verdict import WITHHELD
from duediligence.screening.alerts.earlier_form import recorded_before
from duediligence.screening.dossiers.parties import parties_of
from duediligence.screening.lookup.incremental import subject
from duediligence.screening.lookup.list_search import MatchCollector, Possible, split_owned
from duediligence.screening.lookup.parties import deduplicate_parties, parties, shared_at
from duediligence.screening.lookup.registered_services import list_registration_keys
from duediligence.screening.run.answer_comparison import compare_with_registers
from duediligence.screening.run.findings import JUDGEMENT_VERSION, Assessor, check_context
from duediligence.screening.run.policy import Policy
from duediligence.screening.run.reading import overall_reading
from duediligence.screening.run.registrations import RegistrationSearch
from duediligence.screening.run.stages import find_labour_signs
from duediligence.store.records import encode
from duediligence.typed_data import decode_json
from duediligence.version import __version__


def looked_up(case: Case, basis: Basis) -> tuple[Party, ...]:
    """Return whom the run looked up for the supplier, premises apart."""
    dossier = case.compared.dossier
    if dossier is None:
        return parties(case.supplier, kind=basis.kind)
    return deduplicate_parties(parties_of(dossier))


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from a case: its findings, and the packed entries that a party may be."""

    findings: list[Finding]
    entries: set[tuple[str, str]]


def derive_case_findings(case: Case, basis: Basis, *, people: bool) -> Derived:
    """Return everything that follows from the case, by the program of today.

    Unless `people`, it is what follows without them, with what is personal left out as it is in the
    pack. That a list held more matches than are shown, and that a shared address is not that of a
    crowd, is taken as the case says. Raises msgspec.DecodeError for a policy that cannot be read.
    """
    run = case.run
    assess = _build_assessor(run, basis)
    everyone = looked_up(case, basis)
    found: list[Finding] = []
    used: set[tuple[str, str]] = set()
    dossier = case.compared.dossier
    dossiers = {case.supplier.ref: dossier} if dossier else {}
    nation = assess.buyer.nation
    needed = RegistrationSearch([case.supplier], dossiers, run.lists, run.as_of, nation)
    for status in run.lists:
        found += assess.about_list(status)
        if status.version is None:
            continue
        threshold = assess.policy.thresholds.get(status.list_id, run.threshold)
        matched = list(_match_parties_again(case, basis, status, everyone, threshold))
        for possible in matched:
            needed.collect(possible, status)
            used |= {(entry.list_id, entry.id) for entry in possible.entries}
        alone, owned = split_owned(matched, nation)
        for possible in alone:
            found += assess.about_possible(possible, status)
        for several in owned:
            found += assess.about_owned(several, status)
    found += assess.about_supplier(case.supplier)
    if dossier is not None:
        found += assess.about_dossier(dossier if people else _of_firms(dossier))
    found += needed.assess(assess)
    for signs in find_labour_signs([case.supplier], found, dossiers if people else {}, run.lists):
        found += assess.about_labour(signs)
    if case.compared.declarations is not None:
        about = (finding for finding in found if finding.supplier_ref == case.supplier.ref)
        asked = add_asked_grounds(about)
        found += assess.about_declarations(
            Declared(case.supplier, case.compared.declarations, asked)
        )
    if case.answers is not None:
        stated = case.answers
        found += assess.about_answers(
            ComparedAnswers(case.supplier, stated.stated_on, stated.comparisons)
        )
    return Derived(found if people else _without_people(case, found), used)


def _build_assessor(run: Run, basis: Basis) -> Assessor:
    policy = decode_json(basis.policy, Policy)
    context = check_context(run.as_of, basis.schedule_7_years)
    return Assessor(run.id, policy, context, basis.buyer or BuyerFacts())


def find_compared_answers(
    case: Case, forms: Sequence[SupplierInformation]
) -> StatedDifferences | None:
    """Return the differences from which the case's finding about them follows, by the newest of the
    supplier's forms that gives it; None where there is none. Birth dates are left out.
    """
    run, dossier = case.run, case.compared.dossier
    said = [_encode_finding(one) for one in case.findings if _needs_answers(one)]
    if not said or dossier is None or run.basis is None:
        return None
    assess = _build_assessor(run, run.basis)
    for form in reversed(forms):
        differing = tuple(
            replace(one, stated="", shown="") if one.kind == "birth date differs" else one
            for one in compare_with_registers(form, dossier)
            if one.verdict == "differs"
        )
        answers = ComparedAnswers(case.supplier, form.submitted_on, differing)
        if [*map(_encode_finding, assess.about_answers(answers))] == said:
            return StatedDifferences(form.submitted_on, differing)
    return None


def _needs_answers(finding: Finding) -> bool:
    check = registry.checks().get(finding.check_id)
    return check is not None and check.needs is ComparedAnswers


def _of_firms(dossier: Dossier) -> Dossier:
    """Return the dossier without the parts that lack somebody: no check can say anything of
    these.
    """
    gone = {
        part: NotInScope("no-company-register")
        for part in PARTS_WITH_PEOPLE
        if getattr(dossier, part) == NotKnown(LEFT_OUT)
        or (part in _OF_PEOPLE and isinstance(getattr(dossier, part), tuple))
    }
    return replace(dossier, **gone)  # type: ignore[arg-type]


def _without_people(case: Case, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings as a pack without people has them."""
    compared = case.compared
    known = collect_known_names(compared.supplier, compared.dossier, compared.entries)
    run = replace(case.run, findings=tuple(found))
    shown, _ = redact_run(run, {case.supplier.ref: known}, people=False, restricted=False)
    return [finding for finding in shown.findings if finding.check_id != WITHHELD]


def _match_parties_again(
    case: Case, basis: Basis, status: ListStatus, everyone: tuple[Party, ...], threshold: float
) -> Iterator[Possible]:
    listed = (entry for entry in case.compared.entries if entry.list_id == status.list_id)
    entries = {entry.id: entry for entry in sorted(listed, key=lambda entry: entry.id)}
    if not entries:
        return
    index = Index.build(entries.values())
    placed = status.list_id in basis.premises
    by_place = case.compared.premises if placed else ()
    said = [finding for finding in case.findings if finding.list_id == status.list_id]
    watchlist = registry.find_watchlists().get(status.list_id)
    collector = MatchCollector(
        basis.topics.get(status.list_id, ""),
        status.title,
        placed,
        basis.limit,
        watchlist.labour_sign if watchlist else None,
    )
    for position, party in enumerate((*everyone, *by_place)):
        possible = collector.collect(
            case.supplier,
            party,
            index.search(subject(party), threshold=threshold, limit=basis.limit + 1),
            entries.__getitem__,
            partial(_find_stated_premises, party, entries.values(), status, said),
            partial(_find_keyed, entries.values()),
            by_place=position >= len(everyone),
        )
        if possible:
            names = {one.match.query_name for one in possible.matches}
            more = any(f.subject_name in names and f.more_matches for f in said)
            yield replace(possible, more=more)


def _find_keyed(entries: Iterable[ListEntry], key: str) -> list[ListEntry]:
    return [entry for entry in entries if key in list_registration_keys(entry)]


def _find_stated_premises(
    party: Party,
    entries: Iterable[ListEntry],
    status: ListStatus,
    said: Sequence[Finding],
    matched: Container[str],
) -> Iterator[SharedPremises]:
    """Yield what stands at the party's addresses, of what the case says does."""
    if party.kind == "person":
        return
    name = party.names[0].text
    about = {f.entry_id for f in said if f.score is None and f.subject_name == name}
    here = [entry for entry in entries if entry.id in about]
    for address in party.addresses:
        yield from shared_at(address, party, here, matched, status.title)


# When a finding was first raised is known from the runs before, which are not in a pack. A role
# is compared by its words (`subject_role`): an earlier version stored nothing else.
_TAKEN = ("first_seen", "party_role")


_MARK = "left out"  # the feature that stands for those that were taken out of a finding
_OF_PEOPLE = ("officers", "owners", "parents")  # a part of these without people is another one
_SEVERAL = (NeededRegistrations, OwnedRegistrations, RegistrationsToAsk, LabourSigns)
_DERIVED = (
    Dossier,
    LabourSigns,
    ListStatus,
    NeededRegistrations,
    NumberOfAnother,
    OwnedRegistrations,
    PossibleMatch,
    RegistrationsToAsk,
    SharedPremises,
    Supplier,
    Unread,
    UnreadCells,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedCase:
    """How a case compares: how many findings follow from it, and lines for what does not.

    `cannot` says why it is not derived again, `not_derived` what of it, `withheld` what was left
    out with people, `kinds` how many of these by what was left out. None of these is a difference.
    """

    same: int = 0
    differences: tuple[str, ...] = ()
    not_derived: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    cannot: str = ""


def compared_again(case: Case, *, people: bool) -> ComparedCase:
    """Derive the case and compare. `people` says that nobody was left out of it."""
    run, basis = case.run, case.run.basis
    if run.matcher_version != MATCHER_VERSION:
        return ComparedCase(
            cannot=f"made by matcher {run.matcher_version}, this is {MATCHER_VERSION}"
        )
    if basis is None:
        return ComparedCase(cannot="made before runs kept their settings")
    if any(map(recorded_before, case.findings)):
        return ComparedCase(cannot=f"made by version {basis.tool}, which kept findings as text")
    if run.judgement_version != JUDGEMENT_VERSION:
        return ComparedCase(cannot="made by a version that judged the same facts otherwise")
    again = derive_case_findings(case, basis, people=people)
    found = again.findings
    if not any(finding.event for finding in case.findings):
        # An earlier version did not keep what happened as an event.
        found = [replace(finding, event=None) for finding in found]
    if not any(finding.signs for finding in case.findings):
        # Nor what could be a sign beside others.
        found = [replace(finding, signs=()) for finding in found]
    apart = [f for f in case.findings if not _is_derivable(f, case)]
    lines = list(_list_impossible_contents(case, basis, again.entries, people=people))
    known = Counter(map(_encode_finding, found))
    said, held, kinds = [], [], Counter[str]()
    for position, finding in enumerate(case.findings):
        if not _is_derivable(finding, case):
            continue
        follows = known[_encode_finding(finding)] > 0
        known[_encode_finding(finding)] -= follows
        if follows == (position in case.withheld):
            lines.append(
                f"{_format_finding_place(finding)}: it is marked as left out with people, and "
                "follows without them"
                if follows
                else f"{_format_finding_place(finding)}: it does not follow from what is in "
                "the pack"
            )
        if follows or position not in case.withheld:
            said.append(finding)
            continue
        kind = left_out_of(finding, case)
        if not kind:
            lines.append(
                f"{_format_finding_place(finding)}: it is marked as left out with people, and "
                "nothing of it is "
                "about people"
            )
        held.append(finding)
        kinds[kind] += 1
    if not people:
        # What was left out with people makes of one of these another: those it has count.
        kept = list(map(_encode_finding, said))
        found = [
            one for one in found if not _may_rest_on_people(one) or _encode_finding(one) in kept
        ]
    more, same = _compare_findings(said, found, held)
    lines += more
    lines += _compare_overall_reading(case)
    if lines and basis.tool != __version__:
        return ComparedCase(
            same=same,
            cannot=f"made by version {basis.tool}, this is {__version__}, which finds otherwise",
            not_derived=tuple(lines),
        )
    return ComparedCase(
        same=same,
        differences=tuple(lines),
        not_derived=tuple(
            f"{_format_finding_place(one)}: what the check looked at is not in the pack"
            for one in apart
            if one.check_id != WITHHELD
        ),
        withheld=tuple(map(_format_finding_place, held)),
        kinds=kinds,
    )


def _list_impossible_contents(
    case: Case, basis: Basis, used: Container[tuple[str, str]], *, people: bool
) -> Iterator[str]:
    """Yield what no run could have left in a pack."""
    run, compared = case.run, case.compared
    if set(basis.topics) != {status.list_id for status in run.lists}:
        yield "the run used other lists than it had topics of"
    if people:
        for entry in compared.entries:
            if (entry.list_id, entry.id) not in used:
                yield f"entry {entry.list_id} {entry.id}: nobody of the supplier is like it"
    if case.withheld and people:
        yield "findings are marked as left out with people, and people are not left out"
    if sorted(set(case.withheld)) != list(case.withheld) or any(
        not 0 <= one < len(case.findings) for one in case.withheld
    ):
        yield "what is marked as left out are not findings of this case"
    if any(one.supplier_ref != case.supplier.ref for one in run.set_aside):
        yield "a match that was set aside is of another supplier"
    if run.scope is not None and bool(run.scope.registers) != (compared.dossier is not None):
        yield "the run asked registers, and there is no dossier, or the other way round"
    ref = case.supplier.ref
    if any(one.supplier_ref != ref for one in compared.declarations or ()):
        yield "a declaration is of another supplier"
    # The number is the one that was found for it.
    if compared.dossier and case.supplier != replace(
        compared.dossier.supplier, identifiers=case.supplier.identifiers
    ):
        yield "the dossier is of another supplier"
    known = registry.find_watchlists()
    for status in run.lists:
        watchlist = known.get(status.list_id)
        if watchlist is None:
            continue
        topic, premises = basis.topics.get(status.list_id), status.list_id in basis.premises
        said = (status.title, topic, premises)
        if said != (watchlist.title, watchlist.topic, watchlist.premises):
            yield f"list {status.list_id}: its title, topic or kind is not that of the list"
    for finding in case.findings:
        if finding.party_role and str(finding.party_role) != finding.subject_role:
            yield f"{_format_finding_place(finding)}: its role is not in the words for it"
        if finding.supplier_ref not in ("", ref) or finding.run_id != run.id:
            yield f"{_format_finding_place(finding)}: it is of another supplier or run"
        if finding.check_id != WITHHELD and finding.check_id not in registry.checks():
            yield f"{_format_finding_place(finding)}: there is no such check"
    if sum(finding.check_id == WITHHELD for finding in case.findings) > 1:
        yield "two findings say what was left out"


def _compare_overall_reading(case: Case) -> Iterator[str]:
    """Yield the overall reading, which rests on restricted findings too, where there are any."""
    restricted = any(f.check_id == WITHHELD and f.outcome == "review" for f in case.findings)
    asked = case.compared.dossier is not None and not restricted
    said = case.run.readings.get(case.supplier.ref)
    if set(case.run.readings) != ({case.supplier.ref} if asked else set()):
        yield "the reading: it is missing, or of somebody else"
    elif said is not None:
        again = overall_reading(case.findings)
        if (again.words, again.why) != (said.words, said.why):
            yield f"the reading: {said.why!r} in the pack, {again.why!r} derived"


def to_withhold(case: Case) -> tuple[int, ...]:
    """Return the positions of findings that do not follow from a case without its people."""
    if case.run.basis is None or case.run.matcher_version != MATCHER_VERSION:
        return ()
    known = Counter(
        map(_encode_finding, derive_case_findings(case, case.run.basis, people=False).findings)
    )
    held = []
    for position, finding in enumerate(case.findings):
        if _is_derivable(finding, case):
            follows = known[_encode_finding(finding)] > 0
            known[_encode_finding(finding)] -= follows
            held += [] if follows else [position]
    return tuple(held)


def left_out_of(finding: Finding, case: Case) -> str:
    """Return what of a finding was left out with people, as the facts have it; empty where nothing
    is.
    """
    check = registry.checks()[finding.check_id]
    dossier, compared = case.compared.dossier, case.compared
    if check.needs is Dossier:
        with_people = not set(check.reads).isdisjoint(PARTS_WITH_PEOPLE)
        return "a part of a register that names people" if with_people else ""
    if check.needs is ComparedAnswers:
        return "what the supplier stated beside a register"
    if check.needs is Unread:
        return (
            "a part of a register that names people"
            if dossier and _has_parts_with_people(dossier)
            else ""
        )
    packed = any((e.list_id, e.id) == (finding.list_id, finding.entry_id) for e in compared.entries)
    if finding.person and not (packed and finding.about == "supplier"):
        return "a person"
    if finding.entry_id and not packed:
        return "an entry that may be a person's"
    if any(map(_has_redaction_mark, (finding.why, finding.happened, finding.next_step))) or any(
        one.name == _MARK for one in finding.features
    ):
        return "words that may name people"
    if check.needs in (*_SEVERAL, Declared) and any(
        left_out_of(one, case) for one in case.findings if _checks_one_subject(one)
    ):
        return "what rests on people"
    return ""


def _has_parts_with_people(dossier: Dossier) -> bool:
    return any(not isinstance(getattr(dossier, part), NotHeld) for part in PARTS_WITH_PEOPLE)


def _has_redaction_mark(text: Text) -> bool:
    """Return whether something personal was taken out of it."""
    return any(mark in worded(text) for mark in (NAMES_LEFT_OUT, WORDING_LEFT_OUT, LEFT_OUT))


def _checks_one_subject(finding: Finding) -> bool:
    """Return whether a check of today looked at one thing."""
    check = registry.checks().get(finding.check_id)
    return check is not None and check.needs not in (*_SEVERAL, Declared)


def _is_derivable(finding: Finding, case: Case) -> bool:
    """Return whether what the check looked at is in the pack: rows of files never are."""
    check = registry.checks().get(finding.check_id)
    if check is None:
        return False
    if check.needs is Declared:
        return case.compared.declarations is not None
    if check.needs is ComparedAnswers:
        return case.answers is not None
    return check.needs in _DERIVED


def _may_rest_on_people(finding: Finding) -> bool:
    """Return whether it rests on several entries or findings, or on a part that names people."""
    check = registry.checks()[finding.check_id]
    return check.needs in (*_SEVERAL, Unread) or not set(check.reads).isdisjoint(PARTS_WITH_PEOPLE)


def _compare_findings(
    said: Sequence[Finding], found: Sequence[Finding], held: Sequence[Finding]
) -> tuple[list[str], int]:
    """Return a line for each difference, and how many findings are the same."""
    lines: list[str] = []
    left = list(found)
    contents = [_encode_finding(finding) for finding in left]
    others = []
    for finding in said:
        try:
            at = contents.index(_encode_finding(finding))
        except ValueError:
            others.append(finding)
        else:
            del left[at], contents[at]
    for finding in others:
        twin = next((one for one in left if _build_role_key(one) == _build_role_key(finding)), None)
        if twin is None:
            continue
        left.remove(twin)
        for each in fields(Finding):
            ours, theirs = (getattr(_without_joins(one), each.name) for one in (finding, twin))
            if ours != theirs and each.name not in _TAKEN:
                lines.append(
                    f"{_format_finding_place(finding)}: {each.name} is {ours!r} in the pack, "
                    f"{theirs!r} derived"
                )
    for finding in left:
        # One that was put in other words is there: it was reported as withheld.
        if not any((f.check_id, f.list_id) == (finding.check_id, finding.list_id) for f in held):
            lines.append(
                f"{_format_finding_place(finding)}: it follows from what is in the pack, but "
                "is not in it"
            )
    return lines, len(said) - len(others)


def _encode_finding(finding: Finding) -> bytes:
    """Return all that a finding says, to the byte."""
    return encode(replace(_without_joins(finding), first_seen=None, party_role=None))


def _without_joins(finding: Finding) -> Finding:
    """Return the finding without what follows from whole lists, which are not in a pack."""
    event = finding.event
    return replace(finding, event=replace(event, listed_as=())) if event else finding


def _build_role_key(finding: Finding) -> tuple[object, ...]:
    return (*finding.key, finding.subject_role)


def _format_finding_place(finding: Finding) -> str:
    about = (finding.check_id, finding.subject_name, finding.list_id, finding.entry_id)
    return " ".join(filter(None, about))
