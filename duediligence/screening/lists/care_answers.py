"""What the Care Quality Commission answers about our suppliers: asked, and asked again where it
changed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from duediligence.errors import UnreadableFile
from duediligence.model import Identifier
from duediligence.progress import Progress
from duediligence.writing import make_folder, storing, write_bytes

if TYPE_CHECKING:
    from duediligence.registers.care_quality import CareQuality, CareRecord
    from duediligence.screening.workspace import Workspace

_FILE, _REGISTER = "care-quality.jsonl", "cqc"
# The Commission's own numbers, and the codes of trusts: letters and digits.
_NUMBER = re.compile(r"1-\d{5,15}|[A-Z0-9]{3,10}", re.ASCII)
_OWN_NUMBER = re.compile(r"1-\d{5,15}", re.ASCII)
# After this long everything is asked again.
_CHANGES_FOR = timedelta(days=30)
# Beginnings overlap: what changed while the last answers came is not lost.
_OVERLAP = timedelta(hours=6)

Json = dict[str, Any]


def collect_care_answers(workspace: "Workspace", progress: Progress) -> Path | None:
    """Return the folder of the file with what the Commission says today of our suppliers' providers
    and places; None without a key, or where no supplier is on its register here.

    What did not change since the last time is not asked again. Raises FetchFailed, UnreadableFile,
    StorageError.
    """
    api, numbers = workspace.care_quality, _list_care_numbers(workspace)
    if api is None or not numbers:
        return None
    folder, now = workspace.home / "care-quality" / "list", workspace.now()
    asked_at, before = _read_last_answers(folder / _FILE)
    changed = None
    if asked_at and timedelta() <= now - asked_at < _CHANGES_FOR:
        changed = api.list_changes(asked_at - _OVERLAP, now)
    collector = _Collector(api, before, changed, now)
    with progress.task("Asking the Care Quality Commission"):
        for number in numbers:
            collector.collect(number)
    head = {"asked_at": now.isoformat(), "records": len(collector.found)}
    lines = [head, *(line for _, line in sorted(collector.found.items()))]
    with storing(folder):
        make_folder(folder)
    write_bytes(folder / _FILE, b"".join(msgspec.json.encode(one) + b"\n" for one in lines))
    return folder


def _list_care_numbers(workspace: "Workspace") -> list[str]:
    """Return the numbers to begin with: suppliers' own with the Commission, and the places that the
    bulk register ties to a supplier's company or charity.
    """
    running = workspace.suppliers.active(workspace.now().date())
    links = workspace.links.newest()
    held: set[Identifier] = {number for one in running for number in one.identifiers}
    held |= {link.identifier for one in running if (link := links.get(one.ref)) and link.identifier}
    found = {one.id for one in held if _OWN_NUMBER.fullmatch(one.id)}
    ours = {(one.scheme, one.id) for one in held}
    if loaded := workspace.lists.current().get(_REGISTER):
        found |= {
            entry.id
            for entry in workspace.lists.entries(loaded.version)
            if any((one.scheme, one.id) in ours for one in entry.identifiers)
        }
    return sorted(found)


@dataclass(frozen=True, slots=True)
class _Collector:
    """Asks for records from numbers on: a place leads to its provider, a provider to its places.

    `before` are the lines of the last time by kind and number, `changed` the numbers that changed
    since; None asks for all again. `found` are the lines of now: what the Commission no longer
    finds stays as it was, with the day (`gone`).
    """

    api: "CareQuality"
    before: "Mapping[tuple[CareRecord, str], Json]"
    changed: frozenset[str] | None
    now: datetime
    found: dict[str, Json] = field(default_factory=dict)

    def collect(self, number: str) -> None:
        """Ask for the record of a number, its provider, and all places of that."""
        line = self._ask("location", number) or self._ask("provider", number)
        provider = line["answer"].get("providerId") if line else None
        if isinstance(provider, str) and (line := self._ask("provider", provider)):
            places = line["answer"].get("locationIds") or []
            if not isinstance(places, list) or not all(isinstance(one, str) for one in places):
                raise UnreadableFile(f"the places of provider {provider} have another form")
            before = (n for (_, n), one in self.before.items() if _is_place_of(provider, one))
            for place in (*places, *before):
                self._ask("location", place)

    def _ask(self, kind: "CareRecord", number: str) -> Json | None:
        if number in self.found:
            return self.found[number]
        if not _NUMBER.fullmatch(number):
            return None
        was, today = self.before.get((kind, number), {}), self.now.date().isoformat()
        again = self.changed is None or number in self.changed or "gone" in was
        answer = self.api.record(kind, number, again=again)
        if answer is None:
            if was:
                self.found[number] = {"gone": today, **was}
            return self.found.get(number)
        line = {
            "retrieved_at": answer.retrieved_at.isoformat(),
            "managers_changed": was.get("managers_changed", ""),
            "answer": answer.data,
        }
        if was and was["answer"].get("managers") != answer.data.get("managers"):
            line["managers_changed"] = today
        self.found[number] = line
        return line


def _is_place_of(provider: str, line: Json) -> bool:
    return "locationId" in line["answer"] and line["answer"].get("providerId") == provider


def _read_last_answers(
    path: Path,
) -> "tuple[datetime | None, dict[tuple[CareRecord, str], Json]]":
    """Return when the last answers were asked for, and their lines by kind and number; None and
    none where they cannot be read: all is then asked again.
    """
    found: dict[tuple[CareRecord, str], Json] = {}
    try:
        first, *lines = (msgspec.json.decode(one) for one in path.read_bytes().splitlines())
        asked_at = datetime.fromisoformat(first["asked_at"]).astimezone(UTC)
        for one in lines:
            kind: CareRecord = "location" if "locationId" in one["answer"] else "provider"
            found[kind, str(one["answer"][f"{kind}Id"])] = one
    except (OSError, ValueError, KeyError, TypeError, AttributeError, msgspec.MsgspecError):
        return None, {}
    return asked_at, found
