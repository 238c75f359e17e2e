"""Employers named for paying less than the minimum wage."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from duediligence.watchlists.toolkit.bodies import kind_of, names_in
from duediligence.watchlists.toolkit.entries import checked, derived_id
from duediligence.watchlists.toolkit.govuk import SITE, Document, document, latest_update

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import html
from duediligence.model import Address, ListEntry, Record
from duediligence.text.postcodes import is_postcode_or_area

_ID = "minimum-wage-naming"


def _find_wage_update(files: Files) -> date | None:
    return latest_update(files.values())


@watchlist(
    id=_ID,
    title="Minimum wage naming rounds",
    publisher="Fair Work Agency, before April 2026 the Department for Business and Trade",
    licence="OGL-3.0",
    topic="enforcement",
    homepage=f"{SITE}/government/collections/national-minimum-wage-law-enforcement",
    bring=(
        "Open each naming round of the last years, and save its page as a web page, HTML only "
        "(Ctrl+S), under a name such as minimum-wage-2026-10.html."
    ),
    feeds=(Feed("minimum-wage-{part}", url=f"{SITE}/api/content/government/news/{{part}}"),),
    # Rounds come once or twice a year.
    max_age=timedelta(days=400),
    expect=Expect(
        entries=(10, 20_000),
        filled={"names": 1.0, "addresses": 0.6, "record": 1.0},
        weekly_loss=0.05,
    ),
    optional=True,
    labour_sign="minimum wage",
    published=_find_wage_update,
    known_from="real file",
    known_since="2026-04",
    crime_types=("slavery_trafficking",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Employers found to owe workers the minimum wage, as named in press releases.

    The Fair Work Agency names them since it began on 7 April 2026; before, HMRC found them and the
    department for business named them. Each had a notice of underpayment with a penalty, repaid its
    workers, and was named. That is no conviction under section 31 of the National Minimum Wage Act
    1998 and so not the ground of Schedule 6 para 21 to the Procurement Act 2023, and no ruling on
    misconduct either (Sch 7 para 11). Large and well-run employers are named over mistakes of years
    ago: look at the sum per worker, and ask what was put right.

    It cannot show underpayment that was put right before it was found, employers who owed little,
    or anything since the period of the round, which is often years earlier. No company numbers are
    given. Most rounds give a town, some half a postcode or a whole one, and large employers often
    no place at all. Some employers are sole traders: underpaying on purpose is an offence, so that
    naming one is data about an alleged crime (UK GDPR art 10; Data Protection Act 2018 s.11(2)).

    Each round is a press release of its own. Name the rounds in the setting `parts` of the list,
    each by the last piece of its address (after /government/news/; where that is over 120 letters,
    by a short name whose address is set), or save each page as minimum-wage-ROUND.html and leave
    those of former rounds in the folder. An employer that HMRC
    took off later stays here until the page is fetched again. The form of the items is that of the
    rounds of 2015 ("neglected to pay") and of the first round of the Fair Work Agency; an item that
    does not fit stops the file and is named. Where a name holds commas, what belongs to it is
    recognised by legal forms and by words such as Group, Trust or Partners.

    An entry is known by name, postcode and round.
    """
    found = (
        one
        for name in sorted(files)
        for one in _read_named_employers(files[name], _ID, files.drift)
    )
    return checked(found, " and ".join(sorted(files)))


# A round of naming: a press release with an employer in each item of a list.

_FAILED = re.compile(r"[,;]?\s+(?:has |have )?(?:failed|neglected) to pay\s+", re.IGNORECASE)
_ARREARS = re.compile(r"£[0-9][0-9,]*(?:\.[0-9]{1,2})? to [0-9][0-9,]* workers?", re.ASCII)
_TRADING = re.compile(r"(?:previously |formerly )?(?:trading as|t/a)\b", re.IGNORECASE)
_FORMERLY = re.compile(r"\b(?:previously|formerly|now) (?=trading as\b|t/a\b)", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:[0-9]{1,4}[.)]|[•*–-])\s+", re.ASCII)
# `St Ewe's, Lower and St Orlan Hospital Group` is one name: no place ends so.
_BODY = re.compile(
    r"\b(?:group|trust|partnership|partners|college|university|school|academy|association|society|"
    r"foundation|hospitals?|nurser(?:y|ies)|company|services|solutions|holdings|stores?|"
    r"restaurants?|hotels?|solicitors|accountants|associates|sons|brothers|bros|co)\b\W*$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\s*\(((?:now )?(?:ceased trading|dissolved|in (?:liquidation|administration)))\)",
    re.IGNORECASE,
)
# The Fair Work Agency took over from HMRC on this day (Employment Rights Act 2025).
_AGENCY, _SINCE = "Fair Work Agency", date(2026, 4, 7)


def _read_named_employers(path: Path, list_id: str, drift: Drift) -> Iterator[ListEntry]:
    """Yield each employer. Raises UnreadableFile, naming the item, for one that cannot be read."""
    page = document(path)
    authority = _derive_wage_authority(page)
    found = [item for item in page.body.select("li") if _FAILED.search(html.text(item))]
    # Of a list of employers, every item is one: what does not fit was written in another way.
    lists = {id(item.parent) for item in found}
    items = [item for item in page.body.select("li") if id(item.parent) in lists]
    if not items:
        raise UnreadableFile(
            f"{path.name}: no list on the page says who failed to pay what",
            hint="The publisher may have changed the page, or this is another one.",
        )
    for number, item in enumerate(items, 1):
        yield _build_employer_entry(
            html.text(item), number, page, authority, _read_naming_round(path), list_id, drift
        )


def _derive_wage_authority(page: Document) -> str:
    """Return who found the underpayment: by the day of the round, else by what the page says."""
    day = page.first or page.updated
    agency = day >= _SINCE if day else _AGENCY in html.text(page.body)
    return _AGENCY if agency else "HM Revenue and Customs"


def _build_employer_entry(
    text: str,
    number: int,
    page: Document,
    authority: str,
    round_: str,
    list_id: str,
    drift: Drift,
) -> ListEntry:
    who, *what = _FAILED.split(_NUMBERED.sub("", text), maxsplit=1)
    state = _STATE.search(who)
    names_text, where, postcode = _taken_apart(_STATE.sub("", who))
    names = names_in(_FORMERLY.sub("", names_text))
    if not what or not names:
        raise UnreadableFile(
            f"{page.filename}: item {number} of the list of employers is {text[:80]!r}: it does "
            "not say who failed to pay what",
            hint="The publisher may have changed the page; this tool may need an update.",
        )
    arrears = _ARREARS.match(what[0])
    if not arrears:
        drift.unmapped("arrears", what[0])
    place = ", ".join(filter(None, (where, postcode)))
    return ListEntry(
        id=derived_id(names_text, postcode or where, round_),
        list_id=list_id,
        kind=kind_of(names[0].text),
        names=names,
        addresses=(Address(place, postcode if " " in postcode else ""),) if place else (),
        record=Record(
            type="civil_penalty",
            authority=authority,
            # Penalties come with the notice of underpayment; s.31 would be a conviction.
            act_section="National Minimum Wage Act 1998 s.19A",
            event="Named for paying less than the minimum wage",
            known_date=page.first or page.updated,
            outcome=f"Failed to pay {arrears[0]}" if arrears else f"Failed to pay {what[0][:200]}",
            source_date=page.updated,
        ),
        remarks=state[1].capitalize() if state else "",
        url=page.url,
    )


def _taken_apart(who: str) -> tuple[str, str, str]:
    """Name, place and postcode of `Name, Town, Authority, TR1 1AA`; a name may hold commas."""
    parts = [part.strip() for part in who.split(",")]
    postcode = parts.pop().upper() if parts[1:] and is_postcode_or_area(parts[-1]) else ""
    end = 1
    # After a legal form only places follow, and trading names.
    closed = kind_of(parts[0]) == "organisation"
    for at, part in enumerate(parts[1:], 2):
        formed = kind_of(part) == "organisation"
        if _TRADING.match(part) or formed or (_BODY.search(part) and not closed):
            closed = closed or formed
            end = at
    return ", ".join(parts[:end]), ", ".join(filter(None, parts[end:])), postcode


def _read_naming_round(path: Path) -> str:
    return path.name.removeprefix("minimum-wage-").partition(".")[0]
