"""What importing a file of suppliers did, or would do, in words: for the command line and pages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from duediligence.casework.supplier_words import cells_read, person_words
from duediligence.errors import Hint
from duediligence.render.wording import visible
from duediligence.suppliers.differences import list_differences
from duediligence.suppliers.doubtful_rows import ANSWER_WORDS
from duediligence.text.dates import long_date
from duediligence.text.wording import count, listed

if TYPE_CHECKING:
    from duediligence.casework.supplier_information import StatedSupplier
    from duediligence.model import Supplier
    from duediligence.screening.imports import (
        DeclarationsImported,
        Imported,
        ImportPreview,
        Replacement,
    )
    from duediligence.suppliers.doubtful_rows import RowInDoubt
    from duediligence.suppliers.identity import Recognised, SameSupplier
    from duediligence.suppliers.importing import ColumnSeen

NEVER_TRIED = "Reading such a form was never tried on a real one: compare it with the form itself"
COLUMN_HEADINGS = ("Column", "read as", "filled", "not read", "for example")


@dataclass(frozen=True, slots=True)
class Group:
    """A sentence, and the lines that belong under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedWords:
    """Which suppliers of a file are stored ones: by other facts or under a new reference
    (`joins`), perhaps (`doubts`), or again after they had ended (`reopened`, empty for none).
    """

    joins: tuple[Group, ...]
    doubts: tuple[str, ...]
    reopened: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWords:
    """What was read of a file, and what that did or would do. What is empty needs no saying.

    `remarks` belong to the headline. `columns` are the rows under COLUMN_HEADINGS: a column that
    is read, as what, how many of its cells hold something, of how many not all was read, and an
    example; `columns_unread` says which are not read. `notes` are about rows and cells, those about
    cells that were not read first; `corrections` are values that were corrected or not used,
    `unread_cells` what was not read. `people` are the cells that name people, each with who was
    read from it, and `people_read` says how many. `unread` and `rejected` are warnings,
    `rejected_rows` what belongs under the second. `in_doubt` is a warning too, of rows of which
    nobody said whether they are suppliers. `refused_cells` are all cells that were not kept,
    `skipped_rows` all rows that are no suppliers.
    """

    headline: str
    remarks: tuple[str, ...]
    columns: tuple[tuple[str, str, str, str, str], ...]
    columns_unread: str
    notes: tuple[str | Hint, ...]
    corrections: tuple[str, ...]
    recognised: RecognisedWords
    unread: str
    unread_cells: tuple[str, ...]
    people_read: str
    people: tuple[str, ...]
    rejected: str
    rejected_rows: tuple[str, ...]
    in_doubt: str
    in_doubt_rows: tuple[str, ...]
    refused_cells: tuple[str, ...]
    skipped_rows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWords:
    """Which suppliers are new, by reference and name, which change and how, and how many stay as
    they are.
    """

    comes: tuple[str, ...]
    changes: tuple[str, ...]
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementWords:
    """What replacing all suppliers by those of a file would do.

    `comes` and `goes` are names, `by_hand` those of `goes` that no file ever had. `ending` says
    what becomes of those that go; empty where none does.
    """

    headline: str
    comes: tuple[str, ...]
    goes: tuple[str, ...]
    by_hand: tuple[str, ...]
    changes: tuple[str, ...]
    unchanged: int
    recognised: RecognisedWords
    ending: str


def import_words(imported: "Imported") -> ImportWords:
    """Return what an import did, or what the import of a preview would do."""
    read = imported.read
    unread = [supplier for supplier in read.suppliers if supplier.unread]
    names = [repr(short(name, 30)) for name in read.unused]
    cells = tuple(map(visible, cells_read(read.suppliers)))
    people = sum(len(supplier.people) for supplier in read.suppliers)
    return ImportWords(
        headline=_format_import_headline(imported),
        remarks=tuple(_list_import_remarks(imported)),
        columns=tuple(map(_format_seen_column, read.seen)),
        columns_unread=f"Columns not read: {listed(names, 8)}" if names else "",
        # Those about cells that were not read first: they are the ones to correct.
        notes=tuple(sorted(read.remarks, key=lambda note: not str(note).startswith("Row "))),
        corrections=tuple(_list_cell_corrections(read.suppliers)),
        recognised=recognised_words(imported.recognised),
        unread=f"{count(len(unread), 'supplier')} with a cell that was not read, or only in part. "
        "Screening reports which."
        if unread
        else "",
        unread_cells=tuple(
            visible(f"{one.ref} {short(one.name, 40)}: {cell.column} {cell.text!r}: {cell.reason}")
            for one in unread
            for cell in one.unread
        ),
        people_read=f"{count(people, 'person', 'people')} read from {count(len(cells), 'cell')}"
        if cells
        else "",
        people=cells,
        rejected=f"{count(len(read.rejects), 'row')} rejected" if read.rejects else "",
        rejected_rows=tuple(f"row {reject.row}: {reject.reason}" for reject in read.rejects),
        in_doubt=f"{_format_doubtful_rows(read.unanswered)} in doubt: not imported until you "
        "say whether they are "
        "suppliers"
        if read.unanswered
        else "",
        in_doubt_rows=tuple(map(doubt_line, read.unanswered)),
        refused_cells=tuple(
            visible(f"row {one.row}, {one.column}: {one.text!r}: {one.reason}")
            for one in read.refused
        ),
        skipped_rows=(
            *(visible(f"row {row}: {short(text, 80)!r}") for row, text in read.skipped_rows),
            *(
                f"{doubt_line(one)} ({ANSWER_WORDS[one.answer]})"
                for one in read.in_doubt
                if one.answer is not None
            ),
        ),
    )


def change_words(preview: "ImportPreview") -> ChangeWords:
    """Return what an import would do with the stored suppliers."""
    return ChangeWords(
        comes=tuple(visible(f"{one.ref} {one.name}") for one in preview.comes),
        changes=tuple(format_changed_supplier(*pair) for pair in preview.changes),
        unchanged=preview.imported.count.unchanged,
    )


def declaration_lines(imported: "DeclarationsImported") -> list[str]:
    """Return what was read of a file of declarations: how much, then what was not read."""
    read, taken = imported.read, imported.count
    suppliers = len({one.supplier_ref for one in read.declarations})
    unused = ", ".join(repr(name) for name in read.unused)
    return [
        f"{read.file}: {count(len(read.declarations), 'answer')} of {count(suppliers, 'supplier')} "
        f"({taken.added:,} new, {taken.unchanged:,} unchanged)",
        *([f"Columns not read: {unused}"] if unused else ()),
        *read.notes,
    ]


def information_lines(kept: "StatedSupplier") -> list[str]:
    """Return what became of the form of a supplier: first of all which supplier it is, then what it
    declares, what to look at, and which parts were not read.
    """
    form, supplier = kept.information, visible(f"{kept.ref} {kept.after.name}")
    if kept.outcome in ("same", "older"):
        why = ", for this form is here" if kept.outcome == "same" else ""
        return [f"{supplier}: nothing is changed{why}", *kept.notes]
    yes = {one.question for one in kept.answers if one.answer == "yes"}
    no = len({one.question for one in kept.answers if one.answer == "no"} - yes)
    # A party in two roles counts once.
    parties = {(p.name.casefold(), p.birth_date, p.kind == "organisation") for p in form.parties}
    persons = sum(not is_firm for *_, is_firm in parties)
    lines = [
        f"{supplier}: {'a new supplier' if kept.outcome == 'new' else 'filled from the form'}",
        *map(visible, _list_filled_facts(kept.before or replace(kept.after, **_EMPTY), kept.after)),
        f"{count(persons, 'person', 'people')} and "
        f"{count(len(parties) - persons, 'organisation')} behind it",
    ]
    if form.exclusions or form.exclusions_asked:
        stated = count(len(form.exclusions), "exclusion")
        lines.append(f"{stated} stated; {count(no, 'question')} not named, so taken as no")
    lines += [
        visible(f"{one.title}: yes, of {_WHOM[one.applies_to]}{one.details and ': '}{one.details}")
        for one in kept.answers
        if one.answer == "yes"
    ]
    if form.exclusions_asked and not form.is_rest_denied:
        lines.append("An exclusion could not be read, so no ground is taken as denied")
    elif not form.exclusions_asked:
        lines.append("No section on exclusion grounds was read: nothing is taken as denied")
    if kept.members:
        lines.append(
            f"In the same bid: {listed(visible(f'{one.ref} {one.name}') for one in kept.members)}"
            f" ({len(kept.new_members)} new)"
        )
    unread = [one for one in form.kept if one.reason]
    if documents := sum("/document" in one.text for one in form.kept):
        lines.append(f"{count(documents, 'document')} named in the form and not fetched")
    lines += map(visible, kept.notes)
    lines += [
        visible(f"Not read: {_format_place(one.path)}: {one.text!r}, {one.reason}")
        for one in unread
    ]
    if others := len(form.kept) - len(unread):
        lines.append(f"{count(others, 'further value')} of the form kept and not used")
    return [*lines, NEVER_TRIED]


_EMPTY: Mapping[str, Any] = {"name": "", "identifiers": (), "address": None, "people": ()}
_WHOM = {"supplier": "the supplier", "connected person": "a connected person"}


def _list_filled_facts(before: "Supplier", after: "Supplier") -> Iterator[str]:
    """Yield each fact that a form gives a supplier, for comparison with the form."""
    for one in list_differences(before, after):
        if one.field != "people":
            was = f" (before: {one.before})" if one.before else ""
            yield f"{one.field.capitalize()}: {one.now or 'none'}{was}"
    yield from (person_words(one) for one in after.people if one not in before.people)


def _format_place(path: str) -> str:
    """Return `associated persons 2, control condition 1` for a place in the platform's JSON."""
    words = re.sub(r"\[(\d+)\]", r" \1", path).replace(".", ", ")
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: f" {found[1].lower()}", words)


def replacement_words(plan: "Replacement") -> ReplacementWords:
    """Return what replacing all suppliers would do."""
    ending = (
        f"Those that go end on {long_date(plan.on)}: they are kept with their alerts and "
        "decisions, and not screened. One that is in a later file is active again."
    )
    return ReplacementWords(
        headline=f"{visible(plan.read.file)}: {count(len(plan.read.suppliers), 'supplier')}",
        comes=tuple(visible(one.name) for one in plan.comes),
        goes=tuple(visible(one.name) for one in plan.goes),
        by_hand=tuple(visible(f"{one.ref} {one.name}") for one in plan.by_hand),
        changes=tuple(format_changed_supplier(*pair) for pair in plan.changes),
        unchanged=len(plan.read.suppliers) - len(plan.comes) - len(plan.changes),
        recognised=recognised_words(plan.recognised),
        ending=ending if plan.goes else "",
    )


def recognised_words(recognised: "Recognised") -> RecognisedWords:
    """Return who is known under another spelling or reference, and who may be."""
    refs = [one.ref for one in recognised.reopened]
    shown = ", ".join(refs[:4]) + (f" and {len(refs) - 4:,} more" if len(refs) > 4 else "")
    verb = "is" if len(refs) == 1 else "are"
    return RecognisedWords(
        joins=tuple(
            Group(
                f"{count(len(joins), 'supplier')} {what}:", tuple(map(_format_same_supplier, joins))
            )
            for joins, what in (
                ([one for one in recognised.joins if not one.own_ref], "recognised by other facts"),
                (
                    [one for one in recognised.joins if one.own_ref],
                    "known without a reference, which now has one",
                ),
            )
            if joins
        ),
        doubts=tuple(
            f"{one.supplier.ref} {short(one.supplier.name, 30)!r} is new. Is it "
            f"{_format_candidates(one.candidates)}?"
            for one in recognised.doubts
        ),
        reopened=f"{count(len(refs), 'supplier')} had ended and {verb} active again: {shown}"
        if refs
        else "",
    )


def doubt_line(doubt: "RowInDoubt") -> str:
    """Return which rows are in doubt, what they hold and why."""
    shown = ", ".join(map(str, doubt.rows[:4]))
    more = f" and {len(doubt.rows) - 4:,} more" if len(doubt.rows) > 4 else ""
    rows = f"row{'s' if len(doubt.rows) > 1 else ''} {shown}{more}"
    return visible(f"{rows}: {short(doubt.text, 80)!r}: {doubt.reason}")


def _format_doubtful_rows(doubts: "Sequence[RowInDoubt]") -> str:
    return count(sum(len(one.rows) for one in doubts), "row")


def _format_import_headline(imported: "Imported") -> str:
    read, taken = imported.read, imported.count
    return (
        f"{read.file}: {count(len(read.suppliers), 'supplier')} "
        f"({taken.added:,} new, {taken.changed:,} changed, {taken.unchanged:,} unchanged)"
    )


def _list_import_remarks(imported: "Imported") -> Iterator[str]:
    read, merged = imported.read, imported.count.merged
    if merged:
        yield (
            f"{count(len(merged), 'row')} of suppliers that were merged into another: what they "
            "add went there"
        )
    if read.remembered:
        chosen = ", ".join(f"{field} from {header!r}" for field, header in read.mapping.items())
        yield f"Columns as chosen for an earlier file with these headings: {chosen}"


def _format_seen_column(seen: "ColumnSeen") -> tuple[str, str, str, str, str]:
    return (
        seen.heading or "(no heading)",
        seen.field,
        f"{seen.filled:,}",
        f"{seen.refused:,}" if seen.refused else "-",
        seen.example,
    )


def _list_cell_corrections(suppliers: "Sequence[Supplier]") -> Iterator[str]:
    for one in suppliers:
        for repair in one.repairs:
            used_value = repr(repair.used) if repair.used else "nothing"
            yield (
                f"{one.ref}: {repair.column} {repair.found!r} read as {used_value}: {repair.reason}"
            )


def format_changed_supplier(before: "Supplier", now: "Supplier") -> str:
    """Return what differs between two states of a supplier, on one line."""
    fields = [
        f"{one.field} {short(one.before or '-', 30)!r} → {short(one.now or '-', 30)!r}"
        for one in list_differences(before, now)
    ]
    what = "; ".join(fields[:2]) or "how its cells were read"
    more = f"; and {len(fields) - 2} more" if len(fields) > 2 else ""
    return visible(f"{now.ref} {short(now.name, 40)}: {what}{more}")


def _format_candidates(candidates: "Sequence[Supplier]") -> str:
    names = [f"{one.ref} {short(one.name, 30)!r}" for one in candidates]
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _format_same_supplier(join: "SameSupplier") -> str:
    before, now = join.before, join.now
    codes = [one.address.postcode if one.address else "" for one in (before, now)]
    text = f"{now.ref} {short(before.name, 30)!r}"
    if before.name != now.name:
        text += f" is now {short(now.name, 30)!r}"
    changes = []
    if codes[0] != codes[1]:
        changes.append("postcode changed" if all(codes) else "postcode added or removed")
    if before.identifiers != now.identifiers:
        changes.append("number changed")
    reference = f"{join.own_ref} in the file" if join.own_ref else ""
    return f"{text} ({', '.join(filter(None, (reference, join.why, *changes)))})"


def short(text: str, length: int) -> str:
    """Return the text safe to show, cut to a length where it is longer."""
    return visible(text if len(text) <= length else text[: length - 1] + "…")
