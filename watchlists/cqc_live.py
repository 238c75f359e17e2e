"""What the Care Quality Commission says today of our suppliers' registrations, as it was asked."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from duediligence.watchlists._care import build_care_entry, read_places
from duediligence.watchlists._cqc import (
    AUTHORITY,
    FLAGS,
    NATION,
    NO_RATING,
    RATINGS,
    is_poor,
    page_of,
    rank_rating,
)
from duediligence.watchlists.toolkit.bodies import (
    build_address,
    company,
    names_in,
    read_charity_number,
)
from duediligence.watchlists.toolkit.entries import checked
from duediligence.watchlists.toolkit.values import stated_day, status

from duediligence.contracts import Drift, Expect, Feed, Files, StatusMeaning, watchlist
from duediligence.errors import UnreadableFile
from duediligence.formats import json
from duediligence.formats.care_members import KEPT
from duediligence.model import ListEntry, RegisteredService

_ID = "cqc-live"
_FILE = "care-quality.jsonl"
_STATUS, _DORMANT, _RATING = "registrationStatus", "dormancy", "rating"
_STATUSES: Mapping[str, StatusMeaning] = {"registered": "neutral", "deregistered": "ended"}
_BODIES = ("Organisation", "NHS Body")
_DEEPEST = 30
# Those of the answers, and of the lines that they are kept in.
_KNOWN = KEPT.union(
    "asked_at records retrieved_at managers managers_changed gone answer unknown".split()
)
_AGAIN = "Refresh the list again; this tool may need an update."
Json = Mapping[str, Any]


def _find_asked_day(files: Files) -> date | None:
    """Return the day on which the answers were asked for."""
    first = next(_read_lines(files), {})
    return date.fromisoformat(first["asked_at"][:10]) if _is_head(first) else None


@watchlist(
    id=_ID,
    title="CQC registrations of our suppliers, as asked",
    publisher=AUTHORITY,
    licence="OGL-3.0",
    topic="register",
    homepage="https://api-portal.service.cqc.org.uk/",
    bring=(
        "Nothing to download: with a key, which the page gives free of charge, a refresh asks for "
        "the suppliers that the CQC register of care providers knows."
    ),
    feeds=(Feed(_FILE),),
    max_age=timedelta(days=10),
    expect=Expect(entries=(1, 100_000), filled={"names": 1.0, "service": 1.0}, states_total=True),
    published=_find_asked_day,
    optional=True,
    labour_sign="poor rating",
    known_from="real file",
    known_since="2022-09",
    statuses={_STATUS: _STATUSES, _DORMANT: FLAGS, _RATING: RATINGS},
    powers=("safeguarding",),
    premises=True,
    asked=True,
)
def parse(files: Files) -> Iterator[ListEntry]:
    """List what the Care Quality Commission answers about the providers and places of our own
    suppliers: standing, dormancy, regulated activities, and ratings of the whole, of services and
    of assessments.

    It is newer than the monthly files, and needs a key, which is free. A refresh begins with the
    places that the register of care providers ties to a supplier by the number of its company or
    charity, and with numbers of the Commission that suppliers gave; it goes on to their providers
    and all places of these. What did not change is not asked again. Without a key the monthly files
    show the same some weeks later.

    A place that was deregistered may have closed, been sold or been registered again. What the
    Commission no longer finds stays, as it was and as no longer found. Where the
    place is not rated as a whole, the worst rating of a service or assessment counts. That
    the registered managers changed, or that one is absent, is said; who they are is not kept.

    A poor rating that the monthly ratings have, too, is a flag of either list.

    It cannot show suppliers that the register does not know, conditions of registration, warning
    notices or prosecutions, which the answers do not have: read the page of the place.
    """
    lines = list(_read_lines(files))
    if not lines or not _is_head(lines[0]):
        raise UnreadableFile(f"{_FILE}: does not say when it was asked", hint=_AGAIN)
    if lines[0].get("records") != len(lines) - 1:
        raise UnreadableFile(f"{_FILE}: does not hold the answers that it says", hint=_AGAIN)
    for line in lines:
        _report_unknown(line, files.drift)
    answers = [(line, _read_answer(line)) for line in lines[1:]]
    for _, one in answers:
        for name in one.get("unknown") or ():
            files.drift.unread("member", str(name))
    providers = {one["providerId"]: one for _, one in answers if "locationId" not in one}
    entries = (_build_live_entry(line, one, providers, files.drift) for line, one in answers)
    return checked(entries, _FILE)


def _read_lines(files: Files) -> Iterator[Json]:
    for number, line in json.read_json_lines(files[_FILE]):
        if not isinstance(line, dict):
            raise UnreadableFile(f"{_FILE}: line {number} is no object", hint=_AGAIN)
        yield line


def _is_head(line: Json) -> bool:
    try:
        return bool(date.fromisoformat(line["asked_at"][:10]))
    except (KeyError, TypeError, ValueError):
        return False


def _report_unknown(value: object, drift: Drift, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise UnreadableFile(f"{_FILE}: is nested too deep", hint=_AGAIN)
    if isinstance(value, dict):
        for name in value.keys() - _KNOWN:
            drift.unread("member", name)
    for one in value.values() if isinstance(value, dict) else value:  # type: ignore[attr-defined]
        if isinstance(one, dict | list):
            _report_unknown(one, drift, depth + 1)


def _read_answer(line: Json) -> Json:
    answer = line.get("answer")
    needed = ("providerId", "name", _STATUS)
    if not isinstance(answer, dict) or not all(_text(answer, one) for one in needed):
        raise UnreadableFile(f"{_FILE}: an answer lacks one of {', '.join(needed)}", hint=_AGAIN)
    return answer


def _text(value: Json, key: str) -> str:
    return json.text(value.get(key), key)


def _inner(value: Json, key: str) -> Json:
    """Return the object there, empty where there is none. Raises UnreadableFile for another form,
    in which a rating would be missed.
    """
    found = value.get(key) or {}
    if not isinstance(found, dict):
        raise UnreadableFile(f"{_FILE}: {key} has another form", hint=_AGAIN)
    return found


def _items(value: Json, key: str) -> list[Json]:
    """Return the objects there. Raises UnreadableFile for another form."""
    found = value.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnreadableFile(f"{_FILE}: {key} has another form", hint=_AGAIN)
    return found


def _build_live_entry(
    line: Json, answer: Json, providers: Mapping[str, Json], drift: Drift
) -> ListEntry:
    place, number = _text(answer, "locationId"), _text(answer, "providerId")
    provider = providers.get(number, {} if place else answer)
    ended = status(_STATUSES, _text(answer, _STATUS), _STATUS, _FILE) == "ended"
    gone = "" if ended else _text(line, "gone")
    service, worst = _read_live_service(answer, _text(provider, "name"), drift)
    if gone:
        service = replace(service, standing="No longer found")
    activities = "; ".join(_text(one, "name") for one in _items(answer, "regulatedActivities"))
    absent, changed = _text(answer, "registeredManagerAbsentDate"), _text(line, "managers_changed")
    said = (
        ", ".join(f"{part} {grade}" for part, grade in service.grades),
        activities and f"regulated activities: {activities}",
        absent and f"registered manager absent since {absent}",
        changed and f"registered managers changed by {changed}",
        gone and service.grade and f"last rated {service.grade}",
    )
    lines = (_text(answer, f"postalAddress{n}") for n in ("Line1", "Line2", "TownCity", "County"))
    entry = build_care_entry(
        _ID,
        AUTHORITY,
        service,
        addresses=build_address(*lines, postcode=_text(answer, "postalCode")),
        kind="organisation" if _text(provider, "ownershipType") in _BODIES else None,
        numbers=(
            *company(_text(provider, "companiesHouseNumber"), "companiesHouseNumber", drift),
            *read_charity_number(_text(provider, "charityNumber"), "charityNumber", drift),
        ),
        worst=worst,
        outcome="; ".join(filter(None, said)),
        low=is_poor(service.grade or worst),
        left=stated_day(_text(answer, "deregistrationDate"), "deregistrationDate", drift),
        ended=ended or bool(gone),
        url=page_of(service.number, "location" if place else "provider"),
    )
    names = names_in(*(name.text for name in entry.names), _text(answer, "alsoKnownAs"))
    record = entry.record
    if gone and record:
        event = f"No longer found at the {AUTHORITY} by {gone}: {service.place}"
        record = replace(record, event=event)
    return replace(entry, names=names, record=record)


def _read_live_service(answer: Json, owner: str, drift: Drift) -> tuple[RegisteredService, str]:
    """Return the registration, and the worst rating of a service or assessment; "" for none."""
    current = _inner(answer, "currentRatings")
    overall = _inner(current, "overall")
    rating, questions = _read_rating(overall), _items(overall, "keyQuestionRatings")
    graded = _text(overall, "reportDate")
    services = {_text(one, "name"): _read_rating(one) for one in _items(current, "serviceRatings")}
    newest = max(
        _items(answer, "assessment"),
        key=lambda one: _text(one, "assessmentPlanPublishedDateTime"),
        default={},
    )
    assessed = _inner(newest, "ratings")
    for one in _items(assessed, "asgRatings"):
        services[_text(one, "name") or _text(one, "title")] = _read_rating(one)
    for one in [] if rating else _items(assessed, "overall")[:1]:
        rating, questions = _read_rating(one), _items(one, "keyQuestionRatings")
        graded = _text(newest, "assessmentPlanPublishedDateTime")[:10]
    services = {name: grade for name, grade in services.items() if grade}
    worst = min(services.values(), key=rank_rating, default="")
    domains = {_text(one, "name").casefold(): _read_rating(one) for one in questions}
    dormant = _text(answer, _DORMANT)
    if dormant:
        status(FLAGS, dormant, _DORMANT, _FILE)
    service = RegisteredService(
        number=_text(answer, "locationId") or _text(answer, "providerId"),
        nation=NATION,
        kinds=tuple(_text(one, "description") for one in _items(answer, "gacServiceTypes")),
        place=_text(answer, "name"),
        owner=owner,
        owner_number=_text(answer, "providerId"),
        area=_text(answer, "localAuthority"),
        capacity=read_places(_text(answer, "numberOfBeds"), "numberOfBeds", drift),
        standing="Dormant" if dormant.upper() == "Y" else _text(answer, _STATUS),
        registered_on=stated_day(_text(answer, "registrationDate"), "registrationDate", drift),
        grade=rating,
        graded_on=stated_day(graded, "reportDate", drift),
        grades=tuple((part, one) for part, one in (*domains.items(), *services.items()) if one),
    )
    return service, worst


def _read_rating(value: Json) -> str:
    """Return the rating in one spelling, "" for none. Raises UnreadableFile for an unknown word."""
    text = _text(value, _RATING)
    if text:
        status(RATINGS, text, _RATING, _FILE)
    return "" if text.casefold() in NO_RATING else text.capitalize()
