"""Corporate insolvency notices of The Gazette."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from duediligence.watchlists._gazette import (
    GazetteNotice,
    check_whole_page,
    next_page,
    read_gazette_notices,
)
from duediligence.watchlists.toolkit.bodies import company, kind_of, names_in
from duediligence.watchlists.toolkit.values import stated_day, usable

from duediligence.contracts import Drift, Expect, Feed, Files, watchlist
from duediligence.errors import UnreadableFile
from duediligence.model import (
    Address,
    Identifier,
    InsolvencyStage,
    ListEntry,
    Name,
    Record,
    RecordStatus,
    RecordType,
)
from duediligence.text.legal_forms import UK_FORMS, ends_in_legal_form
from duediligence.text.postcodes import INWARD, OUTWARD, last_postcode

_ID = "gazette-insolvency"
_SITE = "https://www.thegazette.co.uk"
_NUMBER = re.compile(
    r"\b(?:company|registered|registration)\s+(?:number|no\.?)\s*:?\s*((?:[A-Z]{2}|R0)?\s?[0-9]{4,8})\b"
    # As `( SC000000 )` after the name.
    r"|\(\s*((?:[A-Z]{2}|R0)[0-9]{5,6}|[0-9]{8})\s*\)",
    re.IGNORECASE | re.ASCII,
)
_OFFICE = re.compile(
    r"\bregistered\s+office(?:\s+address)?(?:\s+is)?\s*:?\s*(?:at\s+)?"
    rf"([^:;]{{5,200}}?\b{OUTWARD}\s?{INWARD})\b",
    re.IGNORECASE | re.ASCII,
)
# `CR-2026-000000`, `CR-2026-MAN-000000`, `No 000000 of 2026`.
_CASE = re.compile(
    r"\b(CR-[0-9]{4}-(?:[A-Z]{3}-)?[0-9]{3,8})\b|\bno\.?\s*([0-9]{1,6} of [0-9]{4})\b",
    re.IGNORECASE | re.ASCII,
)
_FORM = rf"(?:{'|'.join(UK_FORMS)})\b\.?"
# Where a text names its company: most safely first. A name ends in a legal form.
_NAMED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bname of (?:the )?company\s*:?\s*(.{{2,120}}?\b{_FORM})",
        rf"\bin the matter of\s*:?\s*(.{{2,120}}?\b{_FORM})",
        rf"^\W*(.{{2,120}}?\b{_FORM})",
    )
)
# Words of a notice that no name begins with or holds.
_NO_NAME = re.compile(
    r"\b(?:court|notice|pursuant|hereby|matter|resolutions?|meetings?|passed|petition|insolvency|"
    r"creditors|liquidators?|company (?:number|no)|above-named|of which|was|were)\b",
    re.IGNORECASE,
)
_SUCCESSOR = re.compile(
    r"\bunder the (?:following )?(?:prohibited )?names?(?: of)?\s*:?\s*[“”\"'‘]*"
    rf"(.{{2,120}}?\b{_FORM})",
    re.IGNORECASE,
)
# The law, and where in it the re-use of a name is. The edition's letter begins the id of a notice:
# in Belfast, another law of insolvency.
_LAW = ("Insolvency Act 1986", "s.216")
_LAWS = {"B": ("Insolvency (Northern Ireland) Order 1989", "art.180")}
_STATUSES: dict[str, RecordStatus] = {
    "": "unstated",
    "published": "unstated",
    "withdrawn": "withdrawn",
    "retracted": "withdrawn",
}

# What a notice of corporate insolvency in The Gazette says, by its code and its category.
#
# The 46 codes are those of the publisher's list of codes (July 2026). What each says of an
# insolvency is from the Insolvency Act 1986 and the Insolvency (England and Wales) Rules 2016.
_COURT = "Winding-up by the court"
_SECTIONS = {
    "1": "Administration",
    "2": "Receivership",
    "3": "Members' voluntary winding-up, in which the company is solvent",
    "4": "Creditors' voluntary winding-up",
    "5": _COURT,
    "6": _COURT,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a notice says: `event` in words. `known` is false where its code is not in the list."""

    type: RecordType
    stage: InsolvencyStage
    event: str
    known: bool = True


# The words of each stage that has the same ones wherever it comes from.
_WORDS: dict[InsolvencyStage, str] = {
    "petition": "Petition to wind up",
    "order": "Winding-up order",
    "resolution": "Resolution to wind up",
    "liquidator": "Liquidator appointed",
    "administration": "Administration",
    "receivership": "Receiver appointed",
    "moratorium": "Moratorium",
    "arrangement": "Voluntary arrangement",
}
_PROHIBITED = "prohibited name"
_SOLVENT = "solvent"
# Code: stage (or one of the two words above), and what the notice says has happened.
_CODES: dict[str, tuple[str, str]] = {
    "2401": ("moratorium", "Moratorium came into force"),
    "2402": ("end", "Moratorium came to an end"),
    "2403": (_PROHIBITED, "Re-use of a prohibited name"),
    "2404": ("step", "Cross-border insolvency"),
    "2405": ("step", "Overseas territories and dependencies"),
    "2406": ("step", "Dividend intended"),
    "2407": ("step", "Dividend"),
    "2408": ("step", "Other corporate insolvency notice"),
    "2409": ("step", "Qualifying decision procedure"),
    "2410": ("administration", "Administrators appointed"),
    "2411": ("administration", "Administration order"),
    "2412": ("step", "Meeting of creditors"),
    "2413": ("step", "Notice to members"),
    "2414": ("step", "Deemed consent"),
    "2421": ("receivership", "Administrative receivers appointed"),
    "2422": ("step", "Meeting of creditors"),
    "2423": ("receivership", "Receivers appointed"),
    "2424": ("step", "Deemed consent"),
    "2431": (_SOLVENT, "Resolution to wind up"),
    "2432": (_SOLVENT, "Liquidator appointed"),
    "2433": (_SOLVENT, "Creditors asked to claim"),
    "2434": (_SOLVENT, "Annual meeting"),
    "2435": (_SOLVENT, "Final meeting"),
    "2441": ("resolution", "Resolution to wind up"),
    "2442": ("step", "Meeting of creditors"),
    "2443": ("liquidator", "Liquidator appointed"),
    "2444": ("step", "Annual meeting"),
    "2445": ("step", "Final meeting"),
    "2446": ("step", "Creditors asked to claim"),
    "2447": ("step", "Deemed consent"),
    "2450": ("petition", "Petition to wind up"),
    "2451": ("petition", "Petition to wind up a partnership"),
    "2452": ("order", "Winding-up order"),
    "2453": ("order", "Winding-up order of a partnership"),
    "2454": ("liquidator", "Liquidator appointed"),
    "2455": ("step", "Meeting of creditors"),
    "2456": ("step", "Dividend intended"),
    "2457": ("step", "Dividend"),
    "2458": ("step", "Final meeting"),
    "2459": ("step", "Release of the liquidator"),
    "2460": ("step", "Creditors asked to claim"),
    "2461": ("end", "Petition dismissed"),
    "2462": ("petition", "Service of a petition to wind up"),
    "2463": ("step", "Annual meeting"),
    "2464": ("step", "Public examination"),
    "2465": ("step", "Deemed consent"),
}
# Words in a category that say that a petition failed or an order fell, whatever the code.
_ENDED = re.compile(
    r"\b(?:dismiss\w*|annul\w*|rescind\w*|rescission|stay(?:ed)?|set aside|withdrawal|withdrawn)\b"
)
# What a notice of a code that is not in the list is taken for, by words in its category: the first
# that fits. A mention of winding-up is never taken for something harmless.
_BY_WORDS: tuple[tuple[re.Pattern[str], InsolvencyStage], ...] = (
    (re.compile(r"petition"), "petition"),
    (re.compile(r"winding[ -]?up order|order to wind up"), "order"),
    (re.compile(r"receiver"), "receivership"),
    (re.compile(r"administrat"), "administration"),
    (re.compile(r"resolution"), "resolution"),
    (re.compile(r"liquidat"), "liquidator"),
    (re.compile(r"moratori"), "moratorium"),
    (re.compile(r"voluntary arrangement"), "arrangement"),
    (re.compile(r"winding[ -]?up|wind up|insolven"), ""),
)
_NAME_USED_AGAIN = re.compile(r"prohibited name|re-?use of (?:a |the )?(?:company )?name")


def interpret_notice(code: str, category: str) -> Meaning | None:
    """Return what a notice says; None where neither its code nor its category is of a known kind.

    Of a code that is not in the list the category decides, and only on what is a sign of trouble.
    """
    words = category.casefold()
    section = _SECTIONS.get(code[2:3]) if code.startswith("24") and len(code) == 4 else None
    if listed := _CODES.get(code):
        kind, what = listed
        if kind not in (_PROHIBITED, _SOLVENT, "step", "end") and (ended := _ENDED.search(words)):
            kind = "end"
            dismissed = ended[0].startswith("dismiss")
            what = "Petition dismissed" if dismissed else category
        return _build_notice_meaning(kind, ": ".join(filter(None, (section, what))), known=True)
    if _NAME_USED_AGAIN.search(words):
        return _build_notice_meaning(_PROHIBITED, category, known=False)
    for pattern, stage in _BY_WORDS:
        if pattern.search(words):
            said = _WORDS.get(stage)
            event = f"{category} ({said})" if said and said.casefold() != words else category
            return _build_notice_meaning(stage, event, known=False)
    return None


def _build_notice_meaning(kind: str, event: str, *, known: bool) -> Meaning:
    if kind == _PROHIBITED:
        return Meaning("prohibited_name", "", event, known)
    if kind == _SOLVENT:
        return Meaning("winding_up", "", event, known)
    stage: InsolvencyStage = kind  # type: ignore[assignment]
    return Meaning(
        "insolvency_step" if stage in ("step", "end") else "insolvency", stage, event, known
    )


_PLAIN = re.compile(r"\([^()]*\)|[^a-z]+")
_TITLES = re.compile(
    r"(?:annual|final|meetings?|notices?|resolutions?|appointments?|petitions?|orders?|release|"
    r"dismissals?|moratorium|service|deemed consent|winding up|re use|public|"
    r"qualifying|administration|cross border|overseas|other corporate)\b.*"
    r"\b(?:winding up|wind up|liquidat\w*|creditors|members|dividends?|administrat\w*|receivers?|"
    r"petitions?|orders?|consent|name|meetings?|notices?|procedures?|insolvenc\w*|examinations?|"
    r"territories|dependencies|force|end)\b.*"
)


def is_category(title: str, category: str) -> bool:
    """Return whether a title is that of a kind of notice, and not the name of a party."""
    plain, other = (
        " ".join(_PLAIN.sub(" ", text.casefold()).split()) for text in (title, category)
    )
    if plain and plain == other:
        return True
    return not ends_in_legal_form(title) and _TITLES.fullmatch(plain) is not None


@watchlist(
    id=_ID,
    title="Gazette corporate insolvency notices",
    publisher="The Stationery Office, The Gazette",
    licence="OGL-3.0, personal data excepted (from others' notes)",
    topic="enforcement",
    homepage="https://www.thegazette.co.uk/insolvency",
    feeds=(
        Feed(
            "notices-{part}-{page}.json",
            # Older notices are beyond the look-back of Procurement Act 2023 Sch 7 para 5.
            url=f"{_SITE}/insolvency/notice/data.json?categorycode=24&sort-by=latest-date"
            "&start-publish-date=2021-01-01&results-page-size=100"
            "&location-local-authority-1={part}",
            next_page=next_page,
            robots=True,
            # Its terms allow 5 requests in 10 seconds; it answers 500 to some values of Accept, and
            # sends empty and broken pages at times.
            pause=2.5,
            accept=False,
            retries=5,
            whole=check_whole_page,
        ),
    ),
    max_age=timedelta(days=7),
    expect=Expect(
        entries=(0, 500_000), filled={"names": 1.0, "record": 1.0, "url": 1.0}, states_total=True
    ),
    optional=True,
    known_from="code that reads it",
    known_since="2026-08",
    powers=("other",),
    grounds=("PA23-7-5",),
)
def parse(files: Files) -> Iterator[ListEntry]:
    """Petitions, orders, resolutions and appointments in the insolvency of companies.

    A petition to wind up is often the first sign of a supplier in trouble. It can go
    to Procurement Act 2023 Sch 7 para 5, as can administration and winding-up. Later steps of a
    case (meetings, dividends, examinations) and its end are no new insolvency and go to no ground.
    A members' voluntary winding-up is shown as what it is: the company is solvent, but it ends.
    Re-use of a prohibited name is no insolvency either: a director of a company that failed says
    that its business goes on under the same or a similar name (Insolvency Act 1986 s.216). Such a
    notice is kept under the name of the successor where its first words have it.

    `parts` in the settings are names of local authorities as the Gazette has them, such as
    Cornwall: notices are searched by place, because all of them are too many. A supplier whose
    notice names a place elsewhere is not found. A place without any notice is a valid answer; check
    its spelling, for the Gazette says nothing of a place that it does not know.

    It cannot show what came of a petition: it may have been paid and dismissed, so read the notice
    and the company's page at Companies House. It cannot show people: those have a list of their
    own, and partnerships are listed here under their own names. Company number and registered
    office are taken from the notice's first words where they are given there, as in many; the feed
    cuts the rest. A notice is dated by its publication, from which anybody could have known of it.

    Some notices have their kind as their title: the company's name is then taken from the text. A
    notice without any name, and one of a kind that is not known, is left out and counted.
    """
    met: Counter[str] = Counter()
    for notice in read_gazette_notices(files.matching("notices-*.json"), files.drift, "24"):
        if notice.code.startswith("25"):  # the insolvency of a person
            files.drift.left_out("personal insolvency")
            continue
        met["notices"] += 1
        told = interpret_notice(notice.code, notice.category)
        names = _read_notice_names(notice, told)
        if not names:
            met["nameless"] += 1
            files.drift.left_out("notice without a name", notice.id)
        elif told is None:
            files.drift.left_out(
                "notice of a kind that is not known", f"{notice.code} {notice.category}".strip()
            )
        else:
            yield _build_insolvency_entry(notice, told, names, files.drift)
    if met["nameless"] > max(_FEW, met["notices"] // 10):
        raise UnreadableFile(
            f"{met['nameless']:,} of {met['notices']:,} notices name no company",
            hint="The publisher may have changed the feed; this tool may need an update.",
        )


# Up to this many notices without a name are oddities; more, if over a tenth of all, are a fault.
_FEW = 5


# Entries.
def _read_notice_names(notice: GazetteNotice, told: Meaning | None) -> tuple[Name, ...]:
    """Return who the notice is about; nobody where neither its title nor its first words say so.

    A notice of the re-use of a name has the company that failed as its title. Its successor goes
    first, where the text names it.
    """
    title = notice.title
    if not usable(title) or is_category(title, notice.category):
        title = _named_in(notice.content)
    names = names_in(title) if title else ()
    successor = _find_successor_name(notice, told)
    if not successor:
        return names
    others = (Name(one.text, "former") for one in names if one.text != successor)
    return (Name(successor), *others)


def _named_in(content: str) -> str:
    for pattern in _NAMED:
        if (found := pattern.search(content)) and not _NO_NAME.search(found[1]):
            return found[1].strip(" ,;:-“”\"'")
    return ""


def _find_successor_name(notice: GazetteNotice, told: Meaning | None) -> str:
    if told is None or told.type != "prohibited_name":
        return ""
    found = _SUCCESSOR.search(notice.content)
    return found[1].strip() if found and not _NO_NAME.search(found[1]) else ""


def _build_insolvency_entry(
    notice: GazetteNotice, told: Meaning, names: tuple[Name, ...], drift: Drift
) -> ListEntry:
    if not told.known:
        drift.unmapped("notice code", f"{notice.code} {notice.category}".strip())
    if notice.status.casefold() not in _STATUSES:
        drift.unmapped("f:status", notice.status)
    numbers: tuple[Identifier, ...] = ()
    office = None
    # Where a notice names a successor, its number and office are those of the company that failed.
    if not _find_successor_name(notice, told):
        if stated := _NUMBER.search(notice.content):
            numbers = company(stated[1] or stated[2], "company number", drift)
        office = _OFFICE.search(notice.content)
    case = _CASE.search(notice.content)
    day = stated_day(notice.published, "published", drift)
    return ListEntry(
        id=notice.id,
        list_id=_ID,
        kind=kind_of(*(name.text for name in names), numbered=bool(numbers)),
        names=names,
        identifiers=numbers,
        addresses=(Address(office[1], last_postcode(office[1])),) if office else (),
        record=Record(
            type=told.type,
            stage=told.stage,
            reference=f"{notice.id}; {case[1] or case[2]}" if case else notice.id,
            act_section=_cite_notice_law(notice, told),
            event=f"{told.event} (notice in The Gazette)",
            event_date=day,
            known_date=day,
            status=_STATUSES.get(notice.status.casefold(), "unstated"),
        ),
        url=f"{_SITE}/notice/{notice.id}",
    )


def _cite_notice_law(notice: GazetteNotice, told: Meaning) -> str:
    act, section = _LAWS.get(notice.id[:1], _LAW)
    return f"{act} {section}" if told.type == "prohibited_name" else act
