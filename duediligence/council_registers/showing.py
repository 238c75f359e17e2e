"""A register as it was understood: a record by the names of its fields, and the whole."""

from dataclasses import fields

from duediligence.contracts import Files
from duediligence.council_registers.description import Description
from duediligence.council_registers.reading import Examined
from duediligence.model import ListEntry


def render_entry_fields(entry: ListEntry) -> dict[str, str]:
    """Return what was read of a record, by the names of its fields; what is empty is left out."""
    record = entry.record
    shown = {
        "id": entry.id,
        "subject_name": entry.name,
        "subject_type": {"person": "individual"}.get(entry.kind, entry.kind),
        "trading_name": "; ".join(name.text for name in entry.names[1:]),
        "numbers": ", ".join(map(str, entry.identifiers)),
        "birth_month_year": ", ".join(map(str, entry.birth_dates)),
        "premises_address": "; ".join(address.text for address in entry.addresses),
        "postcode": "; ".join(address.postcode for address in entry.addresses),
        "other_holders": "; ".join(entry.related),
        "source_url": entry.url,
    }
    for field in fields(record) if record else ():
        value = getattr(record, field.name)
        name = "record_type" if field.name == "type" else field.name
        shown[name] = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return {name: value for name, value in shown.items() if value and value != "False"}


def build_trial_document(
    description: Description, files: Files, found: Examined, rows: int
) -> dict[str, object]:
    """Return what a trial of the register found, for programs, with its first `rows` records."""
    return {
        "id": description.id,
        "records": len(found.entries),
        "rows": found.rows,
        "files": list(files),
        "first": [render_entry_fields(entry) for entry in found.entries[:rows]],
        "problems": [str(problem) for problem in found.problems],
        "not_read": [
            {"file": row.file, "row": row.row, "column": row.column, "reason": row.reason}
            for row in found.not_read
        ],
        "allowed": found.allowed,
        "no_record": dict(found.by_kind),
        "notes": [*found.notes, *(item.words() for item in files.drift.items())],
    }
