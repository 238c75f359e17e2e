"""What was understood of a register, as a page to check its description by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from duediligence.render.templating import fill_page, resource

# A page of more rows than this is read by nobody.
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A row of a register that is no record or could not be read: what it is, or what is wrong."""

    file: str
    row: int
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was understood of the sample `name`.

    `columns` are heading, field and examples, the field empty where none was guessed; `dates` are
    heading, form, number and an example. `records` are the first, by field. `rows` is None where
    the description cannot be tried yet. `settle` is what a person has to decide, one line each.
    """

    name: str
    made_at: datetime
    columns: Sequence[tuple[str, str, tuple[str, ...]]]
    dates: Sequence[tuple[str, str, int, str]]
    records: Sequence[Mapping[str, str]]
    extra_rows: Sequence[RowSeen]
    not_read: Sequence[RowSeen]
    settle: Sequence[str]
    rows: int | None


def render_register_page(understood: Understood) -> str:
    """Return the page. Whatever came from the register is escaped; the page's own policy forbids
    everything but its one style sheet.
    """
    css = resource("referral.css") + resource("register.css")
    return fill_page(
        "register.html.jinja",
        css,
        page=understood,
        most=MOST_ROWS,
    )
