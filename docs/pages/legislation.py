"""The page of legislation: each provision that a check, a ground or a table cites."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pages.citations import (
    KNOWN,
    OWN_ACT,
    Cited,
    Provision,
    Statute,
    citations_read,
    find_provision_rows,
    list_cited_provisions,
    load_statutes,
)

from duediligence.contracts.checks import AnyCheck
from duediligence.extensions.sharing.sharing_bases import sharing_bases
from duediligence.law.crimes import load_crime_acts
from duediligence.law.exemptions import load_exemptions
from duediligence.law.governance import load_governance
from duediligence.law.grounds import (
    FACTORS,
    REMINDERS,
    list_ground_codes,
    list_ground_versions,
    provider_selection_regime,
)
from duediligence.law.old_convictions import load_old_convictions
from duediligence.law.personal_insolvency import load_keeping_periods
from duediligence.law.powers import AGENCIES, POWERS
from duediligence.law.registrations import load_trades
from duediligence.law.victims import help_for_victims
from duediligence.model.letters import LETTER_KINDS
from duediligence.render.letter_page import list_letter_bases

INTRO = """# Legislation

Each provision that a check, a ground, a registration, a council power, a letter, a step for
victims, a basis of sharing, an exemption, a document or the table of offences cites, and what it
says, in our words. A test ensures that everything cited is here and that everything here is cited.
How each is known: *text*, {text} (the link leads to it, and its first eight words follow);
*guide*, {guide}; *secondary*, {secondary}; *memory*, {memory}. No letter to a supplier rests on a
row from memory. The texts were read on {read}.

| known by | rows |
|---|---|
{count}

"""


def uses(checks: Iterable[AnyCheck]) -> Mapping[Cited, set[str]]:
    """What is cited, with who cites it. Raises NotRegular where a text cites what is not known."""
    found: dict[Cited, set[str]] = defaultdict(set)
    for who, text, of in _texts(checks):
        for one in list_cited_provisions(text, of):
            found[one].add(who)
    for act in load_crime_acts().values():
        if act.year:
            found[Cited(act.title, "")].add("offences")
            for offence in act.offences:
                for at in _provisions(act.title, offence.sections):
                    found[Cited(act.title, at)].add("offences")
    return found


def _texts(checks: Iterable[AnyCheck]) -> Iterator[tuple[str, str, str]]:
    """Who says it, the text, and the statute that it is about where it names none."""
    for check in checks:
        yield f"[`{check.id}`](checks.md#{check.id.lower()})", check.basis, ""
    for code in list_ground_codes():
        who = f"[`{code}`](grounds.md#{code.lower()})"
        for text in list_ground_versions(code):
            yield who, f"Sch {text.schedule} para {text.paragraph}", OWN_ACT
            for words in (text.law, *text.notes):
                yield who, words, OWN_ACT
            for limb in text.limbs:
                if limb.sections:
                    (act, *_) = list_cited_provisions(text.law)
                    for at in _provisions(act.statute, limb.sections):
                        yield who, f"{act.statute} {at}", ""
    for power in POWERS.values():
        for title in power.acts:
            yield "council powers", f"{title}.", ""
    for agency in AGENCIES.values():
        for title in agency.acts:
            yield "powers in a [case](../officer/partnership-cases.md)", f"{title}.", ""
    for step in help_for_victims().step:
        yield "[victims first](victims-first.md)", step.source, ""
    for registration, _ in load_trades():
        who = "[registrations](registrations.md)"
        yield who, registration.law, ""
    regime = provider_selection_regime()
    for rule in regime.rules:
        yield "health services", rule.reference, regime.title
        yield "health services", rule.says, OWN_ACT
    for kind in LETTER_KINDS:
        for basis in list_letter_bases(kind):
            yield "[letters](../officer/letters.md)", basis, ""
    for sharing in sharing_bases().values():
        yield "[sharing](../officer/sharing.md)", sharing.law, ""
    for row in (*load_exemptions().exemption, *load_exemptions().remark):
        yield "[requests for information](../officer/data-protection.md)", row.source, ""
    table = load_governance()
    for one in (*table.document, *table.basis, *table.flow, *table.risk, *table.duty):
        yield "[documents](../officer/data-protection.md)", one.source, ""
    yield "old convictions", load_old_convictions().source, ""
    for period in load_keeping_periods():
        yield "keeping of personal insolvencies", period.source.partition(":")[0], ""
    for factor in (*FACTORS, *REMINDERS):
        yield "before you decide", factor.reference, OWN_ACT


def _provisions(title: str, sections: str) -> Iterator[str]:
    mark = "reg " if " Regulations " in title else "s."
    for one in sections.split():
        if one[0].isdigit():
            yield f"{mark}{one.partition('(')[0]}"
        elif one.startswith("Sch"):
            yield f"Sch {one.removeprefix('Sch')}"


def page(checks: Iterable[AnyCheck]) -> Iterator[str]:
    """The whole page, in Markdown."""
    by_row: dict[tuple[str, Provision], set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    for one, who in uses(checks).items():
        whole[one.statute] |= who if not one.at else set()
        for row in find_provision_rows(one):
            by_row[one.statute, row] |= who
    rows = [row for statute in load_statutes().values() for row in statute.list_rows()]
    count = Counter(row.known for row in rows)
    yield INTRO.format(
        **KNOWN,
        read=citations_read().isoformat(),
        count="\n".join(f"| {one} | {count[one]} of {len(rows)} |" for one in KNOWN),
    )
    for statute in sorted(load_statutes().values(), key=lambda one: one.title):
        yield f"## {statute.title}\n\n{statute.says}"
        yield f" {statute.status}." if statute.status else ""
        yield "" if statute.provisions else f" ({_format_known(statute, *statute.list_rows())})"
        by = ", ".join(sorted(whole[statute.title]))
        yield f" As a whole: {by}.\n\n" if by else "\n\n"
        if statute.provisions:
            yield "| provision | what it says | status | how it is known | cited by |\n"
            yield "|---|---|---|---|---|\n"
        for row in statute.provisions:
            by = ", ".join(sorted(by_row[statute.title, row]))
            status, known = row.status or "in force", _format_known(statute, row)
            yield f"| {row.at} | {row.says} | {status} | {known} | {by} |\n"
        yield "\n" if statute.provisions else ""


def _format_known(statute: Statute, row: Provision) -> str:
    match row.known:
        case "text":
            return f"[text]({statute.find_address(row)}): `{row.starts}`"
        case "guide":
            return f"[guide]({row.guide})"
        case "secondary":
            return f"secondary: {row.secondary}"
    return "memory"
