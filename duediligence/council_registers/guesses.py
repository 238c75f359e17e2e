"""What the columns of a register mean, guessed from their headings and cells."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from duediligence.council_registers.fields import BY_NAME, FIELDS, RecordField, plain
from duediligence.council_registers.holders import strip_heading_number
from duediligence.council_registers.values import Dates, day, drop_placeholder, word
from duediligence.text.legal_forms import has_legal_form
from duediligence.text.postcodes import last_postcode

MOST_WORDS = 30
_MOST_FORMS = 6

# The first that is found in the word wins.
_MEANINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "record_type": (
        ("licence_refused", r"refus"),
        ("licence_revoked", r"revo[ck]|suspen"),
        ("licence_review", r"review"),
        ("caution", r"caution"),
        ("prosecution_pending", r"pending|summons|charged"),
        ("conviction", r"convict|prosecut|sentence"),
        ("civil_penalty", r"penalt|\bfpn\b|\bfine"),
        ("injunction", r"injunction"),
        ("notice", r"notice|\b(?:cpn|bcn|pcn|tsn)\b|breach of condition|stop|s(?:ection|\.)? ?215"),
        ("order", r"order|closure"),
        ("warning", r"warning|advice|letter"),
        ("rating", r"rating|score"),
        ("registration", r"licen[cs]e|register|registration|granted|surrender|lapsed|renewed"),
    ),
    "status": (
        ("under_appeal", r"under appeal|appeal lodged|appealed|appeal pending"),
        ("quashed", r"quash|allowed|overturn"),
        ("withdrawn", r"withdrawn|cancel"),
        ("complied", r"complied|compliance|closed|resolved|discharged|paid"),
        ("live", r"in force|live|active|current|open|ongoing|outstanding|issued|served|extant"),
    ),
    "subject_type": (
        ("organisation", r"compan|business|organi[sz]ation|ltd|limited|llp|charity|corporate|firm"),
        ("individual", r"individual|person|sole|private|natural"),
    ),
    "power": (
        ("trading_standards", r"trading standard|consumer|counterfeit|weights"),
        ("planning", r"planning|enforcement register|town and country"),
        ("housing", r"hous|\bhmo\b|landlord|tenan"),
        ("environmental_health", r"environmental health|food|hygiene|noise|pollution"),
        ("asb", r"anti.?social|\basb\b|\bcpn\b|closure order"),
        ("safeguarding", r"safeguard|care quality|adult social"),
        ("licensing", r"licen[cs]|taxi|hackney|alcohol"),
    ),
    "handling": (
        ("restricted", r"restrict|confidential|sensitive"),
        ("internal", r"internal|council only"),
        ("public", r"public|open"),
    ),
}

_STANDS = r"\bnot (?:yet |been |fully )*complied|\bnon.?compli"


def meaning(field: str, text: str) -> str:
    """Return our word for a register's word; empty where there is no guess."""
    if word(text) in BY_NAME[field].words:
        return word(text)
    told = text.casefold()
    # `No longer live` means another thing than the word that it holds.
    if field == "status" and re.search(r"\b(?:not|no|non|un(?:paid|resolved))\b", told):
        return "live" if re.search(_STANDS, told) else ""
    return next((ours for ours, sign in _MEANINGS.get(field, ()) if re.search(sign, told)), "")


_FORMATS = (
    "%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d-%b-%y", "%d %b %y", "%d %B %y", "%d-%b-%Y", "%Y%m%d",
    "%m/%d/%y", "%A %d %B %Y", "%a %d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y/%m/%d",
)  # fmt: skip
DATES = (
    Dates(),
    Dates(day_first=False),
    *(Dates((form,), day_first=None) for form in _FORMATS),
    Dates(serial=True),
)


def guess_dates(cells: Iterable[str]) -> tuple[Dates | None, bool]:
    """Return how most of the dates are written, None where most cannot be read; and whether it is
    sure.

    The whole column decides: a day above 12 says which comes first. Forms that the rest is written
    in are added, in the order of how much they read.
    """
    texts = [text for cell in cells if (text := drop_placeholder(cell))]
    counts = {dates: sum(reads(text, dates) for text in texts) for dates in DATES}
    best = max(DATES, key=counts.__getitem__)
    found = best
    while len(found.formats) < _MOST_FORMS and (rest := list_unreadable_dates(texts, found)):
        able = DATES if found.day_first is None else DATES[2:]
        gains = {dates: sum(reads(text, dates) for text in rest) for dates in able}
        more = max(able, key=gains.__getitem__)
        if not gains[more]:
            break
        found = replace(
            found,
            formats=(*found.formats, *more.formats),
            day_first=more.day_first if found.day_first is None else found.day_first,
            serial=found.serial or more.serial,
        )
    if (len(texts) - len(list_unreadable_dates(texts, found))) * 2 < len(texts):
        return None, False
    if found.formats or found.serial:
        return found, False
    other = Dates(day_first=not best.day_first)
    return best, counts[other] < counts[best] or all(
        day(text, best) == day(text, other) for text in texts if reads(text, best)
    )


def is_day_order_unclear(cells: Iterable[str], dates: Dates) -> bool:
    """Return whether no date says which comes first, the day or the month, though it matters."""
    if dates.day_first is None:
        return False
    other = replace(dates, day_first=not dates.day_first)
    texts = [text for cell in cells if (text := drop_placeholder(cell)) and reads(text, dates)]
    differ = [
        text for text in texts if not reads(text, other) or day(text, other) != day(text, dates)
    ]
    return bool(differ) and all(reads(text, other) for text in differ)


def list_unreadable_dates(cells: Iterable[str], dates: Dates) -> list[str]:
    """Return those of the cells that are no dates written so."""
    return [text for cell in cells if (text := drop_placeholder(cell)) and not reads(text, dates)]


def reads(text: str, dates: Dates) -> bool:
    """Return whether the text is a date written so."""
    try:
        day(text, dates)
    except ValueError:
        return False
    return True


Content = Literal["", "date", "postcode", "link", "number", "address", "name", "text", "one value"]
# Cells looked at: a register says on its first pages what it holds.
MOST_CELLS = 200
# Of fewer cells it says nothing that most are the same.
_ENOUGH = 10
_DIGITS = re.compile(r"\d\d")
_FIGURES = re.compile(r"[£\d.,% -]+")
_STREET = re.compile(
    r"\b(?:road|street|lane|avenue|close|drive|square|row|terrace|way|estate|farm|quay)\b",
    re.IGNORECASE,
)
# What a column cannot be of which the cells say something else. An empty one can be anything.
_NEVER: dict[str, frozenset[Content]] = {
    "text": frozenset({"date", "postcode", "link", "number"}),
    "word": frozenset({"date", "postcode", "link", "number", "address"}),
    "date": frozenset({"postcode", "link", "number", "address", "name", "text"}),
    "money": frozenset({"date", "postcode", "link", "address", "name", "text"}),
    "number": frozenset({"date", "postcode", "link", "address", "name"}),
    "link": frozenset({"date", "postcode", "number", "address", "name", "text"}),
}


def guess_column_content(cells: Sequence[str]) -> Content:
    """Return what most of the cells are; empty where all are."""
    filled = [cell for cell in cells[:MOST_CELLS] if drop_placeholder(cell)]

    def most(fits: Callable[[str], object], share: float = 0.5) -> bool:
        return sum(bool(fits(cell)) for cell in filled) > share * len(filled)

    if not filled:
        return ""
    # Asked first whether any date could be there: to try each form takes long. A number of five
    # digits is not taken for a date by itself.
    if most(_DIGITS.search) and most(lambda cell: any(reads(cell, one) for one in DATES[:-1])):
        return "date"
    if most(lambda cell: last_postcode(cell).replace(" ", "") == cell.upper().replace(" ", "")):
        return "postcode"
    if most(lambda cell: cell.startswith(("https://", "http://"))):
        return "link"
    if most(_FIGURES.fullmatch):
        return "number"
    if most(lambda cell: last_postcode(cell) or _STREET.search(cell)):
        return "address"
    counts = Counter(cell for cell in cells if drop_placeholder(cell))
    if counts.total() >= _ENOUGH and max(counts.values()) * 2 > counts.total():
        return "one value"
    return "name" if most(has_legal_form, 0.25) else "text"


def can_be(field: RecordField, held: Content) -> bool:
    """Return whether a column that holds this could be the field."""
    if field.name == "postcode":
        return held in ("", "postcode")
    if field.kind == "address":
        return held in ("", "address")
    if field.name == "subject_name" and held in ("address", "one value"):
        return False
    return held not in _NEVER.get(field.kind, ())


Found = dict[str, tuple[str, ...]]

# Part of a heading is told for these fields only: for others its words are too common.
_BY_PART = (
    "record_ref record_type subject_name trading_name company_number charity_number "
    "premises_address postcode uprn act_section event event_date decision_date known_date expires "
    "status outcome penalty_gbp source_url"
).split()
# Of whom and what a column with such a word speaks is not who and where the record is of.
_ASIDE = re.compile(
    r"\b(?:officer|inspector|ward|parish|agent|contact|council|authority|region|email|e mail|"
    r"phone|telephone|solicitor|court|user|updated|created|received)\b"
)
_LONGEST_WORD = 40
_LONGEST_HEADING = 120
_UNSEEN: Mapping[str, Content] = MappingProxyType({})


def guess_columns(header: Sequence[str], held: Mapping[str, Content] = _UNSEEN) -> Found:
    """Return the headings of each field that are known; no heading serves two.

    `held` is what the cells below each heading are: dates are no name, whatever heads them.
    """
    free = list(dict.fromkeys(heading for heading in header if heading))
    found: Found = {}
    for field in FIELDS:
        known = [plain(heading) for heading in field.headings]
        ranks = {
            h: rank
            for h in free
            if (rank := _rank_heading(_as_known(field, h), known)) is not None
            and not _contradicts_heading(field, held.get(h, ""))
        }
        best = sorted(ranks, key=lambda heading: ranks[heading])
        several = field.several and field.name != "subject_name"
        taken = best if several else best[:1]
        if taken and field.name == "subject_name":
            # `Licence holder 1`, `Licence holder 2`: each is a holder.
            same = plain(strip_heading_number(taken[0]))
            taken += [h for h in free if h not in taken and plain(strip_heading_number(h)) == same]
        if taken:
            # In the order of the file, as the parts of an address stand.
            found[field.name] = tuple(sorted(taken, key=header.index))
            free = [heading for heading in free if heading not in taken]
    _name_of_premises(found, held)
    return found


def likely_columns(
    header: Sequence[str],
    found: Found,
    cells: Mapping[str, Sequence[str]],
    held: Mapping[str, Content],
) -> tuple[Found, tuple[str, ...]]:
    """Return `found` with what can be guessed besides, and the fields that were: for a person to
    check.

    The words of a column tell its type of record or its status; else part of a heading tells the
    field, where the cells agree; else the cells alone tell a name, an address and a postcode.
    """
    found = dict(found)
    before = dict(found)
    for name in ("record_type", "status"):
        able = [*unread(header, found), *found.get("outcome", ())]
        if name not in found and (heading := _by_words(name, able, cells)):
            _assign_heading(found, name, heading)
    parts = sorted(
        (-words, at, name, heading)
        for at, heading in enumerate(unread(header, found))
        for name in _BY_PART
        if (words := _count_shared_words(BY_NAME[name], heading))
        and can_be(BY_NAME[name], held[heading])
        and _could_fill_field(name, cells[heading])
    )
    for _, _, name, heading in parts:
        if name not in found and heading in unread(header, found):
            found[name] = (heading,)
    by_content: tuple[tuple[str, Content], ...] = (
        ("subject_name", "name"),
        ("premises_address", "address"),
        ("postcode", "postcode"),
    )
    for name, wanted in by_content:
        fits = [heading for heading in unread(header, found) if held[heading] == wanted]
        if name not in found and len(fits) == 1:
            found[name] = (fits[0],)
    return found, tuple(name for name in found if name not in before)


def like_a_header(row: Sequence[str]) -> bool:
    """Return whether the row could be a header that nobody knows: several short words, and no
    values.
    """
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) > 1 and all(
        len(cell) <= 120 and cell[0].isalpha() and not last_postcode(cell) for cell in filled
    )


# Of more values than this share, or of less filled cells than that of the widest row, no row is a
# header; what is found in this share of the cells of a column, or more, is what the column is.
_MOST_VALUES, _FEWEST_FILLED = 0.25, 0.5


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Return which of the first rows of a file heads the others; None where none does.

    Headings are texts, differ from one another, fill most columns and do not occur among the cells
    below them. The first such row is the header, unless a later one has several known headings.
    """
    lines = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    widest = max(sum(map(bool, line)) for line in lines)
    found = []
    for at, line in enumerate(lines):
        filled = [(column, cell) for column, cell in enumerate(line) if cell]
        if not filled or (widest > 1 and len(filled) <= _FEWEST_FILLED * widest):
            continue
        if _is_record(line, filled, lines[at + 1 :]):
            break
        if len({cell.casefold() for _, cell in filled}) >= (1 - _MOST_VALUES) * len(filled):
            found.append(at)
    known = (at for at in found if len(guess_columns(lines[at])) > 1)
    return next(known, found[0] if found else None)


def _is_record(
    line: Sequence[str], filled: Sequence[tuple[int, str]], below: Sequence[Sequence[str]]
) -> bool:
    """Return whether the cells of a row are values, or are met again below."""
    values = sum(_is_value(cell) for _, cell in filled)
    others = [one for one in below if one != line]
    again = sum(any(one[at : at + 1] == (cell,) for one in others) for at, cell in filled)
    return max(values, again) > _MOST_VALUES * len(filled)


def _is_value(cell: str) -> bool:
    """Return whether a cell is a number, a date, an address or a long text, and no heading."""
    return bool(
        len(cell) > _LONGEST_HEADING
        or _FIGURES.fullmatch(cell)
        or last_postcode(cell)
        or cell.casefold().startswith(("https://", "http://"))
        or (_DIGITS.search(cell) and any(reads(cell, one) for one in DATES[:-1]))
    )


def unread(header: Sequence[str], columns: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the headings that no field was guessed for."""
    read = {heading for headings in columns.values() for heading in headings}
    return [heading for heading in dict.fromkeys(header) if heading and heading not in read]


def _rank_heading(heading: str, known: Sequence[str]) -> int | None:
    """Return how sure it is that the heading is one of the `known`, 0 the surest; `a.b` may be
    `b`.
    """
    for form in (plain(heading), plain(heading.rpartition(".")[2])):
        if form in known:
            return known.index(form)
    # `businessname`, as programs write it.
    squeezed = [one.replace(" ", "") for one in known]
    return squeezed.index(form) if (form := plain(heading)) in squeezed else None


def _as_known(field: RecordField, heading: str) -> str:
    """Return the heading as it is looked for: that of a holder without its number."""
    return strip_heading_number(heading) if field.name == "subject_name" else heading


def _contradicts_heading(field: RecordField, held: Content) -> bool:
    """Return whether the cells are clearly something else than the heading says."""
    if field.kind == "date":
        return held in ("name", "address", "postcode", "link", "one value")
    if field.name == "subject_name" and held == "one value":
        return True
    return held == "date" and field.kind != "month"


def _name_of_premises(found: Found, held: Mapping[str, Content]) -> None:
    """`Premises` beside an address is the name over the door."""
    headings = found.get("premises_address", ())
    named = [h for h in headings if plain(h) == "premises" and held.get(h) in ("name", "text")]
    addresses = [h for h in headings if held.get(h) == "address"]
    if len(named) == 1 and addresses and "trading_name" not in found:
        found["trading_name"] = (named[0],)
        found["premises_address"] = tuple(h for h in headings if h not in named)


def _by_words(field: str, headings: Sequence[str], cells: Mapping[str, Sequence[str]]) -> str:
    """Return the column whose words have most meanings for the field, and at least two."""
    best, heading = (1, 0.0), ""
    for candidate in headings:
        filled = [cell for cell in cells[candidate] if drop_placeholder(cell)]
        words = {cell: meaning(field, cell) for cell in dict.fromkeys(filled)}
        if not filled or len(words) > MOST_WORDS or max(map(len, words)) > _LONGEST_WORD:
            continue
        understood = sum(bool(words[cell]) for cell in filled) / len(filled)
        merit = (len(set(words.values()) - {""}), understood)
        if understood >= 0.5 and merit[0] > 1 and merit > best:
            best, heading = merit, candidate
    return heading


def _count_shared_words(field: RecordField, heading: str) -> int:
    """Return how many words of the heading are one that is known for the field; 0 where none is."""
    words = f" {plain(heading)} "
    if len(words) > 80 or _ASIDE.search(words):
        return 0
    known = (plain(one) for one in field.headings)
    return max((one.count(" ") + 1 for one in known if f" {one} " in words), default=0)


def _could_fill_field(field: str, cells: Sequence[str]) -> bool:
    """Return whether the cells could do for the field: a number that tells records apart, names of
    several words, known words.
    """
    filled = [cell for cell in cells if drop_placeholder(cell)]
    if field == "record_ref":
        return len(set(filled)) >= 0.9 * len(filled)
    if field == "subject_name":
        # Names of one word each are codes.
        return 2 * sum(" " in cell for cell in filled) >= len(filled)
    return not BY_NAME[field].words or any(meaning(field, cell) for cell in set(filled))


def _assign_heading(found: Found, name: str, heading: str) -> None:
    """Give a heading to a field, and take it from the one that had it."""
    for other, headings in tuple(found.items()):
        if left := tuple(one for one in headings if one != heading):
            found[other] = left
        else:
            del found[other]
    found[name] = (heading,)
