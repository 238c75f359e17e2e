"""Run the checks over what is known, and turn their outcomes into findings."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal, get_args

from duediligence import registry
from duediligence.contracts import CheckContext
from duediligence.contracts.checks import AnyCheck
from duediligence.law.possible_grounds import JudgedGrounds, find_ground_regimes, judge_grounds
from duediligence.law.regimes import ContractRegime
from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.matching.compare import name_similarity
from duediligence.matching.names.name_cells import GRAMMAR_VERSION
from duediligence.model import (
    NO_FINDING,
    NOT_APPLICABLE,
    OUT_OF_SCOPE,
    Company,
    Contract,
    Declared,
    Dossier,
    Finding,
    Handling,
    InUnreadRows,
    ListEntry,
    ListStatus,
    NotHeld,
    NotInScope,
    NotKnown,
    Outcome,
    PartialDate,
    Party,
    RejectedRow,
    SharedPremises,
    Supplier,
    Text,
    Unread,
    UnreadCells,
)
from duediligence.model.answer_comparisons import ComparedAnswers
from duediligence.model.circumstances import Circumstance
from duediligence.model.declarations import find_ground_codes
from duediligence.model.facts import clause_of, joined, say, word
from duediligence.model.judgements import GroundBasis
from duediligence.model.labour import LabourSigns
from duediligence.model.networks import NearMarked, NetworkPosition
from duediligence.model.registrations import (
    NeededRegistrations,
    NumberOfAnother,
    OwnedRegistrations,
    RegistrationsToAsk,
)
from duediligence.model.suppliers import BuyerFacts
from duediligence.screening.lookup.list_search import Possible
from duediligence.screening.run.policy import Policy

# Counts up when checks, or the law, make another severity or other grounds of the same facts,
# when they say another law of them, and when others are found to be named in a cell for a name.
JUDGEMENT_VERSION = f"5.{GRAMMAR_VERSION}"
ALL = "(all suppliers)"
# The public page of a company: what an officer opens, unlike the address the facts came from.
COMPANY_PAGE = "https://find-and-update.company-information.service.gov.uk/company/"
_NO_REASON = "a part of the registers was not read"


def check_context(today: date, schedule_7_years: Literal[3, 5] = 5) -> CheckContext:
    """Return the context of a run's checks, which compare names by the matcher of the lists."""
    return CheckContext(
        today,
        schedule_7_years=schedule_7_years,
        similarity=name_similarity,
        threshold=DEFAULT_THRESHOLD,
    )


def run_dossier_checks(
    checks: Iterable[AnyCheck], dossier: Dossier, context: CheckContext, policy: Policy
) -> Iterator[tuple[AnyCheck, Outcome]]:
    """Yield each check of a dossier with its outcome, those that found nothing included.

    A check is not run where a part that it reads is missing: `not_applicable` where one is not
    held, else `out_of_scope` where this installation never looks at one, else `unknown` with the
    reasons where one is not known. What found nothing in a part that was cut short is `unknown` as
    well.
    """
    cut_short = dict(dossier.cut_short)
    for check in checks:
        if check.needs is not Dossier:
            continue
        parts = [getattr(dossier, part) for part in check.reads]
        if any(isinstance(part, NotHeld) for part in parts):
            yield check, NOT_APPLICABLE
        elif any(isinstance(part, NotInScope) for part in parts):
            yield check, OUT_OF_SCOPE
        elif missing := [part.reason for part in parts if isinstance(part, NotKnown)]:
            yield check, _build_unknown_outcome(missing)
        else:
            outcome = check.run(dossier, replace(context, params=policy.params_of(check)))
            cut = [cut_short[part] for part in check.reads if part in cut_short]
            if cut and outcome.result == "clear":
                outcome = _build_unknown_outcome(cut)
            yield check, outcome


def _build_unknown_outcome(reasons: Iterable[str]) -> Outcome:
    """Return the outcome of a check that needs parts which are not known, for these reasons."""
    found = tuple(filter(None, dict.fromkeys(reasons)))
    why = joined("; ", [say("{reason}", reason=word(reason)) for reason in found])
    return Outcome("unknown", why=why or _NO_REASON, missing=found)


def _told_already(outcome: Outcome, told: Container[Text], missing: Container[str]) -> bool:
    """Return whether it says no more than what is told of the dossier anyway."""
    if outcome.missing:
        return all(reason in missing for reason in outcome.missing)
    return outcome.why in told


def format_finding_title(check: AnyCheck, outcome: Outcome) -> str:
    """Return what the finding is called. A check that was not made says so, and accuses nobody."""
    if outcome.result == "unknown" and check.question:
        return f"Could not check whether {check.question}"
    return check.title


@cache
def _by_need() -> Mapping[Any, tuple[AnyCheck, ...]]:
    """Return the checks by the class of their subject."""
    found: dict[Any, list[AnyCheck]] = {}
    for check in registry.checks().values():
        found.setdefault(check.needs, []).append(check)
    return {need: tuple(some) for need, some in found.items()}


@dataclass(frozen=True)
class Assessor:
    """Applies every check to a subject of the kind that it needs.

    `buyer` is what is so of contracts that do not say under which law they were bought.
    """

    run_id: str
    policy: Policy
    context: CheckContext
    buyer: BuyerFacts = field(default_factory=BuyerFacts)
    _regimes: dict[tuple[Contract, ...], tuple[ContractRegime, ...]] = field(default_factory=dict)

    def regimes_of(self, supplier: Supplier | None) -> tuple[ContractRegime, ...]:
        """Return the regimes under which the grounds of a supplier are named."""
        contracts = supplier.engagements if supplier else ()
        if contracts not in self._regimes:
            self._regimes[contracts] = find_ground_regimes(
                contracts, self.context.today, self.buyer
            )
        return self._regimes[contracts]

    def count_regimes(self, suppliers: Iterable[Supplier]) -> tuple[GroundBasis, ...]:
        """Return under which regimes the grounds of suppliers are named, the commonest first."""
        found = Counter(
            (one.code, one.certainty)
            for supplier in suppliers
            for one in {one.code: one for one in self.regimes_of(supplier)}.values()
        )
        return tuple(
            GroundBasis(regime=code, certainty=certainty, suppliers=number)
            for (code, certainty), number in found.most_common()
        )

    @cached_property
    def _contexts(self) -> Mapping[str, CheckContext]:
        """Return the context of each check, with its parameters."""
        return {
            check.id: replace(self.context, params=self.policy.params_of(check))
            for check in registry.checks().values()
        }

    def about_list(self, status: ListStatus) -> list[Finding]:
        version = status.version
        return [
            replace(
                self._finding(check, outcome),
                supplier_name=ALL,
                subject_name=status.title,
                subject_role="list",
                about="list",
                list_id=status.list_id,
                list_version=version.version if version else "",
                retrieved_at=version.retrieved_at if version else None,
            )
            for check, outcome in self._outcomes(status)
        ]

    def about_row(self, row: RejectedRow) -> list[Finding]:
        return [
            replace(
                self._finding(check, outcome),
                supplier_name=f"(row {row.row})",
                subject_name=f"row {row.row}",
                subject_role="supplier file",
                about="row",
            )
            for check, outcome in self._outcomes(row)
        ]

    def about_supplier(self, supplier: Supplier) -> list[Finding]:
        """Return what its own row says. The cells quoted of what was not read may name people."""
        unread = UnreadCells(supplier.unread)
        return [
            *self.about_subject(supplier, supplier),
            *self.about_subject(supplier, unread, person=unread.personal),
        ]

    def about_subject(self, supplier: Supplier, subject: object, **facts: Any) -> list[Finding]:
        """Return what the checks of a subject find of a supplier.

        `facts` are fields of the findings; without them they are about the supplier itself, and
        public.
        """
        itself = {"subject_name": supplier.name, "subject_role": "supplier", "about": "supplier"}
        return [
            replace(self._finding(check, outcome, supplier), **{**itself, **facts})
            for check, outcome in self._outcomes(subject)
        ]

    def about_dossier(self, dossier: Dossier) -> list[Finding]:
        """Return what the registers tell. What could not be checked is reported once for each
        reason, however many parts it left out and checks it stopped.
        """
        missing: dict[str, list[str]] = {}
        for part, reason in dossier.not_known():
            missing.setdefault(reason, []).append(part)
        stopped: dict[str, list[str]] = {reason: [] for reason in missing}
        told: set[Text] = set()
        found = []
        for check, outcome in run_dossier_checks(
            registry.checks().values(), dossier, self.context, self.policy
        ):
            unread = [
                reason
                for reason, parts in missing.items()
                if reason in outcome.missing and not set(parts).isdisjoint(check.reads)
            ]
            if outcome.result == "unknown" and unread:
                for reason in unread:
                    stopped[reason].append(check.id)
            elif outcome.result == "unknown" and _told_already(outcome, told, missing):
                continue
            elif outcome.result not in NO_FINDING:
                told.add(outcome.why)
                found.append(self._of_dossier(check, outcome, dossier, check.reads))
        for reason, parts in missing.items():
            unread_parts = Unread(tuple(parts), reason, tuple(stopped[reason]))
            for check, outcome in self._outcomes(unread_parts):
                finding = self._of_dossier(check, outcome, dossier, unread_parts.parts)
                found.append(
                    replace(
                        finding,
                        subject_name=unread_parts.title,
                        subject_role="register",
                        about="register",
                    )
                )
        return found

    def _of_dossier(
        self, check: AnyCheck, outcome: Outcome, dossier: Dossier, parts: tuple[str, ...]
    ) -> Finding:
        """With the page to open, and the time of the oldest of the facts that it rests on."""
        supplier = dossier.supplier
        number = dossier.company.number if isinstance(dossier.company, Company) else ""
        return replace(
            self._finding(check, outcome, supplier),
            company_number=number or supplier.company_number,
            subject_name=supplier.name,
            subject_role="supplier",
            about="supplier",
            entry_url=COMPANY_PAGE + number if number and check.topic != "charity" else "",
            retrieved_at=min(
                (s.retrieved_at for s in dossier.sources if s.part in parts), default=None
            ),
        )

    def about_possible(self, possible: Possible, status: ListStatus) -> list[Finding]:
        """Return what a list holds about one party, by name and by place."""
        assert status.version is not None
        supplier = possible.supplier
        about = [
            replace(
                self._of_entry(check, outcome, supplier, one.party, one.entry, status),
                subject_name=one.match.query_name,
                subject_role=str(one.role),
                party_role=one.role,
                entry_name=one.match.listed_name,
                score=one.match.score,
                features=(*one.match.features, *outcome.facts),
                more_matches=possible.more,
                subject_born=_drop_birth_day(one.party.birth_date),
                certainty=one.certainty,
                severity=one.severity(self.policy.severity(check, outcome)),
                next_step=say(
                    "{first}{then}", first=word(one.first_step), then=clause_of(outcome.next_step)
                )
                if one.first_step
                else outcome.next_step,
            )
            for one in possible.matches
            for check, outcome in self._outcomes(one)
        ]
        other_names: list[tuple[SharedPremises | NumberOfAnother, str]]
        other_names = [(one, "same premises, other name") for one in possible.shared]
        other_names += [(one, "a number is the same, another name") for one in possible.others]
        about += [
            replace(
                self._of_entry(check, outcome, supplier, one.party, one.entry, status),
                certainty=certainty,
            )
            for one, certainty in other_names
            for check, outcome in self._outcomes(one)
        ]
        return about

    def about_owned(self, owned: OwnedRegistrations, status: ListStatus) -> list[Finding]:
        """Return what one list holds of an owner of several registrations: never one of each."""
        version, every = status.version, (*owned.found, *owned.own)
        return self.about_subject(
            owned.supplier,
            owned,
            list_id=status.list_id,
            list_version=version.version if version else "",
            retrieved_at=version.retrieved_at if version else None,
            handling=_closest(one.entry.record.handling for one in every if one.entry.record),
            person=any("person" in (one.party.kind, one.entry.kind) for one in every),
        )

    def about_unread_rows(
        self, supplier: Supplier, named: InUnreadRows, status: ListStatus
    ) -> list[Finding]:
        """Return the rows of a list that were not read and seem to name a party. Held as closely as
        the closest of them.
        """
        version, party = status.version, named.party
        return [
            replace(
                self._finding(check, outcome, supplier),
                subject_name=party.names[0].text,
                subject_role=str(party.role),
                party_role=party.role,
                about="supplier" if party.role.kind == "supplier" else "party",
                list_id=status.list_id,
                list_version=version.version if version else "",
                retrieved_at=version.retrieved_at if version else None,
                handling=_closest(row.handling for row in named.rows),
                person=party.kind == "person",
            )
            for check, outcome in self._outcomes(named)
        ]

    def about_registrations(self, needed: NeededRegistrations) -> list[Finding]:
        """Return what the contracts of a supplier need, beside what one register holds of it."""
        register = needed.registers[0] if needed.registers else None
        version = register.version if register else None
        return self.about_subject(
            needed.supplier,
            needed,
            list_id=register.list_id if register else "",
            list_version=version.version if version else "",
            retrieved_at=version.retrieved_at if version else None,
            handling=_closest(
                one.entry.record.handling for one in needed.found if one.entry.record
            ),
            more_matches=needed.more,
            person=any("person" in (one.party.kind, one.entry.kind) for one in needed.found),
        )

    def about_asked_registrations(self, asked: RegistrationsToAsk) -> list[Finding]:
        """Return what the contracts of a supplier need and no register shows. Held as closely as
        what it rests on.
        """
        found = [one for part in asked.parts for one in part.found]
        return self.about_subject(
            asked.supplier,
            asked,
            handling=_closest(one.entry.record.handling for one in found if one.entry.record),
            more_matches=any(part.more for part in asked.parts),
            person=any("person" in (one.party.kind, one.entry.kind) for one in found),
        )

    def about_labour(self, signs: LabourSigns) -> list[Finding]:
        """Return signs of labour exploitation together. Held as closely as what it rests on."""
        return self.about_subject(
            signs.supplier,
            signs,
            handling=_closest(one.handling for one in signs.findings),
            person=any(one.person for one in signs.findings),
        )

    def about_network(self, position: NetworkPosition | NearMarked) -> list[Finding]:
        """Return what the network of all suppliers adds. Held as closely as what it rests on."""
        marks = position.marks if isinstance(position, NearMarked) else ()
        near = position.near if isinstance(position, NearMarked) else ()
        return self.about_subject(
            position.supplier,
            position,
            handling=_closest(mark.handling for mark in marks),
            person=any(path.nodes[-1].kind == "person" for path in near),
        )

    def about_declarations(self, declared: Declared) -> list[Finding]:
        """Return what a supplier declared, beside what was found. Held as closely as what it rests
        on.
        """
        behind = [f for one in declared.contradicted for f in one.findings]
        own: Handling = "internal" if declared.answers else "public"
        # In its own words a supplier may name anybody.
        words = any(one.details for one in declared.answers)
        return self.about_subject(
            declared.supplier,
            declared,
            handling=_closest((own, *(f.handling for f in behind))),
            person=words or any(f.person for f in behind),
        )

    def about_answers(self, answers: ComparedAnswers) -> list[Finding]:
        """Return how what a supplier stated differs from the registers."""
        differing = (one for one in answers.comparisons if one.verdict == "differs")
        values = [value for one in differing for _, value in one.about.values]
        return self.about_subject(
            answers.supplier,
            answers,
            handling="internal",
            person=any(value.personal for value in values),
        )

    def _of_entry(
        self,
        check: AnyCheck,
        outcome: Outcome,
        supplier: Supplier,
        party: Party,
        entry: ListEntry,
        status: ListStatus,
    ) -> Finding:
        assert status.version is not None
        record = entry.record
        return replace(
            self._finding(check, outcome, supplier),
            subject_name=party.names[0].text,
            subject_role=str(party.role),
            party_role=party.role,
            about="supplier" if party.role.kind == "supplier" else "party",
            list_id=status.list_id,
            list_version=status.version.version,
            entry_id=entry.id,
            entry_name=entry.name,
            entry_url=entry.url,
            retrieved_at=status.version.retrieved_at,
            person="person" in (party.kind, entry.kind),
            power=record.power if record else "",
            handling=record.handling if record else "public",
        )

    def _outcomes(self, subject: Any) -> Iterator[tuple[AnyCheck, Outcome]]:
        for check in _by_need().get(type(subject), ()):
            outcome = check.run(subject, self._contexts[check.id])
            if outcome.result not in NO_FINDING:
                yield check, outcome

    def _finding(
        self, check: AnyCheck, outcome: Outcome, supplier: Supplier | None = None
    ) -> Finding:
        grounds = judge_outcome(outcome, self.regimes_of(supplier), self.context)
        return Finding(
            run_id=self.run_id,
            supplier_ref=supplier.ref if supplier else "",
            supplier_name=supplier.name if supplier else "",
            company_number=supplier.company_number if supplier else "",
            check_id=check.id,
            check_title=format_finding_title(check, outcome),
            topic=check.topic,
            outcome=outcome.result,
            severity=self.policy.severity(check, outcome),
            why=outcome.why,
            measures=outcome.measures,
            possible_grounds=grounds.labels,
            next_step=joined(" ", (outcome.next_step, *grounds.steps))
            if grounds.steps
            else outcome.next_step,
            happened=outcome.happened,
            happened_on=outcome.happened_on,
            look_back=(*grounds.working, *outcome.look_back),
            crime_types=outcome.crime_types,
            features=outcome.facts,
            event=outcome.event,
            signs=outcome.signs,
        )


def judge_outcome(
    outcome: Outcome, regimes: Sequence[ContractRegime], context: CheckContext
) -> JudgedGrounds:
    """Return the grounds that what happened can go to under these regimes.

    A check of version 1 names them itself: of its texts the codes count, as the law has them.
    """
    named = Circumstance(
        kind="a ground that a check names",
        stated=tuple(sorted(find_ground_codes(outcome.grounds))),
    )
    return judge_grounds(
        outcome.circumstances or ((named,) if outcome.grounds else ()),
        regimes,
        context.today,
        sch7_years=context.schedule_7_years,
        points=outcome.law,
    )


def _drop_birth_day(born: PartialDate | None) -> PartialDate | None:
    """Return a birth date without its day."""
    return replace(born, day=None) if born else None


def _closest(handlings: Iterable[Handling]) -> Handling:
    """Return the handling that lets the fewest see; public where there is none."""
    return max(("public", *handlings), key=get_args(Handling).index)
