"""What is held about a supplier, sorted for a person who answers a request for information.

Freedom of Information Act 2000 and Environmental Information Regulations 2004. A record is
described by its kind and never by its content: the person who decides reads the record itself.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from duediligence.casework import alert_words, queue
from duediligence.casework.comments import list_comments
from duediligence.casework.disclosure import add_merged, collect_known_names
from duediligence.casework.letter_facts import letters_of
from duediligence.casework.runs_shown import record_shown
from duediligence.casework.showing import alert_row
from duediligence.extension import load_parts
from duediligence.law.exemptions import AccessRemark, Trait, list_access_remarks, load_exemptions
from duediligence.model import Charity, Company, Finding, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.audit import AuditValue
from duediligence.render.wording import uk_day
from duediligence.screening.access import find_refusal, use_case
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count

_REGISTERS = "Companies House, a charity register, or the supplier file"
# Topics of checks that rest on no public register.
_OWN_TOPICS = ("declarations", "network", "labour", "coverage", "identity")
_ENVIRONMENTAL = ("planning", "environmental_health")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRecord:
    """A record: its kind, what it is, the day it was made or came here, and its source.

    `traits` are what can call for an exemption. `where` is the number of the alert that it is read
    with, and `alert` the id, both empty for none. `withheld` says that this account may not see
    it, or did not ask to: then it has no day, no source and no trait.
    """

    kind: str
    what: str
    day: date | None = None
    source: str = ""
    traits: tuple[Trait, ...] = ()
    where: str = ""
    alert: str = ""
    withheld: bool = False


def describe_record(
    id_: str,
    on: date,
    *more: Trait,
    alert: Alert | None = None,
    noted: bool = False,
    **values: object,
) -> HeldRecord:
    """Return a record of that kind (`exemptions.toml`), with `more` traits than each has; `noted`
    says that it holds a text that a person wrote.
    """
    words = load_exemptions().records[id_]
    texts = {name: str(value) for name, value in values.items()}
    return HeldRecord(
        kind=words.kind,
        what=words.what.format_map(texts) + (", with a note" if noted else ""),
        day=uk_day(on) if isinstance(on, datetime) else on,
        source=words.source.format_map(texts),
        traits=tuple(dict.fromkeys((*words.traits, *more, *(("views",) if noted else ())))),
        where=alert.label if alert else "",
        alert=alert.id if alert else "",
    )


def withhold_records(kind: str, records: int, of: str, ask: str) -> Iterator[HeldRecord]:
    """Yield one record that says how many are withheld, and no more; nothing where none is."""
    if records:
        what = f"{count(records, of)} withheld from you here. {ask}"
        yield HeldRecord(kind=kind, what=what, withheld=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedRecords:
    """All that is held about the supplier, and what to know first, the warning above all.

    `restricted` says that restricted records were asked for; `made_at` is in UTC.
    """

    supplier: Supplier
    records: tuple[HeldRecord, ...]
    remarks: tuple[AccessRemark, ...]
    restricted: bool
    made_at: datetime


@use_case("export", event="report made")
def sort_held_records(workspace: Workspace, ref: str, *, restricted: bool = False) -> SortedRecords:
    """Return what is held about a supplier, for a person to decide; that it was seen is recorded.

    Restricted records are among them only if `restricted`, which is recorded too; otherwise they
    are counted. Raises NotFound, StorageError.
    """
    found = build_sorted_records(workspace, ref, restricted=restricted)
    what: dict[str, AuditValue] = {
        "supplier": found.supplier.ref,
        "records": len(found.records),
        "restricted": "shown" if restricted else "withheld",
    }
    workspace.record("report made", what, subject="disclosure")
    return found


def build_sorted_records(
    workspace: Workspace, ref: str, *, restricted: bool = False, people: bool = True
) -> SortedRecords:
    """Return the same for a use case that records it itself; people are named only if `people`."""
    supplier = supplier_of(workspace, ref)
    refs = add_merged(workspace, [supplier.ref])
    shared: Sequence[Callable[[Workspace, Collection[str], bool], Sequence[HeldRecord]]]
    shared = list(load_parts(workspace.extensions, "held"))
    return SortedRecords(
        supplier=supplier,
        records=(
            *_list_stored_records(workspace, supplier),
            *_list_alert_records(workspace, supplier.ref, restricted=restricted, people=people),
            *chain.from_iterable(_list_records_of(workspace, one) for one in sorted(refs)),
            *chain.from_iterable(part(workspace, refs, restricted) for part in shared),
        ),
        remarks=list_access_remarks(workspace.settings.buyer_nation),
        restricted=restricted,
        made_at=workspace.now(),
    )


def _list_stored_records(workspace: Workspace, supplier: Supplier) -> Iterator[HeldRecord]:
    row = workspace.suppliers.row(supplier.ref)
    at = datetime.fromisoformat(row.at) if row else workspace.now()
    yield describe_record("supplier", at)
    if people := len(supplier.people):
        yield describe_record("people", at, people=count(people, "person", "people"))


def _list_records_of(workspace: Workspace, ref: str) -> Iterator[HeldRecord]:
    """Yield what is kept under a reference, also of a supplier that was merged into this one."""
    for link in workspace.links.history(ref):
        yield describe_record("link", link.at, noted=bool(link.note))
    for change in workspace.casework.supplier_changes.of(ref):
        yield describe_record("change", change.at, noted=bool(change.note), act=change.kind)
    for one in workspace.declarations.history(ref):
        own: tuple[Trait, ...] = ("personal",) if one.details else ()
        yield describe_record(
            "declaration", one.declared_on, *own, title=one.title, answer=one.answer
        )
    for form in workspace.supplier_information.history(ref):
        personal: tuple[Trait, ...] = ("personal",) if form.parties else ()
        on = form.submitted_on or form.read_at or workspace.now()
        yield describe_record("form", on, *personal)
    for file in workspace.casework.attachments.of(ref):
        yield describe_record("attachment", file.kept_at, name=file.name)
    for run in workspace.runs.headings(ref=ref):
        compared = workspace.runs.compared(run.id, ref)
        dossier = compared.dossier if compared else None
        held = dossier and (
            isinstance(dossier.company, Company) or isinstance(dossier.charity, Charity)
        )
        behind = compared and collect_known_names(compared.supplier, dossier).people
        yield describe_record(
            "screening of registers" if held else "screening",
            run.started_at,
            *(("personal",) if behind else ()),
        )
    for record in workspace.audit.records(kind="report made", subject=ref):
        yield describe_record("pack", record.event.at, people=record.event.what.get("people"))


def _list_alert_records(
    workspace: Workspace, ref: str, *, restricted: bool, people: bool
) -> Iterator[HeldRecord]:
    """Yield each alert with its decisions, comments and letters."""
    titles = {one.id: f"{one.title}, {one.publisher}" for one in workspace.watchlists.values()}
    every, rules = queue.alerts(workspace, queue.Filters(supplier=ref)), queue.rules_of(workspace)
    asked = [one for one in every if one.restricted and restricted]
    seen = [one for one in asked if find_refusal(workspace, one.right) is None]
    if seen:
        record_shown(workspace, {"alerts": tuple(one.id for one in seen), "supplier": ref})
    hidden = [one for one in every if one.restricted and one not in seen]
    ask = "What was decided and written about them is withheld with them."
    yield from withhold_records("Findings", len(hidden), "restricted finding", ask)
    for alert in (one for one in every if one not in hidden):
        first, shown = alert.first, queue.shown_to(alert, workspace.who, rules)
        kept = _list_handling_traits(first)
        yield describe_record(
            "finding",
            first.first_seen or alert.last_seen,
            *kept,
            *_list_finding_traits(shown),
            alert=alert,
            point=_describe_finding(alert, people=people),
            severity=first.severity,
            state=shown.state,
            list=titles.get(first.list_id, first.list_id) or _REGISTERS,
        )
        for decision in shown.history:
            what = alert_words.what_was_decided(decision)
            noted = bool(decision.note)
            yield describe_record(
                "decision", decision.at, *kept, alert=alert, noted=noted, decided=what
            )
        for comment in list_comments(workspace, alert):
            yield describe_record("comment", comment.at, *kept, alert=alert)
        for letter in letters_of(workspace, alert.id):
            words = alert_words.letter_words(letter)
            yield describe_record("letter", letter.at, *kept, alert=alert, letter=words)


def _describe_finding(alert: Alert, *, people: bool) -> str:
    if alert.first.person and not people:
        return f"{alert.first.check_title}, about a person"
    row = alert_row(alert.id, alert)
    entry = f": {row.entry_name}" if row.entry_name else ""
    subject = alert_words.format_alert_subject(row)
    return f"{row.check_title}{entry}{', about ' if subject else ''}{subject}"


def _list_handling_traits(finding: Finding) -> tuple[Trait, ...]:
    """Return what follows from how a record is kept: what trading standards do not publish may be
    specified information (Enterprise Act 2002 s.238).
    """
    if finding.handling == "public":
        return ()
    return ("restricted", "consumer") if finding.power == "trading_standards" else ("restricted",)


def _list_finding_traits(alert: Alert) -> Iterator[Trait]:
    first = alert.first
    if first.handling == "public" and (first.list_id or first.topic not in _OWN_TOPICS):
        yield "published"
    if first.person:
        yield "personal"
    if first.power in _ENVIRONMENTAL:
        yield "environmental"
    if alert.state in ("open", "not sure", "awaiting second decision"):
        yield "unfinished"
    if first.topic == "declarations":
        yield "received"
