"""Suppliers as one person may see them: a page of all, and one at length.

What was found is shown by the rules of `showing` and `runs_shown`: a restricted record only where
it is asked for, which is recorded, and without it no reading that may rest on it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from duediligence.casework import disclosure, supplier_words
from duediligence.casework.contract_regimes import ContractLaw, list_laws_of
from duediligence.casework.disclosure import collect_known_names, redact_run, without_people
from duediligence.casework.queue import Filters, list_event_outlines
from duediligence.casework.registrations_shown import RegistrationsView, registrations_of
from duediligence.casework.runs_shown import record_shown
from duediligence.casework.showing import LEFT_OUT, AlertRow, queue_for
from duediligence.casework.supplier_checks import CheckLine, check_lines
from duediligence.casework.supplier_history import SupplierHistory, contacts_shared, history
from duediligence.errors import Invalid
from duediligence.extension import load_parts
from duediligence.model import Declaration, Finding, Run, Supplier
from duediligence.model.declarations import APPLIES_TO, AppliesTo
from duediligence.render import verdict
from duediligence.render.dossier_section import DossierParts, PartLine, dossier_parts, part_lines
from duediligence.render.html_page import find_match_marks
from duediligence.render.ownership_graph import People
from duediligence.render.scope import scope_lines
from duediligence.render.set_aside import SetAsideShown, set_aside_shown
from duediligence.screening.access import (
    hide_birth_dates,
    may_see_personal_insolvency,
    use_case,
)
from duediligence.screening.resolution.resolving import supplier_of
from duediligence.screening.run.reading import by_supplier, overall_reading
from duediligence.screening.workspace import Workspace
from duediligence.store.casework.alerts import WAITING
from duediligence.store.casework.runs import RunHeading, StoredReading
from duediligence.store.casework.suppliers import Link
from duediligence.text.wording import listed

NOT_SCREENED = "Not screened"
HIDDEN = "Left out"
LOOK_UPS_LEFT_OUT = "Look-up records of insolvent individuals are left out here."
HIDDEN_WHY = "Something about it is restricted and left out here."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingWords:
    """The overall reading of a supplier in words, and why. `incomplete` says that something could
    not be checked, `withheld` that it is left out because it may rest on a restricted record.
    """

    words: str
    why: str
    incomplete: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSupplier:
    """A supplier of the list. `run_id` is its newest run, empty for none; `alerts` is how many of
    its alerts, those about one event as one, wait for a person.
    """

    ref: str
    name: str
    company_number: str
    postcode: str
    contracts: int
    ended: date | None
    reading: ReadingWords
    run_id: str
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppliersPage:
    """Some suppliers by reference. `total` pass the filter; `ended` more do that have ended and are
    left out. The page after begins after the reference `after`, empty where this is the last.
    """

    rows: tuple[ListedSupplier, ...]
    total: int
    ended: int
    after: str


@use_case("read")
def suppliers_page(
    workspace: Workspace, q: str = "", after: str = "", size: int = 50, *, everything: bool = False
) -> SuppliersPage:
    """Return at most `size` suppliers whose name, reference or number has `q` in it, from after the
    reference `after`; with those that have ended if `everything`.

    Raises Invalid for a size below 1, StorageError.
    """
    if size < 1:
        raise Invalid(f"{size} is not a valid page size", field="size", hint="Enter 1 or more.")
    with workspace.casework.snapshot():
        matching = workspace.suppliers.matching(q)
        ended = workspace.suppliers.ended(workspace.now().date())
        refs = [ref for ref in matching if everything or ref not in ended]
        begin = bisect_right(refs, after) if after else 0
        on_page = refs[begin : begin + size]
        suppliers = [one for ref in on_page if (one := workspace.suppliers.get(ref))]
        readings = _load_supplier_readings(workspace, on_page)
        newest = workspace.screened.newest_of(on_page)
    waiting = Counter(event.lead.supplier_ref for event in list_event_outlines(workspace, _OPEN))
    return SuppliersPage(
        rows=tuple(
            ListedSupplier(
                ref=one.ref,
                name=one.name,
                company_number=one.company_number,
                postcode=one.address.postcode if one.address else "",
                contracts=len(one.engagements),
                ended=one.ended,
                reading=readings[one.ref],
                run_id=newest.get(one.ref, ""),
                alerts=waiting[one.ref],
            )
            for one in suppliers
        ),
        total=len(refs),
        ended=len(matching) - len(refs),
        after=on_page[-1] if begin + size < len(refs) else "",
    )


_OPEN = Filters(states=WAITING)


def _load_supplier_readings(
    workspace: Workspace, refs: Sequence[str]
) -> Mapping[str, ReadingWords]:
    found = dict.fromkeys(refs, ReadingWords(words=NOT_SCREENED, why=""))
    of_run: dict[str, list[str]] = {}
    for ref, run_id in workspace.screened.newest_of(refs).items():
        of_run.setdefault(run_id, []).append(ref)
    for run_id, some in of_run.items():
        findings = workspace.screened.about(run_id, ["", *some])
        stored = workspace.runs.readings(run_id)
        for ref, about in by_supplier(findings, some).items():
            found[ref] = _format_supplier_reading(about, stored.get(ref), restricted=False)
    return found


def _format_supplier_reading(
    about: Sequence[Finding], stored: StoredReading | None, *, restricted: bool
) -> ReadingWords:
    """Return the reading of one supplier as its run has it, else from all its findings, those about
    every supplier included.
    """
    incomplete = any(finding.outcome == "unknown" for finding in about)
    if not restricted and any(finding.handling == "restricted" for finding in about):
        return ReadingWords(words=HIDDEN, why=HIDDEN_WHY, incomplete=incomplete, withheld=True)
    reading = stored or overall_reading(about)
    words = ", ".join(reading.words).capitalize()
    return ReadingWords(words=words, why=reading.why, incomplete=incomplete)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedView:
    """What the newest run of a supplier found. `run` holds its findings alone, as they may be
    shown, `warning` what was not checked, empty where all was, `gaps` each of it; `withheld` says
    what is left out, empty for nothing.

    `points` are what a person should look at, with `verdict.facts(run, point)` each at length.
    `lists` are those searched, `checks` the others. `parts` are those of the dossier and `dossier`
    what they hold, empty and None where no register was asked. `set_aside` are the matches that
    raise no alert.
    """

    run: Run
    headline: str
    warning: str
    withheld: str
    gaps: tuple[verdict.Gap, ...]
    points: tuple[verdict.Point, ...]
    lists: tuple[verdict.SearchedList, ...]
    unused: str
    checks: tuple[CheckLine, ...]
    parts: tuple[PartLine, ...]
    dossier: DossierParts | None
    scope: tuple[str, ...]
    set_aside: SetAsideShown


@dataclass(frozen=True, slots=True)
class SupplierSection:
    """What an extension shows of a supplier: lines, and an address with the words of its link."""

    title: str
    lines: tuple[str, ...]
    address: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierView:
    """One supplier at length.

    `described` is what is stored of it and how many share its contacts, `contracts` has each with
    its law, `under` who works under it;
    `screened` is None where it never was. `alerts` are all of it, settled ones too. `declarations`
    are the answers that count and who each is about, `has_form` that it gave a share code, `links`
    what was settled by hand about who it is, oldest first, `runs` those that covered it, newest
    first. `registrations` are those with regulators of care, children's services and schools.
    `reports` counts the intelligence reports that may concern it, in words; empty for none.
    `sections` are what extensions show of it.
    """

    supplier: Supplier
    reading: ReadingWords
    described: tuple[verdict.PointLine, ...]
    contracts: tuple[ContractLaw, ...]
    under: tuple[verdict.PointLine, ...]
    screened: ScreenedView | None
    alerts: tuple[AlertRow, ...]
    declarations: tuple[tuple[Declaration, str], ...]
    has_form: bool
    links: tuple[Link, ...]
    runs: tuple[RunHeading, ...]
    history: SupplierHistory
    registrations: RegistrationsView
    reports: str = ""
    sections: tuple[SupplierSection, ...] = ()


@use_case("read")
def supplier_for(
    workspace: Workspace, ref: str, *, restricted: bool = False, people: bool = True
) -> SupplierView:
    """Return one supplier, by its reference or the buyer's, with all that is known of it.

    Unless `people`, those behind it are roles and numbers or initials, and what may name them
    otherwise is left out, as in a report. No register is asked. Raises NotFound, also for one that
    was merged into another, and StorageError.
    """
    supplier = supplier_of(workspace, ref)
    ref = supplier.ref
    above = (workspace.suppliers.get(one.supplier_ref) for one in supplier.part_of)
    names = {one.ref: one.name for one in above if one}
    reading, screened = _load_screened_view(workspace, ref, restricted=restricted, people=people)
    alerts = queue_for(
        workspace,
        Filters(supplier=ref),
        everything=True,
        restricted=restricted,
        people="on screen" if people else "redacted",
    )
    shown = supplier if people else without_people(supplier)
    return SupplierView(
        supplier=shown,
        reading=reading,
        described=(
            *supplier_words.describe_supplier(shown, names),
            *supplier_words.list_contact_lines(contacts_shared(workspace, supplier)),
        ),
        contracts=list_laws_of(workspace, shown),
        under=tuple(supplier_words.working_under(supplier, workspace.suppliers.below(ref))),
        screened=screened,
        alerts=alerts.rows,
        declarations=_load_declarations(workspace, ref, people=people),
        has_form=workspace.supplier_information.current(ref) is not None,
        links=_load_supplier_links(workspace, ref, people=people),
        runs=tuple(workspace.runs.headings(ref=ref)),
        history=_load_supplier_history(workspace, ref, people=people),
        registrations=registrations_of(workspace, ref),
        reports=disclosure.format_restricted_reports(
            disclosure.count_reports_about(workspace, [ref])
        ),
        sections=tuple(
            section
            for list_sections in load_parts(workspace.extensions, "sections")
            for section in list_sections(workspace, ref, people)
        ),
    )


def _load_screened_view(
    workspace: Workspace, ref: str, *, restricted: bool, people: bool
) -> tuple[ReadingWords, ScreenedView | None]:
    run_id = workspace.screened.newest_of([ref]).get(ref, "")
    run, compared = hide_birth_dates(
        workspace, (workspace.runs.outline(run_id), workspace.runs.compared(run_id, ref))
    )
    if run is None or compared is None:
        return ReadingWords(words=NOT_SCREENED, why=""), None
    stored = workspace.runs.readings(run_id).get(ref)
    findings = hide_birth_dates(workspace, tuple(workspace.screened.about(run_id, ["", ref])))
    insolvency = may_see_personal_insolvency(workspace)
    held = sum(one.handling == "restricted" for one in findings)
    look_ups = sum(bool(one.look_up) for one in compared.set_aside) if insolvency else 0
    if restricted and held + look_ups:
        record_shown(workspace, {"findings": held + look_ups, "supplier": ref}, run_id)
    own = {key: one for key, one in run.readings.items() if key == ref}
    # As a report about one supplier has it.
    own_aside = compared.set_aside
    gone = run.namesakes - workspace.runs.count_set_aside(run_id)
    run = replace(
        run,
        findings=findings,
        readings=own,
        suppliers=1,
        ended_suppliers=0,
        weakenings=run.weakenings_about(ref),
        set_aside=own_aside,
        namesakes=len(own_aside) + gone,
    )
    known = collect_known_names(compared.supplier, compared.dossier, compared.entries)
    shown, withheld = redact_run(
        run, {ref: known}, people=people, restricted=restricted, insolvency=insolvency
    )
    dossier = compared.dossier
    flagged = find_match_marks(shown).get(ref, {})
    how: People = "shown" if people else "redacted"
    whole = restricted and not withheld.restricted
    return _format_supplier_reading(findings, stored, restricted=whole), ScreenedView(
        run=shown,
        headline=verdict.headline(shown),
        warning=verdict.warning(shown),
        withheld=verdict.format_withheld_note(shown)
        or (LOOK_UPS_LEFT_OUT if look_ups and not restricted else ""),
        gaps=tuple(verdict.gaps(shown)),
        points=tuple(verdict.points(shown)),
        lists=tuple(verdict.searched_lists(shown)),
        unused=verdict.format_unused_lists(shown),
        checks=tuple(check_lines(shown, dossier)),
        parts=tuple(part_lines(dossier, how)) if dossier else (),
        dossier=dossier_parts(dossier, flagged, how) if dossier else None,
        scope=tuple(scope_lines(shown)),
        set_aside=set_aside_shown(shown),
    )


def _load_declarations(
    workspace: Workspace, ref: str, *, people: bool
) -> tuple[tuple[Declaration, str], ...]:
    """Return each answer once, with everyone that it is about."""
    insolvency = may_see_personal_insolvency(workspace)
    about: dict[Declaration, list[AppliesTo]] = {}
    for one in workspace.declarations.standing(ref).get(ref, ()):
        # In its own words a supplier may name anybody.
        is_shown = people and (insolvency or not one.may_tell_of_insolvency)
        details = one.details if is_shown or not one.details else LEFT_OUT
        answer = replace(one, applies_to="supplier", details=details)
        about.setdefault(answer, []).append(one.applies_to)
    return tuple((one, listed(sorted(of, key=APPLIES_TO.index))) for one, of in about.items())


def _load_supplier_links(workspace: Workspace, ref: str, *, people: bool) -> tuple[Link, ...]:
    links = workspace.links.history(ref)
    if people:
        return tuple(links)
    return tuple(replace(one, note=LEFT_OUT if one.note else "") for one in links)


_NAMING = ("people", "unread")


def _load_supplier_history(workspace: Workspace, ref: str, *, people: bool) -> SupplierHistory:
    whole = history(workspace, ref)
    if people:
        return whole
    return replace(
        whole,
        changes=tuple(
            replace(
                one,
                note=LEFT_OUT if one.note else "",
                changes=tuple(each for each in one.changes if each.field not in _NAMING),
            )
            for one in whole.changes
        ),
    )
