"""Flags in the forms of other systems: JSON lines, FollowTheMoney.

The schemata and properties are those of https://followthemoney.tech/explorer/schemata/ . A possible
match is a link of its own and never merges two parties: a person decides.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from duediligence.model import Finding, Kind
from duediligence.render.flags import Flag
from duediligence.render.followthemoney import SCHEMATA, TOPICS, Entity, build_entity
from duediligence.render.run_json import VERSION, finding_document
from duediligence.render.saying import explain, format_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported(Flag):
    """A flag, and where it stands. Times are UTC.

    `reason` holds the codes of the decision, `change` what is new against the supplier's run
    before. `list_topic` and `entry_kind` are those of the list and of the entry it is about.
    """

    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    last_seen: datetime | None = None
    change: str = ""
    list_topic: str = ""
    entry_kind: Kind = "unknown"


def build_flag_document(one: Exported) -> dict[str, Any]:
    """Return `{"version": 1, "data": {…}}`: the finding's fields as in the JSON of a run, then
    those of Exported; `also` are the findings of the further sources.
    """
    finding = finding_document(one.finding)
    beside = msgspec.to_builtins(replace(one, finding=None, also=(), queued=None))  # type: ignore[arg-type]
    del beside["finding"], beside["queued"]
    beside["also"] = [finding_document(each) for each in one.also]
    return {"version": VERSION, "data": {**finding, **beside}}


def write_jsonl(found: Iterable[Exported], path: Path) -> None:
    """In ASCII, so that any code page can carry it. Its OSErrors pass."""
    with path.open("w", encoding="ascii", newline="") as stream:
        stream.writelines(json.dumps(build_flag_document(one)) + "\n" for one in found)


# What one finding knows of a party and another one may not.
_SURE = ("Company", "Person")


def write_ftm(found: Iterable[Exported], path: Path) -> None:
    """Each entity once, in ASCII. Its OSErrors pass."""
    with path.open("w", encoding="ascii", newline="") as stream:
        stream.writelines(json.dumps(each) + "\n" for each in build_export_entities(found))


def build_export_entities(
    found: Iterable[Exported], companies: Mapping[str, str] | None = None
) -> list[Entity]:
    """Return the suppliers, the parties behind them, the list entries they may be, and what links
    them. `companies` are ids that suppliers have among other entities, by reference.

    A finding without a list entry is a note of its supplier. What is not about a supplier, such as
    a list that was not checked, is no entity.
    """
    return merge_entities(
        each
        for one in found
        if one.finding.supplier_ref
        for each in _list_finding_entities(one, companies or {})
    )


def merge_entities(entities: Iterable[Entity]) -> list[Entity]:
    """Return each entity once, with every value that it has."""
    merged: dict[str, Entity] = {}
    for each in entities:
        known = merged.setdefault(each["id"], {**each, "properties": {}})
        if each["schema"] in _SURE:
            known["schema"] = each["schema"]
        for name, values in each["properties"].items():
            held = known["properties"].setdefault(name, [])
            held += [value for value in values if value not in held]
    return list(merged.values())


def _list_finding_entities(one: Exported, companies: Mapping[str, str]) -> Iterator[Entity]:
    finding = one.finding
    supplier = companies.get(finding.supplier_ref) or _id("supplier", finding.supplier_ref)
    note = (
        ""
        if finding.entry_id
        else f"{finding.check_id} {finding.check_title}: {format_text(finding.why)}"
    )
    yield build_entity(
        supplier,
        "Company" if finding.company_number else "Organization",
        name=[finding.supplier_name],
        registrationNumber=[finding.company_number],
        notes=[note],
    )
    if not finding.entry_id:
        return
    subject = supplier
    if finding.about != "supplier":
        subject = _id("party", finding.supplier_ref, finding.subject_name, finding.subject_role)
        yield from _list_party_entities(one, subject, supplier)
    entry = _entry_id(finding)
    topic = TOPICS.get(one.list_topic, "")
    yield build_entity(
        entry,
        SCHEMATA[one.entry_kind],
        name=[finding.entry_name],
        topics=[topic],
        sourceUrl=[finding.entry_url],
    )
    if topic:
        yield build_entity(
            _id("listing", entry),
            "Sanction",
            entity=[entry],
            program=[one.list_title],
            provisions=finding.measures,
            recordId=[finding.entry_id],
            sourceUrl=[finding.entry_url],
        )
    yield build_entity(
        _id("match", subject, entry),
        "UnknownLink",
        subject=[subject],
        object=[entry],
        role=["possible match"],
        status=[one.status],
        summary=[f"{finding.check_id} {finding.check_title}: {explain(finding)}"],
    )


def _list_party_entities(one: Exported, party: str, supplier: str) -> Iterator[Entity]:
    finding = one.finding
    # Whether it is a person is known only beside an entry that is none of another kind.
    person = finding.person and one.entry_kind == "person"
    yield build_entity(party, "Person" if person else "LegalEntity", name=[finding.subject_name])
    role, held = finding.subject_role, finding.role
    link = _id("link", party, supplier)
    if held.kind == "director" and not (held.former or held.of):
        yield build_entity(
            link, "Directorship", director=[party], organization=[supplier], role=[role]
        )
    else:
        yield build_entity(link, "UnknownLink", subject=[party], object=[supplier], role=[role])


def _entry_id(finding: Finding) -> str:
    parts = [finding.list_id, finding.entry_id]
    if finding.entry_id == "withheld":
        # Else all whose id is withheld would be one.
        parts += [finding.supplier_ref, finding.entry_name]
    return _id("entry", *parts)


def _id(kind: str, *parts: str) -> str:
    """Return the same at every export."""
    digest = sha256("\x1f".join(parts).encode(errors="replace")).hexdigest()
    return f"duediligence-{kind}-{digest[:24]}"
