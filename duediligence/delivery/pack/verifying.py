"""A pack of evidence, verified: its bytes, and what they say derived again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.delivery.pack.case import incomplete_of
from duediligence.delivery.pack.comparing import (
    ComparedCase,
    compared_again,
    looked_up,
)
from duediligence.delivery.pack.container import opened
from duediligence.delivery.pack.contents import AUDIT, Contents, contents_of
from duediligence.delivery.pack.people import shared, told
from duediligence.errors import StorageError
from duediligence.matching import MATCHER_VERSION
from duediligence.model.audit import canonical

# What no pack can show, said whenever one is verified.
NOT_SHOWN = (
    "that the lists held nothing more about the supplier: the pack has only the entries that "
    "were compared, and the hash of each list",
    "that this is the pack as it was made: compare its SHA-256 with the record 'report made' in "
    "the audit chain of its maker",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of it. `damaged` are files by name, with what is wrong; then nothing else is said.

    `outcomes` are by the supplier's reference. `incomplete` tells what was not
    checked when it was screened, `differences` are those beside the findings.
    """

    sha256: str
    made_at: str = ""
    made_by: str = ""
    audit_head: str = ""
    files: int = 0
    damaged: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, ComparedCase] = field(default_factory=dict)
    incomplete: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 same, 1 different, 3 not derived, 4 damaged."""
        if self.damaged:
            return 4
        if self.differences or any(one.differences for one in self.outcomes.values()):
            return 1
        return 3 if any(one.cannot or one.not_derived for one in self.outcomes.values()) else 0


class _About(msgspec.Struct):
    made_at: str
    made_by: str
    audit_head: str
    people: bool
    suppliers: list[str]


def verify(path: Path) -> Verified:
    """Verify the pack at `path`, asking nothing but the file.

    Raises UsageError for what is no pack, StorageError for one that cannot be read at all.
    """
    pack = opened(path)
    if pack.damaged:
        return Verified(sha256=pack.sha256, files=len(pack.files), damaged=pack.damaged)
    try:
        about = msgspec.convert(pack.manifest, _About)
    except msgspec.ValidationError as error:
        raise StorageError(f"{path.name}: its manifest cannot be read: {error}") from error
    contents = contents_of(pack.files, len(about.suppliers))
    try:
        outcomes = {
            case.supplier.ref: compared_again(case, people=about.people) for case in contents.cases
        }
    except msgspec.MsgspecError as error:
        raise StorageError(f"{path.name}: a policy in it cannot be read: {error}") from error
    differences = (
        *_audit(pack.files.get(AUDIT, b"")),
        *_policies(contents),
        *_evidence(contents, pack.files),
        *_bidders(contents, people=about.people),
    )
    return Verified(
        sha256=pack.sha256,
        made_at=about.made_at,
        made_by=about.made_by,
        audit_head=about.audit_head,
        files=len(pack.files),
        outcomes=outcomes,
        incomplete=incomplete_of(contents.cases),
        differences=differences,
    )


def _audit(lines: bytes) -> list[str]:
    """Each record seals itself; the records between are not here."""
    wrong = []
    for number, line in enumerate(lines.splitlines(), 1):
        try:
            document = json.loads(line)
            digest = document.pop("sha256")
            sound = sha256(canonical(document).encode()).hexdigest() == digest
        except (ValueError, KeyError, AttributeError, RecursionError):
            sound = False
        if not sound:
            wrong.append(f"{AUDIT}, line {number}: the record does not match its hash")
    return wrong


def _policies(contents: Contents) -> list[str]:
    return [
        f"{case.supplier.ref}: the policy does not match the hash in the run"
        for case in contents.cases
        if case.run.basis
        and sha256(case.run.basis.policy.encode()).hexdigest() != case.run.policy_sha256
    ]


def _evidence(contents: Contents, files: Mapping[str, bytes]) -> list[str]:
    """Each answer is named by the hash that the dossier has of it."""
    named = {name: name.rpartition("/")[2].partition(".")[0] for name in files}
    wrong = [
        f"{name}: its hash differs from its name"
        for name, digest in named.items()
        if name.startswith("evidence/") and sha256(files[name]).hexdigest() != digest
    ]
    sources = {
        source.sha256
        for case in contents.cases
        if case.compared.dossier
        for source in case.compared.dossier.sources
    }
    return wrong + [
        f"{name}: no dossier refers to it"
        for name, digest in named.items()
        if name.startswith("evidence/") and digest not in sources
    ]


def _bidders(contents: Contents, *, people: bool) -> list[str]:
    """What bidders share, where all of them were derived with nobody left out."""
    cases = contents.cases
    if not people or len(cases) < 2:
        return []
    if any(c.run.basis is None or c.run.matcher_version != MATCHER_VERSION for c in cases):
        return []
    parties = {c.supplier.ref: looked_up(c, c.run.basis) for c in cases if c.run.basis}
    again = tuple(told(one, people=people) for one in shared(parties))
    return [] if again == contents.shared else ["what the bidders share: derived differently"]
