"""Notices of The Gazette about the insolvency of individuals."""

import re
from collections.abc import Iterator
from datetime import timedelta

from duediligence.watchlists._gazette import (
    GazetteNotice,
    check_whole_page,
    next_page,
    read_gazette_notices,
)
from duediligence.watchlists.toolkit.bodies import place
from duediligence.watchlists.toolkit.values import birth_date, day, usable

from duediligence.contracts import Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import InsolvencyStage, ListEntry, Name, Record
from duediligence.text.postcodes import INWARD, OUTWARD

_ID = "gazette-personal-insolvency"
_SITE = "https://www.thegazette.co.uk"
_DAY = r"([0-9]{1,2} [A-Za-z]{3,9} [0-9]{4})\b"
_BORN = re.compile(rf"\bbirth details?\s*:?\s*{_DAY}", re.IGNORECASE)
_ORDERED = re.compile(rf"\bdate of (?:the )?(?:bankruptcy )?order\s*:?\s*{_DAY}", re.IGNORECASE)
_AT = re.compile(
    rf"((?:[^,:;]{{2,60}},\s*){{1,6}}[^,:;]{{0,40}}?\b{OUTWARD}\s?{INWARD})\b",
    re.IGNORECASE | re.ASCII,
)
_WITHHELD = re.compile(r"\b(?:address|residence)\b[^.;]{0,40}\bwithheld\b", re.IGNORECASE)
# A title that is the kind of notice, and where the text then has the name.
_KIND = re.compile(r"\b(?:bankruptcy|petitions?|orders?|notices?|insolvency)\b", re.IGNORECASE)
_NAMED = re.compile(r"^\W*([A-Z][A-Z'-]+, [A-Z][\w' -]{1,60}?)(?=[,.;:(]|\s{2}|\s[A-Z0-9][^ ]*:|$)")
# What a notice says has happened, by words of its category: the first that fits. The codes that the
# publisher explains are 2501 (statutory demands) and 2502 (substituted service of a petition).
_LATER = re.compile(
    r"annul|rescind|rescission|dismiss|dividend|trustee|meeting|creditors|discharge|release|amend"
)
_KINDS: tuple[tuple[re.Pattern[str], InsolvencyStage, str], ...] = (
    (re.compile(r"bankruptcy orders?"), "bankruptcy", "Bankruptcy order"),
    (re.compile(r"petition"), "petition", "Petition for bankruptcy"),
)


@watchlist(
    id=_ID,
    title="Gazette notices of personal insolvency",
    publisher="The Stationery Office, The Gazette",
    licence="OGL-3.0, personal data excepted (from others' notes)",
    topic="personal insolvency",
    homepage=f"{_SITE}/insolvency",
    feeds=(
        Feed(
            "personal-{part}-{page}.json",
            url=f"{_SITE}/insolvency/notice/data.json?categorycode=25&sort-by=latest-date"
            "&results-page-size=100&location-local-authority-1={part}",
            next_page=next_page,
            robots=True,
            pause=2.5,
            accept=False,
            retries=5,
            whole=check_whole_page,
        ),
    ),
    max_age=timedelta(days=7),
    expect=Expect(entries=(0, 200_000), filled={"names": 1.0, "record": 1.0}, states_total=True),
    optional=True,
    kept_apart=True,
    known_from="code that reads it",
    known_since="2026-11",
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Bankruptcy orders and petitions for bankruptcy in England and Wales, by name.

    Only those who answer for a supplier are looked up: a sole trader, a partner, a director, an
    owner. A flag needs the day of birth, or its month with the postcode or the town; else it is a
    look-up record with its address, for a person. Later notices of a case (dividends, trustees,
    annulments) and statutory demands are left out and counted. Each notice goes when the rules
    would take the case off the public register, and no file is kept.

    It cannot show arrangements with creditors and debt relief orders, which are not in The Gazette,
    nor Scotland and Northern Ireland, which have registers of their own. `parts` in the settings
    are names of local authorities as the Gazette has them. That somebody is not found proves
    nothing: a notice may be of another place, or gone. No file of such notices was seen; the form
    is that of programs that read it.
    """
    for notice in read_gazette_notices(files.matching("personal-*.json"), files.drift, "25"):
        kind = notice.category.casefold()
        found = next(((stage, what) for words, stage, what in _KINDS if words.search(kind)), None)
        if not (kind and notice.content and day(notice.published)):
            raise UnreadableFile(
                f"{notice.where}: lacks its category, content or day of publication",
                hint="The publisher may have changed the feed; this tool may need an update.",
            )
        if notice.code[:2] != "25":
            files.drift.left_out("notice of another kind", notice.code)
        elif notice.id[:1] in ("B", "E"):
            files.drift.left_out("notice of Scotland or Northern Ireland")
        elif found is None or _LATER.search(kind):
            files.drift.left_out("statutory demand or later step of a case")
        elif notice.status.casefold() in ("withdrawn", "retracted"):
            files.drift.left_out("notice that was withdrawn")
        elif not (name := _find_debtor_name(notice)):
            files.drift.left_out("notice without a name", notice.id)
        else:
            yield _build_notice_entry(notice, name, *found)


def _find_debtor_name(notice: GazetteNotice) -> str:
    title = notice.title
    if not usable(title) or _KIND.search(title):
        named = _NAMED.match(notice.content)
        title = named[1] if named else ""
    surname, comma, given = title.partition(",")
    return f"{given.strip()} {surname.strip()}" if comma else title.strip()


def _build_notice_entry(
    notice: GazetteNotice, name: str, stage: InsolvencyStage, what: str
) -> ListEntry:
    published = day(notice.published)
    born, ordered = _BORN.search(notice.content), _ORDERED.search(notice.content)
    partial = birth_date(born[1]) if born else None
    where = None if _WITHHELD.search(notice.content) else _AT.search(notice.content)
    return ListEntry(
        id=notice.id,
        list_id=_ID,
        kind="person",
        names=(Name(name),),
        birth_dates=(partial,) if partial else (),
        addresses=place(where[1]) if where else (),
        url=f"{_SITE}/notice/{notice.id}",
        record=Record(
            type="personal_insolvency",
            stage=stage,
            act_section="Insolvency Act 1986",
            event=f"{what} (notice in The Gazette)",
            event_date=(day(ordered[1]) if ordered else None) or published,
            known_date=published,
            handling="restricted",
        ),
    )
