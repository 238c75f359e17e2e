"""The syndication API of the Care Quality Commission: its records, and which have changed.

<https://api-portal.service.cqc.org.uk>. The key is free and goes into a header of its own.
`/providers/ID` and `/locations/ID` give a record; `/changes/provider` and `/changes/location` the
ids that changed between two moments, in pages. Records name registered managers and other people,
and say how to reach them: that is left out before an answer is kept.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from duediligence.errors import UnreadableFile
from duediligence.fetch.api import Api, ApiAnswer
from duediligence.formats.care_members import KEPT

KEY_HEADER: Final = "Ocp-Apim-Subscription-Key"
CareRecord = Literal["provider", "location"]
# What is asked for in one page, and the most pages that are read: more changed than the register
# has records.
_PAGE = 1000
_MOST_PAGES = 300
_NEVER_AGAIN, _AGAIN = timedelta.max, timedelta(0)
# A new place is told as a change of itself, and need not be one of its provider.
_PROVIDERS_AGAIN = timedelta(days=7)
_DEEPEST = 30
# People, ways to reach them, and what is long and not read.
LEFT_OUT: Final = frozenset(
    "contacts nominatedIndividual mainPhoneNumber website reports unpublishedReports "
    "historicRatings providerInspectionAreas".split()
)


class CareQuality:
    """Questions to the API. Each method raises FetchFailed where there is no answer,
    UnreadableFile where it cannot be read, and StorageError.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def record(self, kind: CareRecord, number: str, *, again: bool) -> ApiAnswer | None:
        """Return the record; None where there is none. What was answered before is used for
        however long, of a provider for a week, unless it is to be asked `again`.
        """
        age = _PROVIDERS_AGAIN if kind == "provider" else _NEVER_AGAIN
        answer = self._api.get(f"/{kind}s/{number}", max_age=_AGAIN if again else age)
        if answer and not again and _is_outdated(answer.data):
            answer = self._api.get(f"/{kind}s/{number}", max_age=_AGAIN)
        if answer and not (isinstance(answer.data, dict) and answer.data.get(f"{kind}Id")):
            raise UnreadableFile(f"the Commission's answer about {kind} {number} is no record")
        return answer

    def list_changes(self, since: datetime, until: datetime) -> frozenset[str]:
        """Return the ids of providers and locations that changed between two moments (aware)."""
        kinds: tuple[CareRecord, ...] = ("provider", "location")
        return frozenset(one for kind in kinds for one in self._changes(kind, since, until))

    def _changes(self, kind: CareRecord, since: datetime, until: datetime) -> Iterator[str]:
        asked: dict[str, str | int] = {
            "startTimestamp": _format_moment(since),
            "endTimestamp": _format_moment(until),
            "perPage": _PAGE,
        }
        for page in range(1, _MOST_PAGES + 1):
            answer = self._api.get(f"/changes/{kind}", {**asked, "page": page}, max_age=_AGAIN)
            if answer is None:
                return
            found = answer.data
            if not isinstance(found, dict) or not isinstance(found.get("changes"), list):
                raise UnreadableFile(
                    f"the Commission's answer about changes of a {kind} is no list"
                )
            yield from (_read_changed_id(one, kind) for one in found["changes"])
            pages = found.get("totalPages")
            if not isinstance(pages, int) or page >= pages:
                return
        raise UnreadableFile(f"the Commission's list of changes of a {kind} does not end")


def _read_changed_id(one: object, kind: CareRecord) -> str:
    """Return the id, which is given by itself or in an object."""
    found: Any = one.get(f"{kind}Id") if isinstance(one, Mapping) else one
    if not isinstance(found, str):
        raise UnreadableFile(f"the Commission's list of changes has an item without {kind}Id")
    return found


def _format_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def reduce_answer(answer: Any) -> Any:
    """Return what is kept of an answer: the members that are known, without people. Of a record,
    `managers` tells when its registered managers change, and `unknown` names members that are not
    known; what these hold is not kept.

    Raises UnreadableFile for activities of another form, and for what is nested too deep.
    """
    unknown: set[str] = set()
    kept = _keep_known(answer, unknown)
    if not isinstance(kept, dict):
        return kept
    return {**kept, "managers": _hash_managers(answer), "unknown": sorted(unknown)}


def _is_outdated(kept: Any) -> bool:
    """Return whether other members would be kept of the answer today."""
    return not isinstance(kept, dict) or not KEPT.isdisjoint(kept.get("unknown", KEPT))


def _keep_known(value: Any, unknown: set[str], depth: int = 0) -> Any:
    if depth > _DEEPEST:
        raise UnreadableFile("the Commission's answer is nested deeper than any that is known")
    if isinstance(value, list):
        return [_keep_known(one, unknown, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    unknown |= value.keys() - KEPT - LEFT_OUT
    return {
        name: _keep_known(one, unknown, depth + 1) for name, one in value.items() if name in KEPT
    }


def _hash_managers(answer: Mapping[str, Any]) -> str:
    """Return a hash of who manages the place: enough to see that they changed, and no names.

    Raises UnreadableFile.
    """
    people = set()
    try:
        for activity in answer.get("regulatedActivities") or ():
            for one in activity.get("contacts") or ():
                if "Registered Manager" in (one.get("personRoles") or ()):
                    people.add(f"{one.get('personGivenName')} {one.get('personFamilyName')}")
    except (AttributeError, TypeError) as error:
        raise UnreadableFile("the Commission's answer has activities of another form") from error
    return sha256("\n".join(sorted(people)).encode()).hexdigest()[:16] if people else ""
