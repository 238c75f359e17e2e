"""What a letter about an alert may say, and when there must be none.

A letter goes to the supplier, who may be warned by it, or accused by it of what is about somebody
else. So nothing is taken out of a finding and put into a letter: what it may hold is listed here,
field by field, and a check that is not in STATEMENTS has no letter that tells of it. No score, no
reason of a match, no free text of an officer, and nobody but the one whom the letter is about. A
fair hearing needs the gist of what was published: its day, who published it, what, for how long
and where. What the publisher does not give of these, the letter says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from duediligence.casework.queue import DONE
from duediligence.law.declarations import may_be_investigation
from duediligence.law.old_convictions import judge_conviction, load_old_convictions
from duediligence.model import Declaration, ListEntry, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.answer_comparisons import AnswerComparison
from duediligence.model.letters import Letter, LetterKind
from duediligence.model.registrations import Need
from duediligence.render.html_page import web_address
from duediligence.render.saying import format_text
from duediligence.render.wording import day, fold, uk_day
from duediligence.screening.workspace import Workspace
from duediligence.text.money import in_pounds

# What is published about a supplier, in our words, by the check that found it. Each is true of
# every finding of its check. A check that rests on an entry of a list without an alert of its own
# is not here: no decision can say that the entry is the supplier's.
STATEMENTS: Mapping[str, str] = {
    "ENF-01": "A conviction or caution is published",
    "ENF-03": "An order or injunction is published",
    "ENF-04": "A decision on a licence, or its review, is published",
    "ENF-05": "A civil penalty is published",
    "ENF-06": "An enforcement notice is published",
    "ENF-07": "A warning is published, or a public body has named a firm",
    "ENF-08": "A notice about an insolvency is published",
    "ENF-09": "A notice about the re-use of a company name is published",
    "ENF-10": "A notice of a solvent winding-up is published",
    "ENF-11": "A notice says that a public contract was not performed as agreed",
    "ENF-12": "A notice says that a public contract was ended",
    "DEB-01": "The debarment list has an entry",
    "DEB-02": "The debarment list has an entry",
    "DEB-03": "A development bank's list has an entry",
    "STA-01": "A rating is published that its own scheme calls poor",
    "STA-02": "A registration has ended or expired, or its status is lower",
    "CH-ADR-01": "The register has no proven registered office",
    "CH-ADR-02": "The registered office is in dispute",
    "CH-ADR-03": "The registered office could not be reached",
    "CH-EXI-04": "The register shows the company as dissolved, closed or removed",
    "CH-FIL-01": "The register shows a proposal to strike the company off",
    "CH-FIL-02": "The register shows accounts as overdue",
    "CH-FIL-03": "The register shows the confirmation statement as overdue",
    "CH-FIL-04": "The register shows repeated notices of striking off",
    "CH-FIL-05": "The register shows no accounts",
    "CH-INS-01": "The register shows a liquidation or receivership",
    "CH-INS-02": "The register shows an administration or a voluntary arrangement",
    "CH-INS-03": "The register shows an insolvency case that is open",
    "CH-INS-04": "The register shows an insolvency in the past",
    "CH-INS-05": "The register shows a firm that owns the company as insolvent or dissolved",
    "CH-OWN-01": "The register shows a statement that nobody controls the company",
    "CH-OWN-02": "The register shows no declaration of who controls the company",
    "CHA-02": "The register shows the charity as removed",
    "CHA-03": "The register shows the charity as insolvent",
    "CHA-04": "The register shows the charity as in administration",
    "CHA-05": "The register shows accounts or a return as overdue",
    "CHA-07": "The register shows accounts or returns as late in several years",
}
# About a register that the supplier was not found on: the letter has words of its own.
_ABSENT = "REQ-01"
# About what the supplier stated itself: a yes to a question of exclusion, and what differs from a
# register.
DECLARED = "DCL-02"
STATED = "DCL-04"
# Points about the supplier's own number or a birth date in its row, without a match, and about
# entries of which no decision says if they are its own.
_ASKS_DETAILS = (
    *("CH-EXI-01", "CH-EXI-02", "CH-EXI-03", "CHA-01", "CHA-10", "SUP-02", "SUP-04"),
    *("REQ-02", "REQ-03"),
)
_REGISTERS = (("CHA-", "Register of charities"), ("CH-", "Companies House register"))
# Of a party with one of these roles, the letter is about the supplier itself.
_OWN_ROLES = ("supplier", "sole trader", "premises")
# A supplier knows that a buyer looks at people in roles of these words; of any other it may not.
_EXPECTED_ROLES = frozenset(
    "director secretary member partner owner trustee parent company corporate nominee nominated "
    "designated llp general limited managing executive non-executive".split()
)
_VICTIMS = ("slavery_trafficking", "child_sexual_exploitation")
NOT_GIVEN = "Not given"
_LONGEST_GIST = 600
_SPENT: Mapping[str, str] = {"spent": "is spent", "may be spent": "may be spent"}
_EXPLAINING: tuple[LetterKind, ...] = ("explanation-wanted", "representations")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a letter must not go out; unless `final`, not before somebody agreed."""

    why: str
    hint: str
    final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """All that a letter may say of an alert.

    `subject` is the name, on the supplier's side, of the party that it is about, empty where that
    is the supplier; `role` its role in words, empty where that would say more. `person` and `firm`
    say which details tell it from others, `people` that birth dates of those behind the supplier
    are missing. `facts` are those that are published, or in our own record (`own`), as label and
    text; `absent`: they are about a register that the supplier was not found on; `stated`: about
    what it stated otherwise than a register; `declared` are its own answers that are about an
    exclusion ground. `withheld` says that something else is held which may
    not be disclosed.
    """

    subject: str
    role: str
    person: bool
    firm: bool
    people: bool
    matched: bool
    connected: bool
    facts: tuple[tuple[str, str], ...]
    withheld: bool = False
    own: bool = False
    absent: bool = False
    stated: bool = False
    declared: tuple[Declaration, ...] = ()


def letters_of(workspace: Workspace, alert_id: str) -> list[Letter]:
    """Return the letters about an alert, also under its earlier ids, the oldest first.

    Raises StorageError.
    """
    aliases = workspace.casework.alerts.aliases()
    earlier = (old for old, ids in aliases.items() if alert_id in ids)
    return workspace.casework.letters.of({alert_id, *earlier})


def letter_facts(
    alert: Alert,
    titles: Mapping[str, str],
    others: Iterable[Alert] = (),
    *,
    own_list: bool = False,
    needs: Iterable[Need] = (),
    answers: Sequence[AnswerComparison] = (),
    stated_on: date | None = None,
    declared: Sequence[Declaration] = (),
) -> LetterFacts:
    """Return what a letter about the alert may say. `titles` are those of lists, by id, `others`
    the supplier's other alerts; `own_list`: its list is a register that we keep; `needs` are what
    the supplier's contracts need, `answers` what it stated in the form of that day, compared,
    `declared` its answers.

    Raises StorageError.
    """
    first = alert.first
    absent, stated = first.check_id == _ABSENT, first.check_id == STATED
    role = first.role
    own = first.about == "supplier" or role.kind in _OWN_ROLES
    compared = alert.compared
    kinds = {party.kind for party in compared.parties}
    # Both are asked for where it is not clear which it is.
    person = bool(kinds & {"person", "unknown"})
    # Of the supplier no number is asked for where only birth dates are missing.
    people = first.check_id == "SUP-04"
    known = not own and not role.of and _is_expected(alert)
    return LetterFacts(
        subject="" if own else first.subject_name,
        role=f"{'former ' if role.former else ''}{role.kind}" if known else "",
        person=person and not own,
        firm=(own or kinds != {"person"}) and not people,
        people=people,
        matched=alert.matched,
        connected=not own and any(party.connected for party in compared.parties),
        facts=tuple(
            _list_needed_facts(alert, titles, needs)
            if absent
            else _list_stated_facts(answers, stated_on)
            if stated
            else _list_letter_facts(alert, titles, own=own_list)
        ),
        withheld=any(one.first.handling != "public" and one.state not in DONE for one in others),
        own=own_list,
        absent=absent,
        stated=stated,
        declared=tuple(one for one in declared if one.answer == "yes"),
    )


def _is_expected(alert: Alert) -> bool:
    words = alert.first.role.kind.casefold().split()
    return bool(words) and _EXPECTED_ROLES.issuperset(words)


def _list_needed_facts(
    alert: Alert, titles: Mapping[str, str], needs: Iterable[Need]
) -> Iterator[tuple[str, str]]:
    """Yield which registrations were not found, for which contracts, and where that was looked
    for.
    """
    said = format_text(alert.first.why)
    for need in needs:
        registration = need.registration
        if registration.title in said:
            yield "Needed", f"{registration.title} ({registration.law})"
            works = filter(None, (one.title or one.category for one in need.contracts))
            yield "For the contract", "; ".join(works) or NOT_GIVEN
    yield "Looked for in", _format_letter_source(alert, titles)
    if alert.first.retrieved_at:
        yield "Read on", day(uk_day(alert.first.retrieved_at))


def _list_stated_facts(
    answers: Sequence[AnswerComparison], stated_on: date | None
) -> Iterator[tuple[str, str]]:
    """Yield the day of the form, and each difference from a register. The supplier knows the birth
    dates that it gave.
    """
    if stated_on and any(one.verdict == "differs" for one in answers):
        yield "Your form", f"Submitted on {day(stated_on)}"
    for one in answers:
        if one.verdict == "differs":
            source = f"{one.source}, read on {day(one.on)}" if one.on else one.source
            about, stated, shown = map(format_text, (one.about, one.stated, one.shown))
            said = f"You stated: {stated}. {source}: {shown}."
            if stated == "Not named":
                said = f"Your form does not name this party. {source}: {shown}."
            if one.kind == "birth date differs":
                said = f"The month or year of birth is another one. {source}."
            yield one.words.replace("the form", "your form").capitalize(), f"{about}. {said}"


def list_declared_facts(declared: Iterable[Declaration]) -> Iterator[tuple[str, str]]:
    """Yield each answer and the party that it is about, in our words: its own may name people."""
    for one in declared:
        whom = "you" if one.applies_to == "supplier" else f"your {one.applies_to}"
        yield "You stated", f"{one.title}, about {whom}, on {day(one.declared_on)}"
        if may_be_investigation(one.grounds):
            # Procurement Regulations 2024 reg.12
            yield "What that may be", "An investigation only: no finding, and no admission"


def _list_letter_facts(
    alert: Alert, titles: Mapping[str, str], *, own: bool
) -> Iterator[tuple[str, str]]:
    first, entry = alert.first, alert.compared.entry
    if first.check_id not in STATEMENTS or first.handling != "public":
        return
    record = entry.record if entry else None
    # Which of the two it is, decides what follows from it.
    judged = record.type if record and record.type in ("conviction", "caution") else ""
    what = f"A {judged} is published" if judged else STATEMENTS[first.check_id]
    if own:
        yield "What our own record says", what.replace(" is published", "")
    else:
        yield "What is published", what
    yield "Source", _format_letter_source(alert, titles)
    if record and record.authority:
        yield "Public body", record.authority
    if record and record.act_section:
        yield "Under", record.act_section
    dates = {"Date": first.happened_on}
    if record and judged:
        dates = {
            f"Date of the {judged}": record.decision_date,
            "Date of the conduct": record.event_date,
        }
    for label, on in dates.items():
        yield label, day(on) if on else NOT_GIVEN
    yield "Reason", _format_gist(entry) or NOT_GIVEN
    yield "Term", _format_term(entry) or NOT_GIVEN
    if record and record.penalty_gbp is not None:
        yield "Penalty", in_pounds(record.penalty_gbp)
    if record and record.status in ("under_appeal", "complied"):
        yield "Status", "Under appeal" if record.status == "under_appeal" else "Complied with"
    if not own:
        yield "Published at", web_address(first.entry_url) or NOT_GIVEN
    if first.retrieved_at:
        yield "Read on", day(uk_day(first.retrieved_at))


def _format_gist(entry: ListEntry | None) -> str:
    """Return why it was published, in the publisher's words; empty where it gives none."""
    if entry is None:
        return ""
    record = entry.record
    parts = (record.event, record.outcome) if record else (*entry.grounds, entry.reason)
    words = "; ".join(dict.fromkeys(filter(None, map(fold, parts))))
    return words if len(words) <= _LONGEST_GIST else f"{words[:_LONGEST_GIST]} …"


def _format_term(entry: ListEntry | None) -> str:
    """Return until when it lasts; empty where the publisher does not say so."""
    if entry is None:
        return ""
    until = (entry.record.expires if entry.record else None) or entry.ends_on
    return f"Until {day(until)}" if until else ""


def _format_letter_source(alert: Alert, titles: Mapping[str, str]) -> str:
    first = alert.first
    if first.list_id:
        return titles.get(first.list_id, first.list_id)
    registers = (title for prefix, title in _REGISTERS if first.check_id.startswith(prefix))
    return next(registers, "A public register")


def address_lines(supplier: Supplier) -> tuple[str, ...]:
    """Return the supplier's address as lines; none where none is known."""
    if supplier.address is None:
        return ()
    text, postcode = supplier.address.text, supplier.address.postcode
    parts = [part.strip() for part in text.split(",")]
    if postcode and postcode.casefold() not in text.casefold():
        parts.append(postcode)
    return tuple(filter(None, parts))


def list_letter_holds(
    alert: Alert, others: Iterable[Alert], kind: LetterKind, today: date
) -> Iterator[Hold]:
    """Yield every reason not to send such a letter, `others` being the supplier's other alerts.

    A person warned can hide assets, evidence or victims. Prejudicing an investigation and tipping
    off are offences (Proceeds of Crime Act 2002 ss.333A and 342), and a match with sanctions goes
    to OFSI first.
    """
    if alert.restricted:
        yield Hold(
            "it is based on a restricted record",
            "Nothing of it may leave the screen. Ask the body that the record came from.",
        )
        return
    if kind == "privacy-notice":
        return
    explaining = kind in _EXPLAINING
    first = alert.first
    if first.handling == "internal" and first.check_id not in (DECLARED, STATED):
        yield Hold(
            "it is based on an internal record",
            "Whoever keeps the record decides if the supplier may know of it.",
            final=explaining,
        )
    if first.topic == "labour":
        yield Hold(
            "it is about signs of labour exploitation, and a letter may warn an exploiter",
            "Speak to the police or the Fair Work Agency first; workers may be at risk.",
            final=explaining,
        )
    if explaining:
        yield from _hold_old_convictions(alert, today)
        yield from _not_to_explain(alert, others, kind)
    elif not alert.matched and first.check_id not in _ASKS_DETAILS:
        yield Hold(
            "details of a person or firm would not answer it",
            "This letter is for possible matches, and for numbers and birth dates that cannot be "
            "read or found.",
        )
    elif alert.state in ("not the same", "resolved"):
        yield Hold(f"it is {alert.state}", "There is nothing to ask any more.")
    elif not (first.about == "supplier" or first.role.kind in _OWN_ROLES or _is_expected(alert)):
        yield Hold(
            f"the supplier may not know that you look at a {first.role.kind or 'person so named'}",
            "Ask whoever named the person whether the supplier may see the name.",
            final=False,
        )


def _hold_old_convictions(alert: Alert, today: date) -> Iterator[Hold]:
    """Yield why a letter cannot rest on a conviction that is spent, or may be."""
    entry = alert.compared.entry
    if entry is None or entry.record is None:
        return
    old = judge_conviction(entry.record, today, person=entry.kind == "person")
    if old and old.state != "not spent":
        yield Hold(
            f"it is about the conviction of a person, which {_SPENT[old.state]}: {old.why}",
            f"{load_old_convictions().open} {old.use.used}",
            final=old.state == "spent",
        )


def _not_to_explain(alert: Alert, others: Iterable[Alert], kind: LetterKind) -> Iterator[Hold]:
    first = alert.first
    if first.topic == "sanctions":
        yield Hold(
            "sanctions are no exclusion ground, and a letter may warn the listed person",
            "If it may be the listed party, stop dealing with it and report to OFSI. To tell two "
            "parties apart, ask for details.",
        )
    elif first.check_id == "ENF-02":
        yield Hold(
            "a prosecution is an allegation that a court decides",
            "Check again after the hearing.",
        )
    elif kind == "representations" and first.check_id in ("DEB-01", "DEB-02"):
        yield Hold(
            "a supplier on the debarment list is excluded or excludable by that entry",
            "Ask your lawyers what the entry means for this procurement.",
        )
    elif first.check_id == DECLARED and kind == "explanation-wanted":
        yield Hold(
            "it is about what the supplier stated itself",
            "Invite representations: it can explain it there, and send evidence.",
        )
    elif first.check_id not in (*STATEMENTS, DECLARED, STATED) and not (
        first.check_id == _ABSENT and kind == "explanation-wanted"
    ):
        yield Hold(
            f"{first.check_id} compares or weighs several things, which no letter can state as a "
            "published fact",
            "Decide the alert about an entry itself, where it has one, and write about that; or "
            "read the pages that it rests on, and write about those yourself.",
        )
    elif kind == "representations" and not (first.possible_grounds or first.check_id == STATED):
        yield Hold(
            "it names no exclusion ground that what happened can go to, or none that is recent "
            "enough",
            "Ask for an explanation instead: that letter rests on no exclusion ground.",
        )
    if kind == "explanation-wanted" and not (
        first.about == "supplier" or first.role.kind in _OWN_ROLES
    ):
        yield Hold(
            f"it is about a {first.role.kind}, not about the supplier",
            "Where an exclusion ground may apply because of that person, invite representations.",
        )
    if alert.state == "resolved":
        yield Hold("the newest screening no longer finds it", "Open the publisher's page.")
    elif alert.matched and alert.status.state not in ("same", "confirmed risk", "mitigated"):
        yield Hold(
            "nobody has decided that it is the same party, so it may be about somebody else",
            "Decide first, or ask for details that tell the two apart.",
        )
    if set(first.crime_types) & set(_VICTIMS):
        yield Hold(
            "people may be at risk from whoever reads the letter",
            "Ask the police or your safeguarding lead.",
            final=False,
        )
    if any(_is_delicate(one) for one in others):
        yield Hold(
            "another alert of this supplier is restricted, or about sanctions or labour "
            "exploitation: a letter may warn",
            "Ask whoever handles that one.",
            final=False,
        )


def _is_delicate(alert: Alert) -> bool:
    delicate = alert.restricted or alert.first.topic in ("sanctions", "labour")
    return delicate and alert.state not in DONE
