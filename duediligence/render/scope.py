"""What was looked at and what was not, once a run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from duediligence.law.regimes import find_regime_text
from duediligence.model import (
    Finding,
    ListStatus,
    Register,
    RegisterInUse,
    Run,
    Scope,
    ScopeGap,
    Severity,
    Weakening,
    not_looked_at,
)
from duediligence.model.facts import joined, say, word
from duediligence.model.findings import PERSONAL_INSOLVENCY
from duediligence.model.runs import WeakeningKind
from duediligence.render import wording
from duediligence.render.wording import day
from duediligence.text.wording import count, listed

TITLE = "What this run looked at, and what it did not"
# The check of the one row that states the scope in a table of flags.
SCOPE = "SCOPE"

GAPS: Mapping[ScopeGap, str] = {
    "no-company-register": "Companies House: suppliers' own records, their officers, owners, "
    "filings and insolvencies",
    "company-bulk-file-only": "officers, filing history, charges in detail, insolvency cases, "
    "disqualified directors and other appointments of directors, which no bulk file of Companies "
    "House has; it also lacks dissolved companies and anything filed since its day",
    "owners-not-loaded": "people with significant control, and the owners above them",
    "addresses-not-counted": "how many companies share an address",
    "accounts-not-loaded": "figures of companies' accounts",
    "accounts-file-only": "accounts that were filed on paper, that have a non-standard auditor's "
    "report, or that are in no file loaded",
    "charities-england-wales-not-loaded": "charities of England and Wales",
    "charities-england-wales-file-only": "inquiries into charities of England and Wales that are "
    "still open",
    "charities-scotland-not-loaded": "charities of Scotland",
    "charities-scotland-file-only": "trustees, inquiries, insolvency and late accounts of Scottish "
    "charities, which their file does not have",
    "charities-northern-ireland-not-loaded": "charities of Northern Ireland",
    "charities-northern-ireland-file-only": "trustees, inquiries and insolvency of Northern Irish "
    "charities, which their file does not have",
    "extension-not-installed": "records of an extension that is not installed, such as "
    "messages and reports of partners",
}
_IN_SHORT: Mapping[ScopeGap, str] = {
    "no-company-register": "records of companies",
    "company-bulk-file-only": "officers, filings and insolvency cases",
    "owners-not-loaded": "owners",
    "addresses-not-counted": "shared addresses",
    "accounts-not-loaded": "figures of accounts",
    "accounts-file-only": "accounts filed on paper",
    "extension-not-installed": "records of an extension that is not installed",
}
# What loaded files never tell: of the registers themselves, whatever else is set up.
FILE_LIMITS: tuple[ScopeGap, ...] = (
    "company-bulk-file-only",
    "accounts-file-only",
    "charities-england-wales-file-only",
    "charities-scotland-file-only",
    "charities-northern-ireland-file-only",
)
REGISTERS: Mapping[Register, str] = {
    "companies-house": "Companies House",
    "psc": "people with significant control",
    "accounts": "figures of accounts",
    "charities-england-wales": "charities of England and Wales",
    "charities-scotland": "charities of Scotland",
    "charities-northern-ireland": "charities of Northern Ireland",
    "gleif": "parents of companies, by GLEIF",
}
# What each kind of weakening does, before those of that kind.
_WEAKENED: Mapping[WeakeningKind, str] = {
    "threshold": "weaker matches are not shown: the threshold is ",
    "list threshold": "weaker matches are not shown on these lists, each with its threshold: ",
    "limit": "further matches of a party on one list are only counted beyond ",
    "severity": "the policy lowers the severity of these checks: ",
    "parameter": "the policy sets other parameters of checks, which may then find less: ",
    "look-back": "discretionary grounds look back fewer years: ",
    "exit code": "the exit code 1 is only for a severity from ",
    "list age": "an older copy of these lists counts as current, in days: ",
    "list gone": "these lists were searched by the last run and not now: ",
    "people not proven": "birth dates that an earlier version read tell nobody from a listed "
    "person; to settle it, import the file again or confirm the people: ",
}
_MOST_REFS = 10
INSOLVENCY_LIMITS = (
    "Lists of insolvent individuals were searched for sole traders, partners, directors and owners "
    "alone. They lose a case three months after it ends, and have none of Scotland or Northern "
    "Ireland: that somebody is not found proves nothing over three or five years."
)
_GRAVE: tuple[Severity, ...] = ("high", "critical")
_CERTAINTY = {
    "confirmed": "confirmed",
    "likely": "likely, to be confirmed",
    "unknown": "assumed, for no contract says under which law it was bought",
}
# What would look at more: in words, and as what is typed at a command line.
_WAYS = {
    "key": (
        "a free key for the API of Companies House",
        "a free key for the API of Companies House (setting companies_house_key)",
    ),
    "companies": (
        "the bulk file of Companies House",
        "duediligence registers load companies-house FILE",
    ),
    "psc": ("its file of people with significant control", "duediligence registers load psc FILE"),
    "accounts": ("its files of accounts", "duediligence registers load accounts FILE"),
    "charities": (
        "the files of the charity registers",
        "duediligence registers load charities FILE",
    ),
    "lists": ("the lists that are not in use", "duediligence lists status"),
}


def scope_lines(run: Run, *, commands: bool = False) -> list[str]:
    """Return the scope of a run: in which ways it shows less, lists, registers, what was not looked
    at, and what would look at more (with `commands`, as it is typed); and how many namesakes were
    set aside.
    """
    namesakes = [wording.format_namesake_count(run, commands=commands)] if run.namesakes else []
    told = describe_scope(run.lists, run.scope, asked=bool(run.readings), commands=commands)
    return [*list_run_remarks(run), *namesakes, *told, *_list_insolvency_limits(run)]


def _list_insolvency_limits(run: Run) -> list[str]:
    """Return what lists of insolvent individuals cannot show, where one was searched."""
    topics = run.basis.topics if run.basis else {}
    searched = {topics.get(one.list_id) for one in run.lists if one.version}
    return [INSOLVENCY_LIMITS] if PERSONAL_INSOLVENCY in searched else []


def list_run_remarks(run: Run) -> list[str]:
    """Return in which ways a run shows less, which lists with findings were never tried on real
    bytes, which alerts this version judges otherwise than the one before, and under which law its
    grounds are named.
    """
    found = {finding.list_id for finding in run.findings}
    untried = format_untried_lists(one for one in run.lists if one.list_id in found)
    return [
        *weakening_lines(run.weakenings),
        *filter(None, [untried]),
        *list_judgement_lines(run),
        *list_ground_lines(run),
    ]


def format_untried_lists(statuses: Iterable[ListStatus]) -> str:
    """Return which of the lists were never tried on real bytes, as one line; empty where none."""
    titles = [status.title for status in statuses if status.untried]
    if not titles:
        return ""
    return (
        f"Never tried on real bytes: {'; '.join(titles)}. Nobody has seen a file of the publisher "
        "yet: compare what is found with the publisher's page."
    )


def list_judgement_lines(run: Run) -> list[str]:
    """Return how many alerts this version judges otherwise, and those that are high now; nothing
    where it judges all alike. No decision is lost by it.
    """
    every = [(ref, one) for ref, some in run.by_judgement.items() for one in some]
    if not every:
        return []
    weighed = sum(one.before != one.now for _, one in every)
    lines = [
        f"Judged otherwise by this version, though what is known is the same: "
        f"{count(len(every), 'alert')} ({weighed:,} with another severity, "
        f"{sum(one.grounds for _, one in every):,} with other grounds). Decisions hold."
    ]
    graver = [
        (ref, one)
        for ref, one in every
        if one.now in _GRAVE and one.before not in _GRAVE and one.handling != "restricted"
    ]
    if graver:
        named = [
            f"{ref}, {one.check_title}: {one.now}, was {one.before}"
            f"{f', {one.state}' if one.state else ''}"
            for ref, one in graver
        ]
        lines.append(f"To review, for they are high now: {'; '.join(named)}.")
    return lines


def build_judgement_documents(run: Run) -> list[dict[str, Any]]:
    """Return the alerts that are judged otherwise, for programs, restricted ones left out."""
    return [
        {"supplier_ref": ref, **msgspec.to_builtins(one)}
        for ref, some in run.by_judgement.items()
        for one in some
        if one.handling != "restricted"
    ]


def list_ground_lines(run: Run) -> list[str]:
    """Return under which law the possible grounds of a run are named, and how sure that is; empty
    where none is named.
    """
    if not (run.grounds_under and any(one.possible_grounds for one in run.findings)):
        return []
    told = [
        f"{find_regime_text(one.regime, run.as_of).short} "
        f"({count(one.suppliers, 'supplier')}, {_CERTAINTY[one.certainty]})"
        for one in run.grounds_under
    ]
    return [f"Possible grounds are named under {'; '.join(told)}."]


def list_hearings(run: Run) -> list[str]:
    """Return what laws with grounds of their own say about hearing a supplier, those under which
    grounds of the run are named.
    """
    texts = (find_regime_text(one.regime, run.as_of) for one in run.grounds_under)
    return [
        f"Under {text.short}: {rule.says}"
        for text in texts
        for rule in text.rules
        if text.grounds != "pa23" and rule.what == "representations" and rule.has
    ]


def weakening_lines(weakenings: Iterable[Weakening]) -> list[str]:
    """Return a line for each kind of weakening: `Weakened: the threshold is 0.95 (default 0.8).`"""
    return [f"Weakened: {words}." for words in weakenings_by_kind(weakenings).values()]


def weakenings_by_kind(weakenings: Iterable[Weakening]) -> dict[WeakeningKind, str]:
    """Return the words of each kind of weakening, without the first word and the full stop."""
    by_kind: dict[WeakeningKind, list[str]] = {}
    for one in weakenings:
        by_kind.setdefault(one.kind, []).append(_format_weakening(one))
    return {kind: f"{_WEAKENED[kind]}{'; '.join(some)}" for kind, some in by_kind.items()}


def _format_weakening(one: Weakening) -> str:
    named = " ".join(filter(None, (one.title or one.what, one.title and f"({one.what})")))
    set_to = f"{one.now} (default {one.usual})" if one.usual != "" else ""
    counted = f"{count(one.count, 'supplier')}:" if one.count else ""
    return " ".join(filter(None, (named, set_to, counted, listed(one.refs, _MOST_REFS))))


def describe_scope(
    lists: Sequence[ListStatus],
    scope: Scope | None,
    *,
    asked: bool = False,
    commands: bool = False,
) -> list[str]:
    """Return the same of an installation. `asked`: some register was, where the scope was not
    kept.
    """
    used = [one.title for one in lists if one.in_use]
    unused = len(lists) - len(used)
    names = f"Lists in use ({len(used)}): {'; '.join(used)}." if used else "No list is in use."
    rest = (
        f" {count(unused, 'other list')} {_choose_is_or_are(unused)} not in use." if unused else ""
    )
    return [
        names + rest,
        *_not_read(lists),
        *_describe_registers(scope, asked=asked),
        *_list_scope_advice(scope, unused, commands=commands),
    ]


def _not_read(lists: Sequence[ListStatus]) -> list[str]:
    """Return the rows that registers have and that could not be read, within what they are
    allowed.
    """
    told = [
        f"{one.title} ({count(one.version.not_read, 'row')})"
        for one in lists
        if one.version and one.version.not_read
    ]
    return [f"Registers with rows that could not be read: {'; '.join(told)}."] if told else []


def in_short(run: Run) -> str:
    """Return `7 lists, all read; Companies House (online). Not looked at: officers and filings`."""
    scope = run.scope or Scope()
    read = len(run.in_use) - len(run.not_checked)
    how = f"{read:,} of them current" if run.not_checked else "all read"
    lists = f"{count(len(run.in_use), 'list')}, {how}"
    looked_at = [lists, *map(_in_use, scope.registers)]
    gaps = dict.fromkeys(_IN_SHORT.get(gap, "charities") for gap in scope.gaps)
    return "; ".join(looked_at) + (f". Not looked at: {'; '.join(gaps)}" if gaps else "")


def scope_row(run: Run) -> Finding:
    """Return the scope as the last row of a table of flags."""
    ended = wording.sentence(wording.format_ended_count(run))
    return row_of_run(run, SCOPE, TITLE, filter(None, [ended, *scope_lines(run)]))


def row_of_run(run: Run, check_id: str, title: str, lines: Iterable[str]) -> Finding:
    """Return what is said of a whole run as a row of a table of flags: no finding, about no
    supplier.
    """
    return Finding(
        run_id=run.id,
        supplier_ref="",
        supplier_name="(all suppliers)",
        company_number="",
        check_id=check_id,
        check_title=title,
        topic="coverage",
        outcome="out_of_scope",
        severity="low",
        why=joined(" ", [say("{line}", line=word(line)) for line in lines]),
    )


def _describe_registers(scope: Scope | None, *, asked: bool) -> list[str]:
    if scope is None:
        return [] if asked else ["No register of companies or charities was asked."]
    if scope.registers:
        told = [f"Registers in use: {'; '.join(map(_in_use, scope.registers))}."]
    else:
        told = ["No register of companies or charities is set up."]
    if scope.gaps:
        told.append(f"Not looked at: {'; '.join(GAPS[gap] for gap in scope.gaps)}.")
    return told


def _in_use(one: RegisterInUse) -> str:
    if one.online:
        return f"{REGISTERS[one.register]} (online)"
    old = ", out of date: load a newer one" if one.stale else ""
    dated = f" of {day(one.dated)}" if one.dated else ""
    return f"{REGISTERS[one.register]} (bulk file{dated}{old})"


def _list_scope_advice(scope: Scope | None, unused: int, *, commands: bool) -> list[str]:
    gaps = scope.gaps if scope else ()
    lacking = not_looked_at(gaps)
    ways = ["key"] if "company-bulk-file-only" in lacking else []
    if {"no-company-register", "addresses-not-counted"} & lacking:
        ways.append("companies")
    if "owners-not-loaded" in gaps:
        ways.append("psc")
    if "accounts-not-loaded" in gaps:
        ways.append("accounts")
    if any(gap.startswith("charities-") and gap.endswith("-not-loaded") for gap in gaps):
        ways.append("charities")
    if unused:
        ways.append("lists")
    said = [_WAYS[way][commands] for way in ways]
    return [f"To look at more: {'; '.join(said)}."] if said else []


def _choose_is_or_are(number: int) -> str:
    return "is" if number == 1 else "are"
