"""A buyer's own contracts, taken from published notices: what a file would change, and keeping it.

There is one register of suppliers: a supplier that a notice names and that is not in it is listed,
and added only if the person says so.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from duediligence.casework.supplier_editing import contract_with, free_ref, make_supplier_change
from duediligence.errors import Conflict, Invalid, NotFound
from duediligence.model import Contract, ContractNotice, Identifier, Supplier
from duediligence.model.audit import AuditEvent, AuditValue
from duediligence.model.entries import PROCUREMENT
from duediligence.model.supplier_changes import combine_suppliers, with_contracts
from duediligence.model.suppliers import NoticeEvent
from duediligence.render.wording import visible
from duediligence.screening.access import require_action, use_case
from duediligence.screening.resolution.candidates import LocalRegister
from duediligence.screening.resolution.resolving import names_of
from duediligence.screening.workspace import Workspace
from duediligence.suppliers.contract_notices import (
    OLD_FORMS,
    NoticedContract,
    NoticeFile,
    is_name_of,
    is_notice_untried,
    read_contract_notices,
    read_notice_words,
)
from duediligence.suppliers.differences import contract_line
from duediligence.suppliers.facts import ContractFacts, facts_of_contract
from duediligence.suppliers.identity import firm_name, numbers_differ, read_legal_forms
from duediligence.text.dates import long_date
from duediligence.text.money import in_pounds
from duediligence.text.postcodes import compact_postcode
from duediligence.text.wording import count, listed

NoticeOutcome = Literal["new", "changed", "same", "to add", "not accepted", "no contract"]
# What each outcome is called above the contracts that have it.
OUTCOME_TITLES: dict[NoticeOutcome, str] = {
    "new": "New contracts of suppliers that you have",
    "changed": "Contracts that you have, with more notices",
    "to add": "Contracts of suppliers that you do not have",
    "not accepted": "Not accepted: a person has to look",
    "no contract": "About contracts that you do not have",
    "same": "Already here",
}
_EVENTS: dict[NoticeEvent, str] = {
    "award": "awarded",
    "change": "contract change intended",
    "performance": "performance assessed",
    "termination": "contract ended",
    "procurement ended": "procurement ended without this contract",
    "removed from the market": "supplier removed from the dynamic market",
}
# What creates no contract that is not here.
_ONLY_REPORTED = ("procurement ended", "removed from the market")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What becomes of one contract of a file: `line` says which, `why` why it is not accepted."""

    outcome: NoticeOutcome
    ref: str
    line: str
    why: str = ""


@dataclass(slots=True)
class NoticePlan:
    """What a file of notices would change: suppliers as they are and as they would be.

    `new` are those that would be added, in `after` with their contracts. `is_checked`: a register
    is loaded, by which their numbers are checked.
    """

    read: NoticeFile
    is_checked: bool
    rows: list[NoticeRow] = field(default_factory=list)
    before: dict[str, Supplier] = field(default_factory=dict)
    after: dict[str, Supplier] = field(default_factory=dict)
    new: dict[str, Supplier] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Return what names this plan, so that what is kept is what was seen."""
        return sha256(repr((self.rows, self.after, self.read.sha256)).encode()).hexdigest()

    @property
    def groups(self) -> list[tuple[NoticeOutcome, str, list[str]]]:
        """Return each outcome that occurs, its title, and the contracts in words."""
        by_outcome: dict[NoticeOutcome, list[str]] = defaultdict(list)
        for one in self.rows:
            by_outcome[one.outcome].append(f"{one.line}. {one.why}" if one.why else one.line)
        return [
            (outcome, title, by_outcome[outcome])
            for outcome, title in OUTCOME_TITLES.items()
            if outcome in by_outcome
        ]


@use_case("read")
def preview_contract_notices(
    workspace: Workspace, path: Path, *, buyers: Collection[str] = ()
) -> NoticePlan:
    """Return what keeping the contracts of these buyers would change; nothing is written.

    Without a buyer it is the council that the settings name. Raises UsageError for a file that
    cannot be read, Forbidden, StorageError.
    """
    require_action(workspace, "change suppliers")
    read = read_contract_notices(
        path,
        tuple(filter(None, buyers)) or (workspace.settings.council_name,),
        today=workspace.now().date(),
    )
    with workspace.casework.snapshot():
        return _NoticePlanner(workspace, read).plan()


@use_case("change suppliers", event="supplier changed")
def keep_contract_notices(
    workspace: Workspace,
    path: Path,
    *,
    buyers: Collection[str] = (),
    add: Collection[str] = (),
    seen: str = "",
    note: str = "",
) -> int:
    """Keep the contracts, and add the suppliers of these references; one change each.

    `seen` is the fingerprint of the plan that was looked at. Returns how many suppliers changed.
    Raises NotFound for a reference that is not to be added, Conflict where something changed since.
    """
    with workspace.casework.transaction():
        plan = preview_contract_notices(workspace, path, buyers=buyers)
        if seen and seen != plan.fingerprint:
            raise Conflict("Something changed since you looked, so nothing was kept")
        if unknown := sorted(set(add) - plan.new.keys()):
            raise NotFound(f"{unknown[0]!r} is not a supplier to add")
        note = note or f"Contract notices: {plan.read.file}"
        wanted = dict.fromkeys(add)
        changed = [ref for ref in plan.after if ref in plan.before]
        imports = workspace.casework.supplier_imports
        before_all = imports.read_rows(changed)
        for ref in wanted:
            free_ref(workspace, ref)
            make_supplier_change(workspace, "added", (ref,), after=(plan.after[ref],), note=note)
        for ref in changed:
            before, after = (plan.before[ref],), (plan.after[ref],)
            make_supplier_change(workspace, "edited", (ref,), before=before, after=after, note=note)
        if wanted or changed:
            what: dict[str, AuditValue] = {
                "file": plan.read.file,
                "file_sha256": plan.read.sha256,
                "added": len(wanted),
                "changed": len(changed),
                "refused_rows": sum(one.outcome == "not accepted" for one in plan.rows),
            }
            event = AuditEvent("contracts imported", workspace.now(), workspace.who, what)
            imports.add(event, before_all, [*wanted, *changed])
    return len(wanted) + len(changed)


def format_kept(changed: int) -> str:
    """Return what keeping the contracts came to, in words."""
    return f"Kept: {count(changed, 'supplier')} changed." if changed else "Nothing changed."


def list_notice_remarks(plan: NoticePlan) -> list[str]:
    """Return what there is to know of a file, in words."""
    read = plan.read
    types = [f"{name_notice_kind(kind)}: {number:,}" for kind, number in sorted(read.kinds.items())]
    untried = filter(is_notice_untried, sorted(read.kinds))
    untried_names = listed(map(name_notice_kind, untried))
    return [
        f"{count(read.own, 'notice')} of your own, {count(read.others, 'notice')} of other buyers, "
        "which are not read",
        *([f"Types: {'; '.join(types)}"] if types else []),
        *([f"Never tried on a real notice: {untried_names}"] if untried_names else []),
        *(f"Left out: {number:,} {reason}" for reason, number in (+read.left_out).items()),
        *(
            ["No register is loaded: numbers of suppliers that you do not have are not checked."]
            if plan.new and not plan.is_checked
            else []
        ),
        *(["None of your own notices reports a contract."] if read.own and not plan.rows else []),
        *(["The service has more notices after this page."] if read.next_page else []),
    ]


def list_notice_buyers(read: NoticeFile) -> list[tuple[str, str]]:
    """Return each buyer that a file names, the most frequent first, and in words."""
    return [
        (name, f"{name} ({count(number, 'notice')})") for name, number in read.buyers.most_common()
    ]


def name_notice_kind(kind: str) -> str:
    """Return what a type of notice is called, with its code where it has one."""
    title = read_notice_words("titles").get(kind, "Unknown type of notice")
    return f"{kind} {title[0].lower()}{title[1:]}" if kind not in OLD_FORMS else title


def format_notice(notice: ContractNotice) -> str:
    """Return what a notice reports, on one line."""
    what, value = _EVENTS[notice.event], ""
    if notice.on:
        what += f"{', from' if notice.event == 'change' else ' on'} {long_date(notice.on)}"
    if notice.value is not None:
        value = f"{notice.currency} {notice.value:,.2f}"
        if notice.currency in ("GBP", ""):
            value = in_pounds(notice.value)
    untried = "of a type never tried on a real notice" if is_notice_untried(notice.kind) else ""
    head = f"{name_notice_kind(notice.kind)} {notice.number}, {long_date(notice.published)}"
    return visible(f"{head}: {', '.join(filter(None, (what, value, untried, notice.said)))}")


class _NoticePlanner:
    """Finds the supplier and the contract that each contract of a file is about."""

    def __init__(self, workspace: Workspace, read: NoticeFile) -> None:
        self.plan_of = NoticePlan(read, bool(workspace.register.versions()))
        self.register = LocalRegister(workspace.register)
        self.now: dict[str, Supplier] = {}
        self.by_number: dict[Identifier, list[str]] = defaultdict(list)
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for one in workspace.suppliers.all():
            self._index_supplier(one)

    def plan(self) -> NoticePlan:
        """Return what the file would change."""
        self.plan_of.before = dict(self.now)
        for noticed in self.plan_of.read.contracts:
            if noticed.refused:
                self._add_row("not accepted", "", noticed, why=noticed.refused)
            elif noticed.supplier is None:
                known = [ref for ref, one in self.now.items() if _find_contract(one, noticed)]
                for ref in known:
                    self._apply(ref, noticed)
                if not known:
                    self._add_row("no contract", "", noticed)
            elif isinstance(found := self._find_supplier(noticed.supplier), str):
                self._apply(found, noticed)
            else:
                self._add_row("not accepted", "", noticed, why=found.message)
        new, after = self.plan_of.new, self.plan_of.after
        self.plan_of.new = {ref: one for ref, one in new.items() if ref in after}
        return self.plan_of

    def _index_supplier(self, one: Supplier) -> None:
        self.now[one.ref] = one
        for number in one.identifiers:
            self.by_number[number].append(one.ref)
        for name in {firm_name(each.text) for each in names_of(one)}:
            self.by_name[name].append(one.ref)

    def _find_supplier(self, noticed: Supplier) -> str | Conflict:
        """Return the reference of a supplier, or why it is not known: a number counts only
        with a name that agrees, and a name only where nothing contradicts it.
        """
        numbered = dict.fromkeys(
            ref for one in noticed.identifiers for ref in self.by_number.get(one, ())
        )
        for one in noticed.identifiers:
            refs, entity = self.by_number.get(one, ()), self.register.by_number(one)
            registered = []
            if entity:
                registered = [entity.name, *(each.text for each in entity.other_names)]
            for known in [_list_known_names(self.now[ref]) for ref in refs] or [registered]:
                # The register adds names to a supplier here only where it has a name of it, too.
                if any(is_name_of(each, registered) for each in known):
                    known = [*known, *registered]
                if known and not is_name_of(noticed.name, known):
                    return Conflict(
                        f"The notice gives it the number {one.id}, which is that of {known[0]}. If "
                        "the two are one business, add that supplier with this name as a trading "
                        "name, and import the file again"
                    )
        named = dict.fromkeys(self.by_name.get(firm_name(noticed.name), ()))
        against = {ref: _find_contradiction(noticed, self.now[ref]) for ref in named}
        able = numbered or {ref: None for ref, what in against.items() if not what}
        if len(able) > 1:
            return Conflict(f"It may be {listed(able)}: merge them if they are one supplier")
        if named and not able:
            ref, what = next(iter(against.items()))
            return Conflict(
                f"{listed(named)} has the same name and another {what}. If {ref} is the one in the "
                f"notice, correct its {what}; if not, add the other one; then import the file again"
            )
        if not able:
            self.plan_of.new[noticed.ref] = noticed
            self._index_supplier(noticed)
        return next(iter(able), noticed.ref)

    def _apply(self, ref: str, noticed: NoticedContract) -> None:
        supplier = self.now[ref]
        held = _find_contract(supplier, noticed)
        seen = {_build_report_key(one) for one in held.notices} if held else set()
        fresh = [one for one in noticed.notices if _build_report_key(one) not in seen]
        if held is None and all(one.event in _ONLY_REPORTED for one in fresh):
            self._add_row("no contract", ref, noticed)
            return
        try:
            contract = _add_notices(supplier, held, noticed, fresh)
        except Invalid as error:
            self._add_row("not accepted", ref, noticed, why=error.message)
            return
        if fresh:
            if noticed.supplier:
                more = replace(noticed.supplier, name=supplier.name, identifiers=(), address=None)
                supplier = combine_suppliers(supplier, more)
            others = (one for one in supplier.engagements if one != held)
            kept = (contract if one == held else one for one in supplier.engagements)
            self.now[ref] = with_contracts(supplier, kept if held else (*others, contract))
            self.plan_of.after[ref] = self.now[ref]
        outcome: NoticeOutcome = "changed" if fresh and held else "new" if fresh else "same"
        if ref in self.plan_of.new:
            outcome = "to add"
        self._add_row(outcome, ref, noticed, contract)

    def _add_row(
        self,
        outcome: NoticeOutcome,
        ref: str,
        noticed: NoticedContract,
        contract: Contract | None = None,
        why: str = "",
    ) -> None:
        supplier = self.now.get(ref) or noticed.supplier
        who = f"{supplier.name}{f' ({ref})' if ref else ''}" if supplier else ""
        line = noticed.facts.title
        if contract:
            line = contract_line(replace(contract, description="", notices=()))
        line = ": ".join(filter(None, (who, line)))
        reported = " · ".join(dict.fromkeys(map(format_notice, noticed.notices)))
        self.plan_of.rows.append(NoticeRow(outcome, ref, visible(f"{line}. {reported}"), why))


def _list_known_names(supplier: Supplier) -> list[str]:
    return [one.text for one in names_of(supplier)]


def _find_contradiction(noticed: Supplier, known: Supplier) -> str:
    """Return which fact says that two suppliers of one name are two; empty where none does."""
    forms = read_legal_forms(noticed.name)
    theirs = [
        read_legal_forms(one)
        for one in _list_known_names(known)
        if firm_name(one) == firm_name(noticed.name)
    ]
    if forms and all(one and forms.isdisjoint(one) for one in theirs):
        return "legal form"
    if numbers_differ(noticed.identifiers, known.identifiers):
        return "number"
    ours, other = (
        compact_postcode(one.address.postcode) if one.address else "" for one in (noticed, known)
    )
    if ours and other:
        return "" if ours == other else "postcode"
    # Two registers may be of two bodies, but firms of every register have a procurement number.
    registers = [
        {each.scheme for each in one.identifiers} - {PROCUREMENT} for one in (noticed, known)
    ]
    return "number" if all(registers) and registers[0].isdisjoint(registers[1]) else ""


def _build_report_key(one: ContractNotice) -> tuple[object, ...]:
    return one.number, one.award, one.event, one.on, one.said


def _find_contract(supplier: Supplier, noticed: NoticedContract) -> Contract | None:
    """Return the contract of the same award; of the same title, where no other notice is of it."""
    same_process = [
        one
        for one in supplier.engagements
        if any(
            each.process == noticed.process and noticed.award in ("", each.award)
            for each in one.notices
        )
    ]
    if same_process or noticed.supplier is None:
        return next(iter(same_process), None)
    title = noticed.facts.title.casefold()
    return next(
        (one for one in supplier.engagements if one.title.casefold() == title and not one.notices),
        None,
    )


def _add_notices(
    supplier: Supplier,
    held: Contract | None,
    noticed: NoticedContract,
    fresh: Iterable[ContractNotice],
) -> Contract:
    """Return the contract with the notices that are new to it. Raises Invalid.

    A later notice replaces days and values of an earlier one; an intended change has none.
    What the buyer's own register says stays, and notices add what it lacks.
    """
    facts, new = noticed.facts, tuple(fresh)
    if held is None:
        titles = {one.title.casefold() for one in supplier.engagements}
        if facts.title.casefold() in titles and new:
            facts = replace(facts, title=f"{facts.title[:300]} ({new[0].number} {noticed.award})")
        changed = contract_with(Contract(), facts)
    elif held.notices and new and new[-1].published >= held.notices[-1].published:
        newer = ("start", "end", "value", "value_with_vat")
        changed = contract_with(held, ContractFacts(**{one: getattr(facts, one) for one in newer}))
    else:
        changed = contract_with(contract_with(Contract(), facts), facts_of_contract(held))
    notices = (*(held.notices if held else ()), *new)
    return replace(
        changed, notices=tuple(sorted(notices, key=lambda one: (one.published, one.number)))
    )
