"""Letters to suppliers: from a template of the council's own, each kept with its alert."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal

from duediligence.casework import queue
from duediligence.casework.answers_shown import answers_of
from duediligence.casework.contract_regimes import find_contract_regime, format_contract_regime
from duediligence.casework.deciding import find
from duediligence.casework.letter_facts import (
    DECLARED,
    STATED,
    Hold,
    LetterFacts,
    address_lines,
    letter_facts,
    letters_of,
    list_declared_facts,
    list_letter_holds,
)
from duediligence.casework.retention_rules import RetentionRule, rules
from duediligence.delivery.letter_templates import load_letter_template
from duediligence.errors import (
    Conflict,
    Forbidden,
    Hint,
    Invalid,
    NotFound,
    OptionRemark,
    Step,
    UsageError,
)
from duediligence.law.grounds import (
    Ground,
    Kind,
    Reach,
    find_ground,
    list_family_codes,
    list_ground_codes,
)
from duediligence.law.lookback import SHORTER, TOO_OLD, look_back
from duediligence.law.possible_grounds import (
    assume_regime,
    find_look_back_day,
    list_named_codes,
    reaches_award,
)
from duediligence.law.regimes import ContractRegime, RuleKind
from duediligence.law.registrations import needs_of
from duediligence.model import Contract, Declaration, Procurement, Supplier
from duediligence.model.alerts import Alert
from duediligence.model.letters import (
    LETTER_KINDS,
    Letter,
    LetterFormat,
    LetterKind,
    format_letter_reference,
)
from duediligence.model.suppliers import RegimeCode
from duediligence.registry import find_watchlists
from duediligence.render import pdf
from duediligence.render.letter_page import (
    PLACES,
    Letterhead,
    Value,
    parse_letter_template,
    render_letter_page,
)
from duediligence.render.wording import day, fold, sentence, uk_day
from duediligence.screening.access import use_case
from duediligence.screening.run.registrations import nation_of
from duediligence.screening.workspace import Workspace
from duediligence.settings import Settings
from duediligence.store.casework.letters import Drafted, ToKeep
from duediligence.text.folding import fold as fold_to_words
from duediligence.text.names import same_text
from duediligence.text.wording import listed

# What each kind is for, in words, and what is to be known before one is made.
KIND_WORDS: Mapping[LetterKind, tuple[str, str]] = {
    "details-wanted": (
        "Ask for a birth month or a company number",
        "To rule out a namesake. It says nothing of the list or of the possible match.",
    ),
    "explanation-wanted": (
        "Ask for an explanation",
        "Of a published fact about the supplier itself, such as overdue accounts, or of what it "
        "stated otherwise than a register. A possible match must be decided first as the same "
        "party.",
    ),
    "representations": (
        "Invite representations",
        "Before an exclusion ground is considered (Procurement Act 2023 s.58), or what the "
        "supplier stated otherwise than a register (s.30(3)).",
    ),
    "privacy-notice": (
        "Privacy notice",
        "What people behind a supplier must know about the use of their data. It names nobody, and "
        "nothing that was found.",
    ),
}
_LONGEST = 300
_ACT = "https://www.legislation.gov.uk/ukpga/2023/54"
_REGULATION_57 = "https://www.legislation.gov.uk/uksi/2015/102/regulation/57"
# How the codes of a table of grounds begin, and which rule of a regime says that it has them.
_GROUND_CODES: Mapping[str, str] = {"pa23": "PA23-", "pcr-2015": "PCR15-"}
# The laws whose own grounds a letter can be about.
_LAWS_WITH_GROUNDS: Sequence[RegimeCode] = ("pa23", "pcr-2015")
_GROUND_RULES: Mapping[Kind, RuleKind] = {
    "mandatory": "mandatory grounds",
    "discretionary": "discretionary grounds",
}
_REACH_RULES: Mapping[Reach, RuleKind] = {
    "connected person": "connected persons",
    "associated person": "associated persons",
    "sub-contractor": "sub-contractors",
}
# What is known of the alert that chooses parts of a letter.
_FACTS_THAT_CHOOSE = ("person", "firm", "people", "matched", "withheld", "own", "absent", "stated")
# What a letter cannot be without, by kind.
_NEEDED: Mapping[LetterKind, Sequence[str]] = {
    kind: ("council_name", "privacy_contact")
    if kind == "privacy-notice"
    else ("council_name", "council_contact", "privacy_contact")
    for kind in LETTER_KINDS
}
_SETTINGS_IN_WORDS = {
    "council_name": "the name of the council",
    "council_contact": "a contact for letters",
    "privacy_contact": "a contact for data protection",
}
# Which rules of retention a privacy notice has: those of what may name a person.
_PERSONAL_RULES = (
    "cleared",
    "screenings",
    "evidence",
    "declarations",
    "tender",
    "supplier-changes",
    "companies-house",
    "letters",
    "decisions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """What somebody wants to send about an alert, by its ID or the beginning of it.

    `reply_by` None: as many days from today as the setting `reply_days` says. `confirmed_with` is
    who agreed that it may go out, where that must be asked. The rest is for representations:
    `ground` is a code, which may be left out where the alert names one only; `contract` what it is
    about, the title of a stored one or a procurement to come, `running` that it is a contract and
    no award; `regime` is the law of a procurement that is not stored, by its code; `associated`:
    the party is an associated person; `to` is the reference of the supplier
    under which the alert's supplier works as a sub-contractor.
    """

    kind: LetterKind
    alert: str
    reply_by: date | None = None
    confirmed_with: str = ""
    ground: str = ""
    contract: str = ""
    running: bool = False
    regime: RegimeCode | Literal[""] = ""
    associated: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True)
class LetterMade:
    """A letter with its bytes, the code of the ground that it names (often none), whether the
    receiver's address is known, the number of its alert, and what else whoever made it must know.
    """

    letter: Letter
    body: bytes
    ground: str
    addressed: bool
    alert: str
    cautions: tuple[str, ...] = ()


def list_letter_cautions(made: LetterMade) -> Sequence[str]:
    """Return what whoever made the letter has to complete or to keep to."""
    kind, told = made.letter.kind, list(made.cautions)
    if not made.addressed and kind != "privacy-notice":
        told.append("The supplier's address is not known: write it in.")
    if kind == "details-wanted":
        told.append("Do not say in a covering message which list or register it is about.")
    return told


def next_steps(made: LetterMade) -> Sequence[Hint]:
    """Return what to do with the letter, in order."""
    letter = made.letter
    steps = [Hint(f"Letter {letter.reference}. Read it through and sign it: nothing was sent.")]
    if letter.kind == "representations" and made.ground:
        step = Step("record-invitation", alert=made.alert, ground=made.ground)
        steps.append(
            Hint("When it was sent, record the day, as 'not sure' until you decide: ", step)
        )
    return steps


@use_case("make reports", event="letter")
def make(workspace: Workspace, wanted: LetterRequest, *, file: str) -> LetterMade:
    """Write a letter for `file` (its name) and keep it with its alert, with the audit event.

    Raises Forbidden where it must not go out, or not before somebody agreed; Conflict where it is
    too early; Invalid for a ground, a day or a receiver that cannot be; UsageError for a template
    or a setting that cannot be used; StorageError.
    """
    format_ = _choose_letter_format(file)
    kind, today = wanted.kind, uk_day(workspace.now())
    confirmed = _check_letter_line("confirmed_with", wanted)
    contract = _check_letter_line("contract", wanted)
    alert = find(workspace, wanted.alert)
    _check_letter_settings(workspace.settings, kind)
    _check_letter_holds(workspace, alert, kind, confirmed=bool(confirmed))
    supplier = _find_letter_supplier(workspace, alert)
    receiver = _find_letter_receiver(workspace, supplier, wanted)
    settings = workspace.settings
    reply_by = None
    if kind != "privacy-notice":
        reply_by = wanted.reply_by or today + timedelta(days=settings.reply_days)
        if reply_by <= today:
            raise Invalid(f"{day(reply_by)} is not after today", field="reply_by")
    titles = workspace.list_titles
    others = _list_other_alerts(workspace, alert)
    first = alert.first
    answers = answers_of(workspace, supplier.ref) if first.check_id == STATED else None
    declared = workspace.declarations.standing(supplier.ref) if first.check_id == DECLARED else {}
    facts = letter_facts(
        alert,
        titles,
        others,
        own_list=bool(first.list_id) and first.list_id not in find_watchlists(),
        needs=needs_of(
            [one for one in supplier.engagements if not one.over(today)],
            buyer=settings.buyer_nation,
            supplier=nation_of(supplier),
        ),
        answers=answers.comparisons if answers else (),
        stated_on=answers.stated_on if answers else None,
        declared=declared.get(supplier.ref, ()),
    )
    if facts.stated and not facts.facts:
        raise Conflict("what the supplier stated differs from no register any more")
    if facts.absent and kind == "explanation-wanted" and "Needed" not in dict(facts.facts):
        raise Conflict(
            f"the contracts of {supplier.ref} do not need that registration any more",
            hint=Hint("Screen the supplier again: ", Step("screen")),
        )
    values: dict[str, Value] = {
        **dict.fromkeys(PLACES[kind], ""),
        "supplier": receiver.name,
        "council": settings.council_name,
        "contact": settings.council_contact,
        "privacy_contact": settings.privacy_contact,
        "today": day(today),
        "deadline": day(reply_by) if reply_by else "",
        "contract": contract,
        **_build_subject_values(facts, supplier, receiver),
        **_format_flag_values(running=wanted.running, tender=not wanted.running),
    }
    code, cautions = "", []
    if kind == "representations":
        law = _find_confirmed_law(workspace, receiver, wanted, contract)
        if facts.stated:
            _check_section_30(wanted, law)
        else:
            code = _add_ground_values(alert, facts, wanted, values, today, law)
        cautions = [law.reason] if "check them" in law.reason else []
        ending = law.find_rule("termination")
        if wanted.running and ending and ending.reach == "at award":
            cautions.append(
                "The law asks what was so when the contract was awarded, before its first day: "
                "check that the conviction came before that."
            )
    if kind == "privacy-notice":
        own = rules(settings.retention, workspace.extensions)
        values["retention"] = tuple(_describe_retention_period(own[one]) for one in _PERSONAL_RULES)
    template, name = load_letter_template(workspace, kind)
    blocks = parse_letter_template(template, kind, name=name)
    if facts.withheld and any(("withheld", True) in one.needs for one in blocks):
        cautions.append("The letter says that something is withheld: read that paragraph.")
    if (kind, code) == ("representations", "") and not any(
        ("ground", False) in one.needs for one in blocks
    ):
        raise Conflict(
            "your council's own text of this letter is about exclusion grounds only",
            hint="An administrator can add what the text that comes with the tool says where no "
            "ground is considered.",
        )
    lines = address_lines(receiver)

    def draft(position: int) -> Drafted:
        reference = format_letter_reference(position)
        head = Letterhead(
            council=settings.council_name,
            council_lines=_split_address_lines(settings.council_address),
            to=receiver.name,
            to_lines=lines,
            on=today,
            reference=reference,
        )
        page = render_letter_page(blocks, {**values, "reference": reference}, head)
        return Drafted(_render_letter(page.html, format_), page.text)

    letter, body = workspace.casework.letters.keep(
        ToKeep(
            alert_id=alert.id,
            kind=kind,
            format=format_,
            at=workspace.now(),
            reply_by=reply_by,
            confirmed_with=confirmed,
            file=file,
            template_sha256=sha256(template.encode()).hexdigest(),
        ),
        draft,
    )
    return LetterMade(letter, body, code, bool(lines), alert.label, tuple(cautions))


def _describe_retention_period(rule: RetentionRule) -> tuple[str, str]:
    """Return what the rule is about, and how long that is kept; what a person removes is
    reviewed.
    """
    reviewed = ", then reviewed" if rule.by == "a person" else ""
    return rule.title, f"{rule.period}{reviewed}"


def _choose_letter_format(file: str) -> LetterFormat:
    """Return the format by the name's ending. Raises UsageError where a PDF cannot be made here."""
    match Path(file).suffix.lower():
        case ".html":
            return "html"
        case ".pdf":
            pdf.require_library()
            return "pdf"
    raise Invalid(
        f"{file}: a letter must be an .html or a .pdf file",
        field="out",
        hint="Word opens an .html file, and a browser prints it or saves it as PDF.",
    )


def _render_letter(html: str, format_: LetterFormat) -> bytes:
    """Return the file: the one place that knows of formats."""
    return pdf.render_pdf(html) if format_ == "pdf" else html.encode()


def _check_letter_line(name: str, wanted: LetterRequest) -> str:
    text = fold(getattr(wanted, name))
    if len(text) > _LONGEST:
        raise Invalid(f"enter a line of up to {_LONGEST} characters", field=name, given="")
    return text


@dataclass(frozen=True, slots=True)
class LetterConditions:
    """What is known of a letter before its form is filled in: why it cannot be made now, None where
    it can; why a person has to agree first, each in a sentence; and the grounds that it can name,
    under any law for which one is written, by code and name.
    """

    refusal: UsageError | None
    to_agree: tuple[str, ...] = ()
    grounds: tuple[tuple[str, str], ...] = ()


@use_case("read")
def letter_conditions(workspace: Workspace, alert: str, kind: LetterKind) -> LetterConditions:
    """Return what holds a letter back. Raises Invalid or NotFound where the ID is not one alert's,
    and StorageError.
    """
    about = find(workspace, alert)
    try:
        _check_letter_settings(workspace.settings, kind)
        _check_letter_holds(workspace, about, kind, confirmed=True)
    except UsageError as error:
        return LetterConditions(error)
    holds = _list_holds(workspace, about, kind)
    today = uk_day(workspace.now())
    codes = (
        code
        for law in _LAWS_WITH_GROUNDS
        for code in _list_letter_codes(about, assume_regime(law, today))
    )
    return LetterConditions(
        None,
        tuple(f"{sentence(one.why)} {one.hint}" for one in holds),
        tuple((code, f"{code} {find_ground(code, today).name}") for code in codes),
    )


def _check_letter_settings(settings: Settings, kind: LetterKind) -> None:
    """Raise UsageError where the settings lack what a letter cannot be without."""
    missing = [name for name in _NEEDED[kind] if not getattr(settings, name).strip()]
    if missing:
        raise UsageError(
            f"A letter needs {listed(_SETTINGS_IN_WORDS[one] for one in missing)}, which "
            f"{'is' if len(missing) == 1 else 'are'} not set",
            hint=Hint(
                "An administrator can set that under Set up, Your council",
                OptionRemark(
                    f': add {listed(missing)} to the settings file, for example: {missing[0]} = "…"'
                ),
                ". To see where: ",
                Step("show-settings"),
            ),
        )


def _list_holds(workspace: Workspace, alert: Alert, kind: LetterKind) -> list[Hold]:
    """Return what holds the letter back, what is final first."""
    others = _list_other_alerts(workspace, alert)
    found = list_letter_holds(alert, others, kind, uk_day(workspace.now()))
    return sorted(found, key=lambda one: not one.final)


def _list_other_alerts(workspace: Workspace, alert: Alert) -> list[Alert]:
    found = queue.alerts(workspace, queue.Filters(supplier=alert.first.supplier_ref))
    return [one for one in found if one.id != alert.id]


def _check_letter_holds(
    workspace: Workspace, alert: Alert, kind: LetterKind, *, confirmed: bool
) -> None:
    """Raise Forbidden with the first reason that holds the letter back."""
    for hold in _list_holds(workspace, alert, kind):
        if hold.final or not confirmed:
            agreed = Hint(
                " If they agree, say who agreed", OptionRemark(" (--confirmed-with)"), "."
            )
            raise Forbidden(
                f"No {kind} letter about alert {alert.label}: {hold.why}",
                hint=Hint(hold.hint, "" if hold.final else agreed),
            )


def _find_letter_supplier(workspace: Workspace, alert: Alert) -> Supplier:
    """As it is stored now, else as it was screened."""
    first = alert.first
    stored = workspace.suppliers.get(first.supplier_ref)
    screened = (one for one in workspace.screened.suppliers(first.run_id))
    found = stored or next((one for one in screened if one.ref == first.supplier_ref), None)
    if found is None:
        raise NotFound(
            f"alert {alert.label} is about no supplier", hint="Screen the supplier again."
        )
    return found


def _find_letter_receiver(
    workspace: Workspace, supplier: Supplier, wanted: LetterRequest
) -> Supplier:
    """Return the supplier itself, or the one under which it works as a sub-contractor."""
    if not wanted.to:
        return supplier
    under = [one.supplier_ref for one in supplier.part_of if one.role == "sub-contractor"]
    receiver = workspace.suppliers.get(wanted.to) if wanted.to in under else None
    if receiver is None or wanted.kind != "representations":
        raise Invalid(
            f"{supplier.ref} is not a sub-contractor of {wanted.to!r}",
            field="to",
            hint=f"It works under: {', '.join(under) or 'none'}. Only representations go to "
            "another supplier.",
        )
    return receiver


def _check_section_30(wanted: LetterRequest, law: ContractRegime) -> None:
    """Raise Forbidden where no determination under Procurement Act 2023 s.30 can follow."""
    if wanted.running or law.code != "pa23":
        raise Forbidden(
            "section 30 of the Procurement Act 2023 is about an award under that Act, and this is "
            + ("a running contract" if wanted.running else law.regime.short),
            hint="Ask for an explanation instead: that letter rests on no exclusion ground.",
        )


def _build_subject_values(
    facts: LetterFacts, supplier: Supplier, receiver: Supplier
) -> dict[str, Value]:
    subcontractor = receiver.ref != supplier.ref
    if subcontractor and (facts.stated or facts.declared):
        raise Conflict(f"{supplier.ref} stated it itself: write to {supplier.ref}")
    if subcontractor and facts.subject:
        raise Conflict(
            f"the alert is about somebody behind {supplier.ref}, not about {supplier.ref} itself",
            hint="Ask your lawyers before you write to another supplier about it.",
        )
    return {
        "subject": supplier.name if subcontractor else facts.subject,
        "role": facts.role,
        "facts": facts.facts,
        **_format_flag_values(
            **{name: getattr(facts, name) for name in _FACTS_THAT_CHOOSE},
            subcontractor=subcontractor,
            connected=False,
            associated=False,
        ),
    }


def _format_flag_values(**flags: bool) -> dict[str, Value]:
    return {name: "yes" if flag else "" for name, flag in flags.items()}


def _find_confirmed_law(
    workspace: Workspace, supplier: Supplier, wanted: LetterRequest, title: str
) -> ContractRegime:
    """Return the law of what the letter is about, as a person confirmed it: of the supplier
    that the letter goes to, also where it is about a sub-contractor.

    Raises Forbidden where nobody did, Conflict where it is another than the one wanted, or where an
    award is written about and the first day of the contract has come, Invalid where it is not known
    which contract the letter is about.
    """
    named = supplier.named_engagements
    titled = [one for name, one in named if _is_same_title(name, title)] or [
        one for one in supplier.engagements if _is_same_title(one.title, title)
    ]
    if not title and (wanted.running or not wanted.regime):
        titled = list(supplier.engagements)
    laws = [find_contract_regime(workspace, one) for one in titled]
    if not laws and wanted.running:
        raise Invalid(
            f"{supplier.ref} has no contract {title!r}" if title else "say which contract it is",
            field="contract",
            hint="A letter about a running contract needs the title of one that is stored.",
        )
    if not laws:
        if not wanted.regime:
            raise Invalid(
                "say under which law the procurement is run",
                field="regime",
                given="",
                hint="It says which grounds there are. To write about a contract that is stored, "
                "give its title.",
            )
        new = Contract(procurement=Procurement(regime=wanted.regime))
        return find_contract_regime(workspace, new)
    unsettled = next((one for one in laws if not one.is_confirmed), None)
    if unsettled:
        raise Forbidden(
            f"No letter about exclusion before a person confirmed the law of the contract. "
            f"{format_contract_regime(unsettled)}",
            hint=Hint("Confirm it first: ", Step("confirm-regime", supplier=supplier.ref)),
        )
    if len({one.code for one in laws}) > 1:
        raise Invalid(
            f"{supplier.ref} has contracts under several laws: say which one it is about",
            field="contract",
            given="",
            hint=f"Its contracts: {'; '.join(name for name, _ in named if name)}.",
        )
    if wanted.regime and wanted.regime != laws[0].code:
        raise Conflict(
            f"the contract was bought under {laws[0].regime.short}, as a person confirmed",
            hint="Leave the law out, or correct it with the contract.",
        )
    if wanted.running:
        return laws[0]
    to_come = next((one for one in laws if not one.awarded), None)
    if to_come is None:
        raise Conflict(
            "the contract has begun, and this letter is for an award",
            hint=Hint(
                "Ask for the letter about a contract that is running",
                OptionRemark(" (--running)"),
                ". A new procurement needs a title of its own.",
            ),
        )
    return to_come


def _is_same_title(one: str, other: str) -> bool:
    """Return whether two titles differ in case, spaces, accents and signs at most: a contract that
    is stored must not pass for a procurement to come.
    """
    return same_text(one, other) or bool(
        fold_to_words(other) and fold_to_words(one) == fold_to_words(other)
    )


def _add_ground_values(
    alert: Alert,
    facts: LetterFacts,
    wanted: LetterRequest,
    values: dict[str, Value],
    today: date,
    law: ContractRegime,
) -> str:
    """Put the law, the ground, and whom it reaches, into the values; returns the ground's code."""
    possible = _list_letter_codes(alert, law)
    given = wanted.ground.strip()
    every = (*list_ground_codes(), *list_family_codes())
    code = next((one for one in every if one.casefold() == given.casefold()), given)
    if not code and len(possible) == 1:
        code = possible[0]
    if not code:
        raise _build_ground_error(alert, law, possible)
    one = find_ground(code, today)
    _refuse_security_grounds(one)
    declared = [each for each in facts.declared if code in each.grounds] or facts.declared
    if declared:
        reach = _add_declared_values(declared, values)
    else:
        reach = _derive_letter_reach(facts, wanted, subcontractor=bool(values["subcontractor"]))
    if reach not in one.reaches:
        raise Invalid(
            f"{code} cannot be about a {reach}",
            field="ground",
            hint=f"It can be about a {' or '.join(one.reaches)}.",
        )
    convicted = _find_conviction_day(alert)
    check_letter_law(law, one, reach, running=wanted.running, convicted=convicted)
    if code not in possible:
        raise _build_ground_error(alert, law, possible, code)
    _refuse_old_events(alert, one, find_look_back_day(one, law, convicted, today))
    values |= {
        **_format_ground(one),
        **choose_letter_parts(law, one, reach, running=wanted.running),
    }
    return code


def _list_letter_codes(alert: Alert, law: ContractRegime) -> tuple[str, ...]:
    entry = alert.compared.entry
    record = entry.record if entry else None
    wording = f"{record.event} {record.outcome}" if record else ""
    return list_named_codes(alert.first.possible_grounds, law, wording)


def _build_ground_error(
    alert: Alert, law: ContractRegime, possible: Sequence[str], code: str = ""
) -> Invalid:
    """Return the error for a ground that is not chosen, or to which what happened cannot go."""
    said = f"{code} is not one of the" if code else f"say which of the {len(possible)}"
    return Invalid(
        f"{said} grounds that alert {alert.label} can go to under {law.regime.short}",
        field="ground",
        given=code,
        hint=Hint(f"Choose {' or '.join(possible)}", OptionRemark(" (--ground)"), ".")
        if possible
        else "There is none. Grounds are named under the laws of the contracts that are stored: "
        "store this procurement with the supplier and screen again, or ask for an explanation, "
        "which rests on no exclusion ground.",
    )


def choose_letter_parts(
    law: ContractRegime, one: Ground, reach: Reach, *, running: bool
) -> dict[str, Value]:
    """Return which parts of the letter are for that law, ground and reach."""
    return _format_flag_values(
        act=law.code == "pa23",
        health=law.code == "psr-england",
        old=law.regime.grounds == "pcr-2015",
        # It ends by payment, not by what shows reliability (SI 2015/102 reg 57(5), (13)).
        tax=one.code == "PCR15-tax",
        notified=bool(law.has_rule("exclusion notice")) and not running,
        mandatory=one.kind == "mandatory",
        discretionary=one.kind == "discretionary",
        connected=reach == "connected person",
        associated=reach == "associated person",
    )


def _format_ground(one: Ground) -> dict[str, Value]:
    if not one.code.startswith(_GROUND_CODES["pa23"]):
        return {"ground": f"{one.law}: {one.name}", "ground_address": _REGULATION_57}
    return {
        "ground": f"Procurement Act 2023, Schedule {one.schedule}, paragraph {one.paragraph}: "
        f"{one.name}, as in force since {day(one.since)}",
        "ground_address": f"{_ACT}/schedule/{one.schedule}/paragraph/{one.paragraph}",
    }


def check_letter_law(
    law: ContractRegime,
    one: Ground,
    reach: Reach,
    *,
    running: bool,
    convicted: date | None = None,
) -> None:
    """Raise Forbidden, naming the law that applies, where that has no such hearing, ground, reach
    or ending, or where its words about it were not read.

    `convicted` is the day of the conviction. Where the law looks at the award, a conviction before
    it can end a running contract. Under Procurement Act 2023 s.78(11)(b) a later discovery counts
    for discretionary grounds only.
    """
    needed: list[RuleKind] = ["termination"] if running else []
    needed += ["representations", _GROUND_RULES[one.kind]]
    needed += [_REACH_RULES[reach]] if reach in _REACH_RULES else []
    for what in needed:
        rule = law.find_rule(what)
        reaches = rule and rule.has
        if rule and what == "termination":
            missed = (
                law.code == "pa23" and one.kind == "mandatory" and law.precedes_award(convicted)
            )
            since = rule.reach == "later events" and not missed
            reaches = rule.has and (since or reaches_award(one, law, convicted))
        if rule is None or not reaches:
            says = f"{rule.says} ({rule.at})" if rule and rule.at else rule.says if rule else ""
            raise Forbidden(
                f"the contract is under {law.regime.short}, which this letter would not follow: "
                f"{says}",
                hint="Ask for an explanation instead: that letter rests on no exclusion ground.",
            )
        if rule.sure in ("memory", "unresolved"):
            raise Forbidden(
                f"the contract is under {law.regime.short}, and what that says of it was not "
                f"read: {rule.at}",
                hint="Write it with your lawyers, or ask for an explanation: that letter rests on "
                "no exclusion ground.",
            )
    codes = _GROUND_CODES.get(law.regime.grounds)
    if codes is None or not one.code.startswith(codes):
        rule = law.find_rule(_GROUND_RULES[one.kind])
        raise Forbidden(
            f"{one.code} is a ground of another law: the contract is under {law.regime.short}",
            hint=f"Its grounds are in {rule.at if rule else 'that law'}. Choose one of them, or "
            "ask for an explanation: that letter rests on no exclusion ground.",
        )


def _find_conviction_day(alert: Alert) -> date | None:
    record = alert.compared.entry.record if alert.compared.entry else None
    return record.decision_date if record and record.type == "conviction" else None


def _refuse_old_events(alert: Alert, one: Ground, today: date) -> None:
    """Refuse what is too old for the ground by the shorter reading of its look-back."""
    entry = alert.compared.entry
    record = entry.record if entry else None
    convicted = record is not None and record.type == "conviction"
    event = alert.first.happened_on
    if record:
        event = record.decision_date if convicted else record.event_date
    counted = look_back(
        one,
        event,
        record.known_date if record else None,
        today,
        sch7_years=SHORTER,
        day_of="conviction" if convicted else "event",
    )
    if counted.inside is False:
        raise Forbidden(
            f"{TOO_OLD}: {counted.working}",
            hint="A letter keeps to the shorter look-back. Choose another ground, or ask your "
            "lawyers.",
        )


def _refuse_security_grounds(one: Ground) -> None:
    """Refuse grounds of national security, on which no council writes by itself."""
    if one.code in ("PA23-6-35", "PA23-7-14"):
        raise Forbidden(
            f"{one.code} is about national security: no letter goes out about it",
            hint="A Minister must be notified first, and agree: Procurement Act 2023 ss.29 and 79.",
        )


def _add_declared_values(declared: Sequence[Declaration], values: dict[str, Value]) -> Reach:
    """Put what the supplier declared into the values, and return who that is about."""
    whom: list[Reach] = [one.applies_to for one in declared]
    reach = "supplier" if "supplier" in whom else whom[0]
    values["facts"] = tuple(list_declared_facts(declared))
    if reach != "supplier":
        values["subject"] = "the party that your statement is about"
    values |= _format_flag_values(subcontractor=reach == "sub-contractor")
    return reach


def _derive_letter_reach(
    facts: LetterFacts, wanted: LetterRequest, *, subcontractor: bool
) -> Reach:
    if subcontractor:
        return "sub-contractor"
    if not facts.subject:
        return "supplier"
    if wanted.associated:
        return "associated person"
    if not facts.connected:
        raise Conflict(
            "neither a register nor the supplier says that the party is a connected person of it",
            hint=Hint(
                "If the supplier relies on it to meet the conditions of participation, say that "
                "it is an associated person",
                OptionRemark(" (--associated)"),
                "; if it is a sub-contractor, enter it as a "
                "supplier that works under this one. Connected persons: Procurement Act 2023 Sch 6 "
                "para 45.",
            ),
        )
    return "connected person"


def _split_address_lines(address: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in re.split(r"[\n,]", address))))


@use_case("read")
def letters(workspace: Workspace, alert: str = "", *, people: bool = True) -> list[Letter]:
    """Return every letter, or those about one alert, the oldest first; unless `people`, without who
    agreed.

    Raises Invalid or NotFound where the ID is not one alert's, and StorageError.
    """
    if alert:
        found = letters_of(workspace, find(workspace, alert).id)
    else:
        found = workspace.casework.letters.all()
    return found if people else [one.without_people() for one in found]


@use_case("export", event="export")
def copy(workspace: Workspace, position: int, *, file: str) -> tuple[Letter, bytes]:
    """Return a letter again, byte for byte as it was made, recorded as exported to `file` (its
    name).

    Raises NotFound, and StorageError.
    """
    found = workspace.casework.letters.get(position)
    if found is None:
        raise NotFound(
            f"Unknown letter {position}",
            hint=Hint("It may be past its retention period. To see all: ", Step("list-letters")),
        )
    letter, body = found
    workspace.record(
        "export", {"file": file, "letter": position, "sha256": letter.sha256}, subject="letter"
    )
    return letter, body
