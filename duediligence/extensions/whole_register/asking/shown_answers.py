"""Answers of the whole register as they are shown: one table for the terminal, CSV and JSON."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from duediligence.delivery.flag_files import check_folder
from duediligence.errors import Invalid
from duediligence.extensions.whole_register.asking.answers import (
    AddressRow,
    AnswerCut,
    AnswerScope,
    BusyPersonRow,
    ChangeRow,
    CircleRow,
    Handover,
    HandoverRow,
    MassAddressRow,
    NearRow,
    PhoenixRow,
    Question,
    RegisterAnswer,
    RegisterCompany,
    RegisterTable,
    SharedAddressRow,
)
from duediligence.model.audit import AuditEvent
from duediligence.model.networks import NetworkLink, NetworkMark, NetworkNode, NetworkPath
from duediligence.render.output import encode_envelope
from duediligence.render.wording import day, format_cell, visible
from duediligence.screening.access import use_case
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count, listed
from duediligence.writing import encode_csv, write_bytes, write_text

# What a row says, by the name of its column.
Fields = Mapping[str, str | int | float | tuple[str, ...] | None]

_COUNTED: Mapping[Question, tuple[str, str]] = {
    "near": ("path", "paths"),
    "address": ("party", "parties"),
    "shared-addresses": ("shared address", "shared addresses"),
    "phoenixes": ("pair of a new and a failed company", "pairs of a new and a failed company"),
    "mass-addresses": ("address", "addresses"),
    "people": ("person", "people"),
    "circles": ("circle of owners", "circles of owners"),
    "changes": ("change", "changes"),
    "handed-over": ("handover", "handovers"),
}
# What follows from the answer, and what does not.
_CAVEATS: Mapping[Question, str] = {
    "near": "A path is a reason to look, not a finding. People are joined by name and month of "
    "birth: check that they are one.",
    "address": "Sharing a building is weak where many companies are in it.",
    "shared-addresses": "Sharing an address is weak where many companies use it, such as an "
    "accountant's or a formation agent's.",
    "phoenixes": "Insolvency Act 1986 s.216 allows a name again with leave of the court or after a "
    "notice in the Gazette (code 2403): look for both before you ask the supplier.",
    "mass-addresses": "Formation agents and serviced offices are lawful.",
    "people": "People are joined by name and month of birth: check that they are one.",
    "circles": "A circle of owners hides who controls: ask for the ultimate owner.",
    "changes": "",
    "handed-over": "A handover within a family is lawful. Ask who decides in the company.",
}
_TABLES: Mapping[RegisterTable, str] = {
    "companies": "companies (BasicCompanyData)",
    "owners": "owners (PSC snapshot)",
    "officers": "officers (officers bulk file)",
    "screened": "results of registers screen",
}
_MISSING: Mapping[RegisterTable, str] = {
    **{table: f"{words} not loaded" for table, words in _TABLES.items()},
    "screened": "the whole register was not screened against the lists yet",
}
# The columns of each answer: their names and order are a promise to whoever reads them.
ANSWER_COLUMNS: Mapping[Question, tuple[str, ...]] = {
    "near": ("strength", "supplier_ref", "name", "number", "steps", "recorded", "path"),
    "address": (
        "strength", "what", "name", "number", "company", "status", "supplier_ref", "same_unit",
        "until",
    ),
    "shared-addresses": ("strength", "address", "companies", "suppliers", "used_as"),
    "phoenixes": (
        "strength", "new", "new_number", "new_supplier_ref", "formed", "failed", "failed_number",
        "failed_supplier_ref", "status", "took_over",
    ),
    "mass-addresses": ("address", "companies", "live", "new_within_a_year", "failed", "suppliers"),
    "people": ("person", "born", "companies", "failed", "suppliers"),
    "circles": ("length", "entwined", "circle", "suppliers"),
    "changes": ("what", "company", "company_number", "company_supplier_ref", "before", "after"),
    "handed-over": (
        "strength", "company", "company_number", "company_supplier_ref", "handed_over", "listed",
        "behind_failed",
    ),
}  # fmt: skip
# Of a circle of more companies than this the others are counted.
_MOST_NAMED = 50
_FORWARD: Mapping[str, str] = {"owner": "owned by", "address": "registered at"}


class _Named:
    """Names people, or gives each a number, the same wherever the name stands in one answer."""

    def __init__(self, *, people: bool) -> None:
        self.people = people
        self._numbers: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        if self.people:
            return name
        return f"person {self._numbers.setdefault(name, len(self._numbers) + 1)}"


def answer_fields(answer: RegisterAnswer[Any], *, people: bool) -> list[Fields]:
    """Return the rows of an answer as columns, in order. Unless `people`, each person is a
    number.
    """
    named = _Named(people=people)
    return [_build_answer_fields(row, named) for row in answer.rows]


def answer_table(answer: RegisterAnswer[Any], *, people: bool) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells for a terminal."""
    headings = [name.replace("_", " ") for name in ANSWER_COLUMNS[answer.question]]
    return headings, [
        [visible(_format_answer_cell(value)) for value in row.values()]
        for row in answer_fields(answer, people=people)
    ]


def answer_summary(answer: RegisterAnswer[Any]) -> str:
    """Return `3 paths found`, or how many of all are shown."""
    found = count(answer.found, *_COUNTED[answer.question])
    shown = len(answer.rows)
    if shown < answer.found:
        strongest = "strength" in ANSWER_COLUMNS[answer.question]
        return f"The first {shown:,} of {found}{', the strongest first' if strongest else ''}"
    return f"{found} found" if found[0] != "0" else f"No {_COUNTED[answer.question][0]} found"


def answer_notes(answer: RegisterAnswer[Any]) -> list[str]:
    """Return what was counted, which files were asked, which bounds cut the answer, and a
    caution.
    """
    lines = [
        f"{words[0].upper()}{words[1:]}: {number:,}" for words, number in answer.counts.items()
    ]
    lines.append(_format_answer_scope(answer.scope))
    lines += [_format_answer_cut(cut) for cut in answer.cuts]
    return [*lines, *filter(None, [_CAVEATS[answer.question]])]


def answer_warnings(answer: RegisterAnswer[Any]) -> list[str]:
    """Return what could not be asked."""
    lines = [f"Not asked: {_MISSING[table]}" for table in answer.scope.missing]
    if answer.scope.lists_not_searched:
        lists = listed(answer.scope.lists_not_searched)
        lines.append(f"Not searched by registers screen: {lists}")
    return [f"{line}. Nothing found is not clear." for line in lines]


def answer_document(answer: RegisterAnswer[Any], *, people: bool) -> dict[str, object]:
    """Return the answer for programs."""
    return {
        "question": answer.question,
        "version": answer.scope.version,
        "compared_with": answer.scope.compared_with or None,
        "files": {table: on.isoformat() if on else None for table, on in answer.scope.days.items()},
        "not_loaded": list(answer.scope.missing),
        "lists_searched": list(answer.scope.lists),
        "lists_not_searched": list(answer.scope.lists_not_searched),
        "complete": answer.complete,
        "found": answer.found,
        "counts": dict(answer.counts),
        "cuts": [{"what": cut.kind, "kept": cut.kept, "of": cut.of} for cut in answer.cuts],
        "rows": [
            {
                name: round(value, 4) if isinstance(value, float) else value
                for name, value in row.items()
            }
            for row in answer_fields(answer, people=people)
        ],
    }


def answer_file(answer: RegisterAnswer[Any], path: Path, *, people: bool) -> None:
    """Write the answer as CSV or, for the ending `.json`, as JSON. Raises StorageError.

    The last rows of a CSV say what was asked and what could not be.
    """
    if path.suffix.lower() == ".json":
        document = encode_envelope(answer_document(answer, people=people))
        write_text(path, msgspec.json.format(document, indent=2).decode() + "\n")
        return
    columns = ANSWER_COLUMNS[answer.question]
    rows = [
        [_format_answer_cell(value) for value in row.values()]
        for row in answer_fields(answer, people=people)
    ]
    for line in [answer_summary(answer), *answer_warnings(answer), *answer_notes(answer)]:
        rows.append([format_cell(line), *[""] * (len(columns) - 1)])
    write_bytes(path, encode_csv(columns, rows, quoted=True))


def _format_answer_cell(value: str | int | float | tuple[str, ...] | None) -> str:
    if isinstance(value, float):
        return f"{value:.0%}" if value >= 0.1 else f"{value:.2%}"
    return format_cell(value)


def _format_answer_scope(scope: AnswerScope) -> str:
    files = [
        f"{_TABLES[table]} of {day(on)}" if on else f"{_TABLES[table]} of an unknown day"
        for table, on in scope.days.items()
    ]
    compared = f", compared with that of {scope.compared_with[:10]}" if scope.compared_with else ""
    lists = f". Lists searched: {listed(scope.lists)}" if scope.lists else ""
    return f"Asked: {listed(files)}{compared}{lists}"


def _format_answer_cut(cut: AnswerCut) -> str:
    of = f" of {cut.of:,}" if cut.of is not None else ""
    match cut.kind:
        case "hubs":
            return (
                f"Not followed: {count(cut.of or 0, 'party', 'parties')} behind more than "
                f"{cut.kept:,} companies, such as formation agents"
            )
        case "paths":
            return f"Cut: at each step only the strongest {cut.kept:,}{of} paths were followed"
        case "circles":
            return f"Cut: only {cut.kept:,}{of} links between companies were followed"
        case "chain":
            return f"Cut: chains are followed for {cut.kept} handovers"
        case "shortlist":
            return f"Cut: only the first {cut.kept:,} parties at this building were compared"
        case "rows":
            return f"Cut: only {cut.kept:,}{of} rows were looked at"


def _build_answer_fields(row: object, named: _Named) -> Fields:
    match row:
        case NearRow():
            return _build_near_fields(row.path, named)
        case AddressRow():
            return {
                "strength": row.strength,
                "what": row.what,
                "name": named(row.name) if row.personal else row.name,
                "number": row.company.number,
                "company": row.company.name,
                "status": _format_register_status(row.company),
                "supplier_ref": row.company.supplier_ref,
                "same_unit": {True: "yes", False: "no", None: "not known"}[row.same_unit],
                "until": row.until.isoformat() if row.until else "",
            }
        case SharedAddressRow():
            return {
                "strength": row.strength,
                "address": row.address if row.registered or named.people else "withheld",
                "companies": row.companies,
                "suppliers": tuple(
                    f"{one.supplier_ref} {_format_register_company(one)}".strip()
                    for one in row.suppliers
                ),
                "used_as": row.uses,
            }
        case PhoenixRow():
            return {
                "strength": row.strength,
                **_build_company_fields("new", row.new),
                "formed": row.new.created_on.isoformat() if row.new.created_on else "",
                **_build_company_fields("failed", row.old),
                "status": _format_register_status(row.old),
                "took_over": tuple(_taken_over(row, named)),
            }
        case MassAddressRow():
            return {
                "address": row.address,
                "companies": row.companies,
                "live": row.live,
                "new_within_a_year": row.new,
                "failed": row.failed,
                "suppliers": row.suppliers,
            }
        case BusyPersonRow():
            return {
                "person": row.name if named.people else named(f"{row.name} {row.born}"),
                "born": row.born if named.people else "",
                "companies": row.companies,
                "failed": row.failed,
                "suppliers": row.suppliers,
            }
        case CircleRow():
            return {
                "length": len(row.companies),
                "entwined": row.entwined,
                "circle": _format_owner_circle(row.companies),
                "suppliers": tuple(one.supplier_ref for one in row.companies if one.supplier_ref),
            }
        case ChangeRow():
            return {
                "what": row.what,
                **_build_company_fields("company", row.company),
                "before": row.before,
                "after": row.after,
            }
        case HandoverRow():
            return {
                "strength": row.strength,
                **_build_company_fields("company", row.company),
                "handed_over": tuple(_format_handover(one, named) for one in row.chain),
                "listed": _format_handover_match(row),
                "behind_failed": _format_register_company(row.failed) if row.failed else "",
            }
    raise AssertionError(row)


def _build_near_fields(path: NetworkPath, named: _Named) -> Fields:
    first, last = path.nodes[0], path.nodes[-1]
    return {
        "strength": path.strength,
        "supplier_ref": first.supplier_ref,
        "name": first.label,
        "number": first.number,
        "steps": len(path.links),
        "recorded": tuple(map(mark_words, last.marks)),
        "path": path_words(path, named),
    }


def path_words(path: NetworkPath, named: "_Named | None" = None) -> str:
    """Return the path, one party after the other, with what links them and when.

    `A LIMITED (99000001) → director since 1 May 2020: Jo Invented → director of: B LIMITED`.
    """
    told = named or _Named(people=True)
    return " → ".join(_on_the_way(path, told))


def _on_the_way(path: NetworkPath, named: _Named) -> Iterator[str]:
    yield _format_path_node(path.nodes[0], named)
    for before, link, node in zip(path.nodes, path.links, path.nodes[1:], strict=False):
        yield f"{_format_path_link(before, link)}: {_format_path_node(node, named)}"


def _format_path_node(node: NetworkNode, named: _Named) -> str:
    label = named(node.label) if node.personal else node.label
    if node.kind == "company":
        return f"{label} ({node.number})"
    behind = node.companies or 0
    return f"{label} ({count(behind, 'company', 'companies')})" if behind > 2 else label


def _format_path_link(before: NetworkNode, link: NetworkLink) -> str:
    kind = str(link.kind)
    forward = link.one == before.id
    words = _FORWARD.get(kind, kind) if forward else f"{kind} of"
    dates = [
        f"{word} {day(on)}" for word, on in (("since", link.since), ("until", link.until)) if on
    ]
    return " ".join([words, *([f"({', '.join(dates)})"] if dates else [])])


def mark_words(mark: NetworkMark) -> str:
    """Return `liquidation`, or `listed: UK E-1 (93% similar)`."""
    words = f"listed: {mark.what}" if mark.kind == "listed" else mark.what.replace("-", " ")
    since = f" since {day(mark.on)}" if mark.on else ""
    return f"{words}{since}" + (f" ({mark.sure})" if mark.sure else "")


def _format_owner_circle(companies: Sequence[RegisterCompany]) -> str:
    left = len(companies) - _MOST_NAMED
    names = [*map(_format_register_company, companies[:_MOST_NAMED])]
    if left > 0:
        names.append(count(left, "more company", "more companies"))
    return " owns ".join([*names, names[0]])


def _build_company_fields(what: str, company: RegisterCompany) -> dict[str, str]:
    return {
        what: company.name or "not known",
        f"{what}_number": company.number,
        f"{what}_supplier_ref": company.supplier_ref,
    }


def _format_register_company(company: RegisterCompany) -> str:
    return f"{company.name or 'not known'} ({company.number})"


def _format_register_status(company: RegisterCompany) -> str:
    if company.gone_since:
        return f"gone since {company.gone_since.isoformat()}"
    return company.status.replace("-", " ")


def _taken_over(row: PhoenixRow, named: _Named) -> Iterator[str]:
    for person in row.people:
        yield f"person: {named(person)}"
    if row.address:
        yield f"address: {row.address}"
    if row.name_stem:
        yield f"name: {row.name_stem}"
    if row.sic_codes:
        yield f"kind of work: {', '.join(row.sic_codes)}"


def _format_handover(one: Handover, named: _Named) -> str:
    return (
        f"from {named(one.before)} (ceased {day(one.ceased_on)}) to {named(one.after)} "
        f"(notified {day(one.notified_on)}): {', '.join(one.ties)}"
    )


def _format_handover_match(row: HandoverRow) -> str:
    if not row.listed:
        return ""
    return row.listed if row.score is None else f"{row.listed} ({row.score:.0%} similar)"


FORMATS = (".csv", ".json")


def check_answer_file(path: Path) -> None:
    """Refuse, before any work, a file that cannot be written at the end. Raises Invalid."""
    if path.suffix.lower() not in FORMATS:
        raise Invalid(
            f"{path}: the file name sets the format, and must end in {' or '.join(FORMATS)}",
            field="out",
        )
    check_folder(path)


@use_case("export", event="export")
def write_answer(
    workspace: Workspace, answer: RegisterAnswer[Any], path: Path, *, people: bool = False
) -> None:
    """Write the answer to `path`, as CSV or JSON by its ending. Raises Invalid, StorageError.

    Unless `people`, each person is a number. The record is made first; one that cannot be made
    stops it.
    """
    check_answer_file(path)
    workspace.audit.add(
        AuditEvent(
            "export",
            workspace.now(),
            workspace.who,
            {
                "file": path.name,
                "question": answer.question,
                "rows": len(answer.rows),
                "people": "included" if people else "numbered",
            },
            subject="register answer",
        )
    )
    answer_file(answer, path, people=people)
