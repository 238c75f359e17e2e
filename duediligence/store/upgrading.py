"""Read what earlier versions stored as sentences: each becomes a value that holds it whole.

No sentence is parsed. What can be derived again (a list, a register) gets its values when it is
next loaded; a run keeps what was recorded.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from duediligence.model import ListVersion, Party, PartyRole, RegisterVersion, Run
from duediligence.model.casework.alerts import Compared


def list_version(body: bytes) -> ListVersion:
    """A version of a list, of any form. Raises msgspec.MsgspecError for what is none."""
    return msgspec.convert(_with_drift(msgspec.json.decode(body)), ListVersion)


def register_version(body: bytes) -> RegisterVersion:
    """A version of a register, of any form. Raises msgspec.MsgspecError for what is none."""
    return msgspec.convert(_with_drift(msgspec.json.decode(body)), RegisterVersion)


def run(body: bytes) -> Run:
    """A run, of any form. Raises msgspec.MsgspecError for what is none."""
    told = msgspec.json.decode(body, type=dict[str, Any])
    lists = map(_list_status, told.get("lists", ()))
    return msgspec.convert({**told, "lists": list(lists)}, Run)


def party(body: bytes) -> Party:
    """A party, of any form. Raises msgspec.MsgspecError for what is none."""
    return _party(msgspec.json.decode(body, type=dict[str, Any]))


def parties(body: bytes) -> tuple[Party, ...]:
    """Parties, of any form. Raises msgspec.MsgspecError for what are none."""
    return tuple(map(_party, msgspec.json.decode(body, type=list[dict[str, Any]])))


def compared(body: bytes) -> Compared:
    """The supplier's side of an alert. Raises msgspec.MsgspecError for what is none."""
    told = msgspec.json.decode(body, type=dict[str, Any])
    found = tuple(map(_party, told.get("parties", ())))
    return replace(msgspec.convert({**told, "parties": ()}, Compared), parties=found)


def _party(told: Mapping[str, Any]) -> Party:
    if not isinstance(told.get("role"), str):
        return msgspec.convert(told, Party)
    unknown = {"kind": ""}
    role = PartyRole.recorded(told["role"])
    return replace(msgspec.convert({**told, "role": unknown}, Party), role=role)


def _list_status(told: Mapping[str, Any]) -> Mapping[str, Any]:
    if told.get("version"):
        told = {**told, "version": _with_drift(told["version"])}
    if told.get("reason"):
        told = {**told, "reasons": [{"kind": "recorded text", "said": told["reason"]}]}
    return told


def _with_drift(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**told, "drift": [_drift_item(each) for each in told.get("drift", ())]}


def _drift_item(told: Any) -> Any:
    if not isinstance(told, str):
        return told
    return {"kind": "recorded text", "what": "", "name": told}
