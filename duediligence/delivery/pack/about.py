"""What the manifest of a pack says of it, beside the files."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from duediligence.delivery.pack.case import Case
from duediligence.delivery.pack.contents import folder_of
from duediligence.errors import StorageError
from duediligence.model import Severity
from duediligence.screening.alerts.status import Rules
from duediligence.settings.identities import Identities
from duediligence.typed_data import convert_to

_CONTAINER = ("format", "version", "public_key", "time_stamp", "files")


class DecisionRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How decisions counted where the pack was made: the fields of `Rules`.

    `identities` hold the person behind each login that decided, where that is another name.
    """

    decision_months: int
    second_decision: tuple[Severity, ...]
    blind_second: bool
    identities: Mapping[str, str] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, rules: Rules, deciders: Iterable[str]) -> "DecisionRules":
        return cls(
            rules.decision_months,
            rules.second_decision,
            rules.blind_second,
            rules.identities.only(deciders).people,
        )

    def rules(self) -> Rules:
        return Rules(
            decision_months=self.decision_months,
            second_decision=self.second_decision,
            blind_second=self.blind_second,
            identities=Identities(self.identities),
        )


class PackedRun(msgspec.Struct, frozen=True):
    """Which run a folder is of, and what made it."""

    folder: str
    supplier: str
    run: str
    tool: str
    matcher: str
    policy_sha256: str


class SinceThen(msgspec.Struct, frozen=True):
    """What became of a supplier since it was screened: it ended, or is part of another one."""

    supplier: str
    ended: date | None = None
    merged_into: str = ""


class PackManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a manifest says. Packs of container version 1 name no renderer and no rules."""

    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    made_by: str
    tool: str
    matcher: str
    renderer: str = ""
    people: bool
    contract: str
    audit_head: str
    decision_rules: DecisionRules | None = None
    suppliers: tuple[str, ...]
    runs: tuple[PackedRun, ...]
    since: tuple[SinceThen, ...] = ()

    def document(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return {**found, "made_at": self.made_at.isoformat()}


def read_pack_manifest(manifest: Mapping[str, object], name: str) -> PackManifest:
    """Return what the manifest of the pack of that name says. Raises StorageError."""
    try:
        return convert_to(PackManifest, manifest)
    except msgspec.ValidationError as error:
        raise StorageError(
            f"{name}: its manifest cannot be read: {error}",
            hint="Another version of this tool made it, and can verify it.",
        ) from error


def says_more(manifest: Mapping[str, object], about: PackManifest) -> bool:
    """Return whether the manifest says anything else, or in another way, than what was read of
    it.
    """
    return {k: v for k, v in manifest.items() if k not in _CONTAINER} != about.document()


def runs_of(cases: tuple[Case, ...]) -> tuple[PackedRun, ...]:
    """Return what the manifest says of the runs of these cases."""
    return tuple(
        PackedRun(
            folder=folder_of(number),
            supplier=case.supplier.ref,
            run=case.run.id,
            tool=case.run.basis.tool if case.run.basis else "not kept",
            matcher=case.run.matcher_version,
            policy_sha256=case.run.policy_sha256,
        )
        for number, case in enumerate(cases, 1)
    )
