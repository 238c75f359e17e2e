"""The fields of a supplier file and their headings, for the page that an officer reads."""

from duediligence.suppliers.fields import FIELDS, ROLES

_PERSON = "Dragomir Petrosyanov, 1968-03"


def fields_table() -> str:
    """Return the fields as a Markdown table, for the documentation."""
    lines = [
        "| Field | What it holds | Example | Headings that are understood |",
        "|---|---|---|---|",
    ]
    lines += [
        _format_field_row(field.name, field.meaning, field.example, ", ".join(field.headings))
        for field in FIELDS
    ]
    for name, (role, headings) in ROLES.items():
        meaning = f"{role[0].upper()}{role[1:]}: one or several, each with year and month of birth."
        lines.append(_format_field_row(name, meaning, _PERSON, ", ".join(headings)))
    born = (
        "Year and month of birth in a column of its own; the same for every role, numbered or not."
    )
    lines.append(
        _format_field_row("director born", born, "1968-03", "director dob, director 1 dob, dob")
    )
    return "\n".join(lines) + "\n"


def _format_field_row(name: str, *cells: str) -> str:
    return f"| `{name}` | {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
