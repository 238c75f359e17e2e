"""One row of a comparison: what a supplier stated, what a register shows, and how they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from duediligence.matching import DEFAULT_THRESHOLD
from duediligence.matching.compare import name_similarity
from duediligence.model import Clause, Dossier, Kind, NotInScope, Text
from duediligence.model.answer_comparisons import AnswerComparison, AnswerVerdict, DifferenceKind
from duediligence.model.facts import NOTHING, Value, clause_of, firm, say, tag_person, word
from duediligence.model.registers import register_number
from duediligence.model.supplier_information import SupplierInformation
from duediligence.text.names import same_firm, same_person

REGISTER = "Companies House"
NO_REGISTER = "No list or register here shows it."
# What may have been true on the day of the form, though the register said otherwise before it.
_CHANGING: frozenset[DifferenceKind] = frozenset(
    (
        "another name",
        "another address",
        "control not declared",
        "control not on the register",
        "director not declared",
        "owner not declared",
        "parent not declared",
    )
)
# The name of a register or list, and the day on which it was read.
Source = tuple[str, date | None]


@dataclass(frozen=True)
class StatedClaim:
    """One thing that a supplier stated: what it is about, its words, and the day of the form."""

    about: Value
    words: Text
    day: date

    def judge(
        self,
        kind: DifferenceKind,
        shown: Text,
        at: Source,
        *,
        fits: bool = False,
        changed: date | None = None,
    ) -> AnswerComparison:
        """Return a row that agrees where it `fits`; else it differs in `kind`, unless the register
        came to say so on the day `changed`, after the form, or was read before the form was
        submitted and may have changed between.
        """
        verdict: AnswerVerdict = "to look at" if "denied" in kind else "differs"
        if fits:
            verdict, kind = "agrees", ""
        elif changed and changed >= self.day:
            verdict = "since then"
        elif kind in _CHANGING and at[1] and at[1] < self.day:
            why = say("{shown}. It was read before the form was submitted", shown=clause_of(shown))
            return self.leave_open(why, at)
        about = say("{name}", name=self.about)
        return AnswerComparison(verdict, kind, about, self.words, shown, *at)

    def leave_open(self, why: Text, at: Source = ("", None)) -> AnswerComparison:
        """Return a row of what cannot be known here."""
        shown = say("{why}", why=word(why)) if isinstance(why, str) else why
        about = say("{name}", name=self.about)
        return AnswerComparison("cannot be known", "", about, self.words, shown, *at)


@dataclass(frozen=True)
class RegisterComparison:
    """Compares one form with one dossier."""

    form: SupplierInformation
    dossier: Dossier

    @property
    def day(self) -> date:
        """Return the day that the form is of: it was submitted before it was read."""
        return self.form.submitted_on or (self.form.read_at or self.dossier.taken_at).date()

    def state(self, words: Text, about: Value | None = None) -> StatedClaim:
        """Return what the form says of a party; of the supplier itself where none is given."""
        return StatedClaim(about or firm(self.form.name), words, self.day)

    def explain_missing(self, part: str) -> str:
        """Return why a part of the dossier is missing, in words."""
        found = getattr(self.dossier, part)
        is_read = not isinstance(found, NotInScope)
        return found.reason if is_read else "This installation does not look at it."

    def find_source(self, part: str) -> Source:
        """Return the source of a part of the dossier, and the day on which it was read."""
        read = (one.retrieved_at for one in self.dossier.sources if one.part == part)
        source = "The register of charities" if part == "charity" else REGISTER
        return source, next(read, self.dossier.taken_at).date()


def may_be_named(name: str, names: Iterable[str], kind: Kind) -> bool:
    """Return whether any of the names may be of the party, by the rule of the matcher."""
    is_same = same_person if kind == "person" else same_firm
    return any(
        is_same(name, other) or name_similarity(name, other, kind) >= DEFAULT_THRESHOLD
        for other in names
    )


def tag_party(name: str, role: str, *, is_person: bool) -> Value:
    """Return a name as a fact, personal where it is a person's."""
    return tag_person(name, role) if is_person else firm(name)


def format_day(before: str, day: date | None) -> Clause:
    """Return the day after the words before it; nothing where there is none."""
    return say("{before} {day}", before=word(before), day=day) if day else NOTHING


def fold_number(number: str) -> str:
    """Return a number of a register without what is only a way of writing it."""
    return "".join(filter(str.isalnum, register_number(number))).lstrip("0")
