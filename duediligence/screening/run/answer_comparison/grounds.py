"""Grounds for exclusion: stated, denied, and pointed to by findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from duediligence.checks.toolkit.companies import INSOLVENT
from duediligence.law.declarations import find_stated_grounds, load_questions
from duediligence.model import Charity, Company, Finding, Missing, Text
from duediligence.model.answer_comparisons import AnswerComparison, DifferenceKind
from duediligence.model.declarations import grounds_of
from duediligence.model.facts import firm, listed, say, word
from duediligence.model.supplier_information import StatedExclusion
from duediligence.screening.run.answer_comparison.rows import (
    NO_REGISTER,
    REGISTER,
    RegisterComparison,
    StatedClaim,
    may_be_named,
    tag_party,
)

_INSOLVENCY = "insolvency_bankruptcy"
# Each question is asked about both (Procurement Regulations 2024 reg.12).
_NO = "None stated, of the supplier and its connected persons"


class GroundComparison(RegisterComparison):
    """Compares the exclusions that a supplier stated with what was found of it and its parties."""

    def compare_exclusions(
        self, findings: Iterable[Finding], titles: Mapping[str, str]
    ) -> Iterator[AnswerComparison]:
        """Yield what findings show of each ground that was stated or denied."""
        flags = list(filter(_shows_ground, findings))
        disclosed = _list_grounds(self.form.exclusions)
        silent = []
        for question in load_questions():
            own = [one for one in self.form.exclusions if one.question == question.code]
            wanted = _list_grounds(own) or set(question.grounds) - disclosed
            if not wanted or not (own or self.form.is_rest_denied):
                continue
            whom = {"a connected person" if one.party_id else "the supplier" for one in own}
            answer = word(f"Yes, of {' and '.join(sorted(whom))}" if own else _NO)
            said = say("{answer}: {it}", answer=answer, it=word(question.title))
            stated = self.state(said)
            kind: DifferenceKind = "ground denied, a list shows it"
            if question.code == _INSOLVENCY:
                kind = "insolvency denied, register shows it"
            found: dict[tuple[str, bool], list[Finding]] = {}
            for one in flags:
                if grounds_of(one) & wanted:
                    fits = any(self._may_be_stated(one, each) for each in own)
                    found.setdefault((one.subject_name or self.form.name, fits), []).append(one)
            for (name, fits), some in found.items():
                days = [one.happened_on for one in some]
                changed = min(filter(None, days)) if all(days) else None
                sources = dict.fromkeys(
                    titles.get(one.list_id, one.list_id) or REGISTER for one in some
                )
                at = "; ".join(sources), (some[0].retrieved_at or self.dossier.taken_at).date()
                party = tag_party(name, "party", is_person=some[0].person)
                of_party = self.state(said, party)
                shown = say("{it}", it=listed(word(one.check_title) for one in some))
                if own and not fits:
                    shown = say("{it}. It may not be what was stated", it=shown)
                    yield of_party.leave_open(shown, at)
                else:
                    yield of_party.judge(kind, shown, at, fits=fits, changed=changed)
            if found:
                continue
            is_insolvency = question.code == _INSOLVENCY
            if is_insolvency and (row := self._compare_insolvency(kind, stated, own)):
                yield row
            elif own and "the supplier" not in whom:
                behind = say("A connected person of {name}", name=firm(self.form.name))
                yield self.state(said, listed([behind])).leave_open(NO_REGISTER)
            elif own:
                yield stated.leave_open(NO_REGISTER)
            else:
                silent.append(question.title)
        if silent:
            said = say("{no}: {titles}", no=word(_NO), titles=word("; ".join(silent)))
            why = "Nothing was found, and no list or register shows all of this."
            yield self.state(said).leave_open(why)

    def _compare_insolvency(
        self, kind: DifferenceKind, stated: StatedClaim, own: Sequence[StatedExclusion]
    ) -> AnswerComparison | None:
        """Return what registers show of an insolvency, None where none was read."""
        cases = self.dossier.insolvencies
        if known := self._find_insolvency():
            part, shown = known
            at = self.find_source(part)
            if own and all(one.party_id for one in own):
                return stated.leave_open(shown, at)
            return stated.judge(kind, shown, at, fits=bool(own))
        if isinstance(cases, Missing):
            return None
        at = self.find_source("insolvencies")
        case = "An insolvency case is listed" if cases else "No insolvency"
        if own or cases:
            return stated.leave_open(case, at)
        return stated.judge(kind, case, at, fits=True)

    def _may_be_stated(self, finding: Finding, stated: StatedExclusion) -> bool:
        """Return whether a finding may be of what was stated: of the same party, not after the form
        or after it ended.
        """
        last, day = stated.ended_on or self.day, finding.happened_on
        if day > last if day else stated.ended_on:
            return False
        subjects = (finding.subject_name or self.form.name,)
        if not stated.party_id:
            is_own = finding.about == "supplier"
            return is_own or may_be_named(self.form.name, subjects, "organisation")
        return any(
            may_be_named(one.name, subjects, "person" if one.kind == "person" else "organisation")
            for one in self.form.parties
            if one.id == stated.party_id
        )

    def _find_insolvency(self) -> tuple[str, Text] | None:
        """Return which part of the dossier shows an insolvency that goes on, and its words."""
        company, charity = self.dossier.company, self.dossier.charity
        if isinstance(company, Company) and company.status in INSOLVENT:
            return "company", say("Status {it}", it=word(company.status.replace("-", " ")))
        if isinstance(charity, Charity) and (charity.insolvent or charity.in_administration):
            return "charity", "Insolvent" if charity.insolvent else "In administration"
        return None


def _list_grounds(stated: Iterable[StatedExclusion]) -> set[str]:
    """Return the grounds that exclusions are about."""
    return {
        ground for one in stated for ground in find_stated_grounds(one.question, in_uk=one.in_uk)
    }


def _shows_ground(finding: Finding) -> bool:
    """Return whether it can show a ground: no match whose birth date or number is another's, and
    nothing that is compared as a declaration or as the company's existence.
    """
    differs = any(
        one.verdict == "differ" and one.name in ("birth date", "identifier")
        for one in finding.features
    )
    is_other = finding.topic in ("declarations", "existence")
    return finding.outcome in ("review", "adverse") and not differs and not is_other
