"""The syndication API of the Care Quality Commission: its records, and which have changed.

<https://api-portal.service.cqc.org.uk>. The key is free and goes into a header of its own.
`/providers/ID` and `/locations/ID` give a record; `/changes/provider` and `/changes/location` the
ids that changed between two moments, in pages.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from duediligence.errors import UnreadableFile
from duediligence.fetch.api import Api, ApiAnswer

KEY_HEADER: Final = "Ocp-Apim-Subscription-Key"
CareRecord = Literal["provider", "location"]
# What is asked for in one page, and the most pages that are read: more changed than the register
# has records.
_PAGE = 1000
_MOST_PAGES = 300
_NEVER_AGAIN, _AGAIN = timedelta.max, timedelta(0)


class CareQuality:
    """Questions to the API. Each method raises FetchFailed where there is no answer,
    UnreadableFile where it cannot be read, and StorageError.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def record(self, kind: CareRecord, number: str, *, again: bool) -> ApiAnswer | None:
        """Return the record; None where there is none. What was answered before is used for
        however long, unless it is to be asked `again`.
        """
        age = _AGAIN if again else _NEVER_AGAIN
        answer = self._api.get(f"/{kind}s/{number}", max_age=age)
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
