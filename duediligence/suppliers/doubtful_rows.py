"""Rows that may be no suppliers: redactions, footnotes, group headings. A person says yes or no."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from duediligence.errors import Invalid
from duediligence.formats.cells import NO_VALUE, clean
from duediligence.formats.extra_rows import ExtraRowKind, is_total_with_amount
from duediligence.matching.names.parties import may_name
from duediligence.model import RejectedRow
from duediligence.suppliers.columns import fields_of, is_of_our_people
from duediligence.suppliers.fields import FIELDS
from duediligence.text.folding import fold
from duediligence.text.legal_forms import split_legal_forms
from duediligence.text.wording import count

_LEFT_OUT = r"redact(?:ed|ions?)?|with-?held|anonymi[sz]ed|suppressed|undisclosed|not disclosed"
_WHOSE = r"names?|payees?|suppliers?|vendors?|beneficiar\w+|recipients?|individuals?|person\w*|data"
_REDACTED = re.compile(
    rf"[\W_]*(?:x{{2,}})?(?:{_LEFT_OUT})\b.*"
    rf"|.*\b(?:{_WHOSE}|details?|information)\b.{{0,40}}\b(?:{_LEFT_OUT}|removed|protected)\b.*"
    r"|[\W_]*(?:x{3,}|removed (?:under|for|due)\b.*)"
    r"|[\W_]*(?:personal|sensitive|private|confidential|protected)"
    r" (?:data|information|details?|payments?|payees?|individuals?|persons?)\b.*"
    r"|[\W_]*(?:third part(?:y|ies)|individuals?|members? of (?:the )?public|sundry|various"
    r"|miscellaneous|one[- ]?(?:time|off)|exclude[ds]?)"
    r"(?: (?:suppliers?|vendors?|payees?|creditors?|payments?|accounts?|persons?|individuals?))*"
    r"[\W_]*|[\W_]*(?:gdpr|data protection|section 40|exempt(?:ion)?(?: under)?)\b.*",
    re.IGNORECASE | re.DOTALL,
)
# What a sentence has and a name has not, in small letters.
_MADE = re.compile(
    r"(?:prepared|produced|compiled|printed|generated|extracted|published|created|exported|run"
    r"|updated|reviewed|approved|issued|amended|maintained|owned|correct)"
    r" (?:by|on|from|for|at|in|as|to)\b"
    r"|[*†‡§#^~].*\b(?:suppliers?|vendors?|providers?|contractors?|payees?|frameworks?|contracts?"
    r"|payments?|spend|figures?|amounts?|data|invoices?|orders?|reviews?|hold|list)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"(?:^|\w\W+)(?-i:is|are|was|were|has|have|had|been|will|must|may|not|see|please|includes?"
    r"|excludes?|including|excluding|included|excluded|shown|marked|indicates?|denotes?|means"
    r"|refers?|relates?|applies|apply|listed|only|subject to|prior to|due to|as at)\b"
    r"|\w\s*=\s*\w|\w{4,}\.\s*$|:\s*$",
    re.IGNORECASE,
)
_NOTED = re.compile(r"[*†‡§#^~]|\(?\d{1,2}[.)]?\s|(?:notes?|key|nb|n\.b\.?|source|legend)\b", re.I)
_HEADINGS = frozenset(heading for one in FIELDS for heading in one.headings)
# How many cells show what a column holds.
_ENOUGH_CELLS = 200
# A longer text is left to what reads names.
_LONGEST = 500
# A file of so many rows with more in them shows what a row of it holds: nearly always this much of
# them, where those with one text are no more than this share.
_ENOUGH_ROWS, _NEARLY_ALWAYS, _MOST_ALONE = 6, 0.95, 1 / 3


@dataclass(frozen=True, slots=True)
class RowInDoubt:
    """Rows with one text that may be no supplier, by the row numbers that the user sees.

    `answer` is what a person says, None where nobody has: True is a supplier.
    """

    rows: tuple[int, ...]
    text: str
    reason: str
    answer: bool | None = None

    @property
    def as_rejected(self) -> RejectedRow:
        """Return what a screening reports of it while nobody has answered."""
        more = f" ({count(len(self.rows), 'row')})" if len(self.rows) > 1 else ""
        return RejectedRow(
            self.rows[0],
            f"{self.text[:80]!r}{more} may be no supplier: {self.reason}",
            (self.text,),
        )


@dataclass(frozen=True, slots=True)
class RowAnswers:
    """What a person says of rows in doubt: rows to include as suppliers, rows to leave out.

    `known` are earlier answers by `text_key`, `rest` is said of all others.
    """

    include: frozenset[int] = frozenset()
    leave_out: frozenset[int] = frozenset()
    known: Mapping[str, bool] = field(default_factory=dict)
    rest: bool | None = None

    def of(self, rows: Sequence[int], text: str) -> bool | None:
        """Return the answer for rows of one text."""
        for answer, said in ((True, self.include), (False, self.leave_out)):
            if not said.isdisjoint(rows):
                return answer
        return self.known.get(text_key(text), self.rest)


NO_ANSWERS = RowAnswers()


def row_answers(include: str = "", leave_out: str = "") -> RowAnswers:
    """Return the answers of two lists of row numbers such as `12,40`; `all` is every other row.

    Raises Invalid.
    """
    rest = [False] * (leave_out.strip() == "all") + [True] * (include.strip() == "all")
    if len(rest) > 1:
        raise Invalid("All rows cannot be both included and left out", field="include_rows")
    return RowAnswers(
        _row_numbers("include_rows", include),
        _row_numbers("leave_out_rows", leave_out),
        rest=rest[0] if rest else None,
    )


def _row_numbers(field_name: str, text: str) -> frozenset[int]:
    numbers = [] if text.strip() == "all" else re.split(r"[\s,;]+", text.strip())
    if any(number and not re.fullmatch(r"[0-9]{1,7}", number) for number in numbers):
        raise Invalid(
            f"{text[:60]!r} is not a list of rows",
            field=field_name,
            hint="Write row numbers such as 12,40, or all.",
        )
    return frozenset(int(number) for number in numbers if number)


def text_key(text: str) -> str:
    """Return what a text is remembered by: case, spacing and punctuation do not count."""
    return sha256(" ".join(re.findall(r"\w+", text.casefold())).encode()).hexdigest()[:32]


def why_doubtful(cells: Sequence[str], at: int, kind: ExtraRowKind | None) -> str:
    """Return why a row with its name in column `at` may be no supplier; empty where that is sure.

    `kind` is what extra row it seems to be. That it holds one text alone is judged by `AloneRows`,
    once all rows are known.
    """
    filled = [text for cell in cells if (text := clean(cell)).strip("\0")]
    name = clean(cells[at]) if at < len(cells) else ""
    if not filled or len(text := name or filled[0]) > _LONGEST:
        return ""
    if kind:  # it is skipped, unless it is a note that ends as a firm's name does
        is_named = kind == "title or footnote" and ends_as_firm(text)
        return "it reads as a note, and as a firm" if is_named else ""
    why = _why_by_words(name, filled)
    return "" if why and ends_as_firm(text) else why


def ends_as_firm(text: str) -> bool:
    """Return whether a text ends as the name of a firm does."""
    return bool(split_legal_forms(fold(text).split())[1])


def _why_by_words(name: str, filled: Sequence[str]) -> str:
    if _REDACTED.fullmatch(name):
        return "it seems to hide a name, or to be none"
    if is_total_with_amount(name or filled[0], filled):
        return "it may be a total"
    alone = len(filled) == 1
    is_heading = " ".join(name.casefold().split()) in _HEADINGS
    if is_heading and (alone or sum(map(bool, map(fields_of, filled))) > 1):
        return "it is a heading"
    if not alone:
        return ""
    noted = _NOTED.match(filled[0]) or len(filled[0].split()) > 3
    if _MADE.match(filled[0]) or (noted and _SAYING.search(filled[0])):
        return "it reads as a note"
    has_text = not name and not any(map(str.isdigit, filled[0]))
    return "it has no name" if has_text else ""


def list_columns_in_doubt(
    header: Sequence[str],
    unread: Iterable[int],
    rows: Sequence[tuple[int, Sequence[str]]],
    row: int,
    answers: RowAnswers,
) -> Iterator[tuple[int, RowInDoubt]]:
    """Yield columns that are not read, though at least half of their cells read as names or are not
    known; the headings are in `row`.
    """
    for at in unread:
        held = [cells[at] for _, cells in rows if at < len(cells) and cells[at].strip()]
        texts = set(held[:: len(held) // _ENOUGH_CELLS + 1])
        named = sum(NO_VALUE in text or may_name(clean(text)) for text in texts)
        if held and 2 * named >= len(texts) and not is_of_our_people(header[at]):
            text = f"Column {header[at]}"
            answer = answers.of([row], text)
            yield at, RowInDoubt((row,), text, "its cells read as names", answer)


ANSWER_WORDS: Mapping[bool | None, str] = {
    None: "in doubt",
    True: "imported as a supplier, as a person said",
    False: "left out, as a person said",
}
SUM = "its amount is the sum of the rows above it"
ALONE = "it holds nothing but this text, as a heading or a note does"


class AloneRows:
    """Tells whether rows with one text alone stand out in a file whose other rows hold more."""

    def __init__(self) -> None:
        self._alone = self._full = 0
        self._filled: Counter[int] = Counter()

    def add(self, cells: Sequence[str]) -> bool:
        """Count a row; return whether it holds one text."""
        held = [at for at, cell in enumerate(cells) if cell.strip()]
        if len(held) > 1:
            self._full += 1
            self._filled.update(held)
            return False
        self._alone += 1
        return True

    def do_stand_out(self, name: int) -> bool:
        """Return whether nearly all other rows hold something beside their name."""
        always = [at for at, n in self._filled.items() if n >= self._full * _NEARLY_ALWAYS]
        few = self._alone <= (self._alone + self._full) * _MOST_ALONE
        return self._full >= _ENOUGH_ROWS and few and any(at != name for at in always)
