"""The files within a pack: what each holds, written and read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from duediligence.delivery.pack.case import (
    Case,
    CaseAlert,
    StatedDifferences,
)
from duediligence.delivery.pack.people import Shared
from duediligence.errors import StorageError
from duediligence.model import (
    Declaration,
    Dossier,
    Finding,
    ListEntry,
    Party,
    Run,
    SetAside,
    Supplier,
)
from duediligence.store.casework.runs import ComparedSupplier
from duediligence.store.records import decode, decode_all, encode, encode_all
from duediligence.typed_data import decode_json

T = TypeVar("T")


BIDDERS = "bidders.json"


AUDIT = "audit.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What stands in a pack: its cases and, of a contract, what its bidders share.

    `not_screened` are bidders by reference that no run ever covered.
    """

    cases: tuple[Case, ...]
    shared: tuple[Shared, ...] = ()
    not_screened: tuple[str, ...] = ()


class _Bidders(msgspec.Struct, frozen=True):
    shared: tuple[Shared, ...]
    not_screened: tuple[str, ...]


def files_of(contents: Contents) -> dict[str, bytes]:
    """Return the files of the cases, a folder each, all but the page: the same for the same
    contents.
    """
    files: dict[str, bytes] = {}
    for number, case in enumerate(contents.cases, 1):
        folder = folder_of(number)
        compared = case.compared
        files[f"{folder}/run.json"] = _indent_json(encode(replace(case.run, findings=())))
        files[f"{folder}/findings.json"] = _indent_json(encode_all(case.findings))
        files[f"{folder}/withheld.json"] = _encode_pack_file(case.withheld)
        files[f"{folder}/alerts.json"] = _indent_json(
            msgspec.json.encode([_format_packed_alert(one) for one in case.alerts])
        )
        files[f"{folder}/supplier.json"] = _indent_json(encode(compared.supplier))
        files[f"{folder}/premises.json"] = _indent_json(encode_all(compared.premises))
        files[f"{folder}/entries.json"] = _indent_json(encode_all(compared.entries))
        if case.run.set_aside:
            files[f"{folder}/set-aside.json"] = _indent_json(encode_all(case.run.set_aside))
        if compared.dossier is not None:
            files[f"{folder}/dossier.json"] = _indent_json(encode(compared.dossier))
        if compared.declarations is not None:
            files[f"{folder}/declarations.json"] = _indent_json(encode_all(compared.declarations))
        if case.answers is not None:
            files[f"{folder}/answers.json"] = _encode_pack_file(case.answers)
    if len(contents.cases) > 1 or contents.not_screened:
        files[BIDDERS] = _encode_pack_file(_Bidders(contents.shared, contents.not_screened))
    return files


def _format_packed_alert(alert: CaseAlert) -> dict[str, object]:
    """Return the alert as it is packed: as in packs from before suppliers were merged, or list
    entries parted, where none was, and from before decisions were salted, where none is.
    """
    document = msgspec.to_builtins(alert)
    for one in document["decisions"]:
        if not one["salt"]:
            del one["salt"]
    unless = ("joined", "parted")
    return {name: value for name, value in document.items() if name not in unless or value}


def contents_of(files: Mapping[str, bytes], cases: int) -> Contents:
    """Return the contents again, of as many cases. Raises StorageError for files that do not
    read.
    """
    try:
        bidders = (
            _decode_pack_file(files, BIDDERS, _Bidders) if BIDDERS in files else _Bidders((), ())
        )
        contents = Contents(
            cases=tuple(
                _read_packed_case(files, folder_of(number)) for number in range(1, cases + 1)
            ),
            shared=bidders.shared,
            not_screened=bidders.not_screened,
        )
    except (
        StorageError,
        msgspec.MsgspecError,
        KeyError,
        ValueError,
        TypeError,
        RecursionError,
    ) as error:
        raise StorageError(
            f"the files of the pack cannot be read: {error}",
            hint="Another version of this tool made it, and can verify it.",
        ) from error
    refs = {case.supplier.ref for case in contents.cases}
    if not refs or not refs.issuperset(ref for one in contents.shared for ref in one.between):
        raise StorageError(
            "the pack is of no supplier, or of bidders that share something with another",
            hint="Do not rely on it. Ask whoever made it for another copy.",
        )
    return contents


def folder_of(number: int) -> str:
    """Return the folder of a case, counted from 1."""
    return f"suppliers/{number:03}"


def _read_packed_case(files: Mapping[str, bytes], folder: str) -> Case:
    dossier = files.get(f"{folder}/dossier.json")
    declared, aside = f"{folder}/declarations.json", f"{folder}/set-aside.json"
    run = decode(Run, files[f"{folder}/run.json"])
    answers = f"{folder}/answers.json"
    return Case(
        run=replace(
            run,
            findings=decode_all(Finding, files[f"{folder}/findings.json"]),
            set_aside=decode_all(SetAside, files[aside]) if aside in files else (),
        ),
        compared=ComparedSupplier(
            supplier=decode(Supplier, files[f"{folder}/supplier.json"]),
            dossier=decode(Dossier, dossier) if dossier is not None else None,
            premises=decode_all(Party, files[f"{folder}/premises.json"]),
            entries=decode_all(ListEntry, files[f"{folder}/entries.json"]),
            declarations=decode_all(Declaration, files[declared]) if declared in files else None,
        ),
        alerts=_decode_pack_file(files, f"{folder}/alerts.json", tuple[CaseAlert, ...]),
        withheld=_decode_pack_file(files, f"{folder}/withheld.json", tuple[int, ...]),
        answers=_decode_pack_file(files, answers, StatedDifferences) if answers in files else None,
    )


def _decode_pack_file(files: Mapping[str, bytes], name: str, kind: type[T]) -> T:
    return decode_json(files[name], kind)


def _encode_pack_file(value: Any) -> bytes:
    return _indent_json(msgspec.json.encode(value, order="deterministic"))


def _indent_json(body: bytes) -> bytes:
    return msgspec.json.format(body, indent=1) + b"\n"
