"""The events of the audit chain, and the roles of those who cause them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from os.path import normcase
from typing import Literal, get_args

Role = Literal["reader", "officer", "approver", "intelligence", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)

# Each ends the sentence "you may not …".
Action = Literal[
    "read",
    "see birth dates",
    "see restricted records",
    "see personal insolvency",
    "refresh lists",
    "load registers",
    "import suppliers",
    "change suppliers",
    "import declarations",
    "link suppliers",
    "screen",
    "decide",
    "decide second",
    "make reports",
    "send digests",
    "export",
    "audit",
    "make tokens",
    "apply retention",
    "change settings",
    "make backups",
    "bring copies back",
    "make agreements",
    "exchange",
    "ask partners",
    "work on cases",
    "handle intelligence",
    "put the clock right",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
# These change nothing that is kept.
READING: frozenset[Action] = frozenset(
    {"read", "see birth dates", "see restricted records", "see personal insolvency", "audit"}
)

# Done, or tried, where the database that would record the settings cannot be read.
WITHOUT_DATABASE: frozenset[Action] = frozenset({"bring copies back"})

# Nobody does these without a role that covers them, not even who works alone.
NEEDS_A_ROLE: frozenset[Action] = frozenset({"handle intelligence"})

_READER: frozenset[Action] = frozenset({"read"})
_OFFICER: frozenset[Action] = _READER | {
    "see birth dates",
    "see restricted records",
    "see personal insolvency",
    "refresh lists",
    "load registers",
    "import suppliers",
    "change suppliers",
    "import declarations",
    "link suppliers",
    "screen",
    "decide",
    "make reports",
    "send digests",
    "export",
    "make tokens",
    "exchange",
    "ask partners",
    "work on cases",
}
_MAY: Mapping[Role | None, frozenset[Action]] = {
    None: frozenset(),
    "reader": _READER,
    "officer": _OFFICER,
    "approver": _OFFICER | {"decide second", "make agreements"},
    "intelligence": _OFFICER | {"handle intelligence"},
    # What was compared must be seen to be audited; a restricted record is for who decides about it.
    "auditor": _READER | {"see birth dates", "audit", "export"},
    # Who maintains the installation need not see what partners reported, nor who was insolvent.
    "administrator": frozenset(ACTIONS) - NEEDS_A_ROLE - {"see personal insolvency"},
}


def is_action_allowed(role: Role | None, action: Action) -> bool:
    """Return whether the role covers the action. None is a person whom nobody gave a role."""
    return action in _MAY[role]


def role_of(users: Mapping[str, Role], who: str) -> Role | None:
    """Return the role of an account; accounts of Windows are the same in capitals and small
    letters.
    """
    return {normcase(name): role for name, role in users.items()}.get(normcase(who))


AuditKind = Literal[
    "suppliers imported",
    "suppliers replaced",
    "contracts imported",
    "import taken back",
    "suppliers kept apart",
    "list fetched",
    "list refreshed",
    "list refresh failed",
    "list confirmed",
    "list tried",
    "list added",
    "list dropped",
    "register loaded",
    "declaration imported",
    "ownership imported",
    "supplier information read",
    "files kept",
    "run stored",
    "link",
    "decision",
    "decisions undone",
    "restricted shown",
    "report made",
    "export",
    "digest sent",
    "digest dropped",
    "decisions imported",
    "setting changed",
    "retention",
    "signing key",
    "list page changed",
    "list data missing",
    "index built",
    "look-ups kept",
    "digest made",
    "alert ids joined",
    "alert numbers given",
    "alerts assigned",
    "alert commented",
    "entries parted",
    "records sealed",
    "audit head",
    "home shared",
    "home closed",
    "backup made",
    "restored",
    "brought back",
    "letter",
    "letter templates",
    "supplier changed",
    "token made",
    "token ended",
    "register asked",
    "register screened",
    "assistant asked",
    "agreement",
    "exchange",
    "partner message",
    "information request",
    "intelligence",
    "case",
    "clock put right",
    "access refused",
]
AUDIT_KINDS: tuple[AuditKind, ...] = get_args(AuditKind)
AuditValue = str | int | None | tuple[str, ...]

# What the first record of a chain follows.
BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Something that was done: `at` (UTC), by `who` (the account of the machine), to `subject`.

    `what` is small and flat: references, counts, hashes, versions. Never free text, the name of
    a supplier or of a person, or a secret: a chain outlives the rules of retention, for nothing
    in it can be taken out. Raises TypeError for a value of another kind, such as a float, that
    is not written alike everywhere.
    """

    kind: AuditKind
    at: datetime
    who: str
    what: Mapping[str, AuditValue] = field(default_factory=dict)
    subject: str = ""

    def __post_init__(self) -> None:
        # One spelling of each event, the one that is stored, so that it hashes alike ever after.
        object.__setattr__(self, "at", self.at.astimezone(UTC))
        object.__setattr__(self, "who", _escape_surrogates(self.who))
        object.__setattr__(self, "subject", _escape_surrogates(self.subject))
        object.__setattr__(
            self,
            "what",
            {_escape_surrogates(k): _check_audit_value(v) for k, v in self.what.items()},
        )


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An event in its place, from 1; `previous` is the `sha256` of the record before it."""

    position: int
    event: AuditEvent
    previous: str
    sha256: str

    def line(self) -> str:
        """Return the record as a line of JSON: what `hash_audit_event` hashes, and with it the
        hash.
        """
        document = _build_event_document(self.previous, self.position, self.event)
        return canonical({**document, "sha256": self.sha256})

    @classmethod
    def of_line(cls, line: str) -> "AuditRecord":
        """Return the record that `line` wrote. Raises ValueError for any other text: another
        spelling of the same record, or one that does not match its hash.
        """
        try:
            held = json.loads(line)
            what = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in held["what"].items()
            }
            at = datetime.fromisoformat(held["at"])
            # A newer program may know kinds that this one does not.
            event = AuditEvent(held["kind"], at, held["who"], what, held["subject"])
            record = cls(held["position"], event, held["previous"], held["sha256"])
            sound = record.line() == line
            sound = (
                sound and hash_audit_event(record.previous, record.position, event) == record.sha256
            )
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("this is no record of an audit chain") from error
        if not sound:
            raise ValueError("the record does not match its hash")
        return record


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """A place where a chain is broken, or where what a record seals differs, and how.

    `at` is None where no record stands. `table` and `key` name the row or file that differs.
    """

    position: int
    what: str
    at: datetime | None = None
    table: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ComparedFiles:
    """What an extension found of its files, compared with what the audit chain recorded of them.

    `right` counts those that are as recorded. Each of `differing` is where it is, its name, how it
    differs, and the position of the record, None where there is none. `why_not` says why nothing
    could be compared; empty otherwise.
    """

    what: str
    right: int = 0
    differing: tuple[tuple[str, str, str, int | None], ...] = ()
    why_not: str = ""


def hash_audit_event(previous: str, position: int, event: AuditEvent) -> str:
    """Return the hash of an event in its place: SHA-256 of UTF-8 JSON, keys sorted, without spaces.

    `{"at":…,"kind":…,"position":…,"previous":…,"subject":…,"what":{…},"who":…}`, `at` as ISO 8601
    in UTC with `+00:00`. Anyone can compute it again without this program.
    """
    document = _build_event_document(previous, position, event)
    return sha256(canonical(document).encode()).hexdigest()


def canonical(document: Mapping[str, object]) -> str:
    """Return the one JSON text of a document."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def find_audit_problem(records: Iterable[AuditRecord], *, head: str = "") -> AuditProblem | None:
    """Return the first problem of a chain, None where it is sound.

    `head` is a hash noted down before, such as in an evidence pack: the chain must still hold it.
    Without one, records cut off at the end are not noticed, nor a chain that was made again.
    """
    last, position, known = BEGINNING, 0, head in ("", BEGINNING)
    for record in records:
        problem = _find_record_problem(record, position + 1, last)
        if problem:
            return problem
        last, position = record.sha256, record.position
        known = known or last == head
    if known:
        return None
    return AuditProblem(
        position + 1,
        f"the chain ends at record {position} and does not hold the head {head}: records were cut "
        "off at the end, or the whole chain was rewritten",
    )


def _build_event_document(previous: str, position: int, event: AuditEvent) -> dict[str, object]:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "position": position,
        "previous": previous,
        "subject": event.subject,
        "what": event.what,
        "who": event.who,
    }


def _find_record_problem(record: AuditRecord, expected: int, last: str) -> AuditProblem | None:
    at = record.event.at
    if record.position > expected:
        missing = (
            f"record {expected} is"
            if record.position == expected + 1
            else f"records {expected} to {record.position - 1} are"
        )
        start = ", the beginning of the chain" if expected == 1 else ""
        return AuditProblem(expected, f"{missing} missing{start}: deleted or moved")
    if record.position < expected:
        return AuditProblem(
            expected, f"record {record.position} is here: inserted or out of order", at
        )
    follows = record.previous == last
    whole = hash_audit_event(record.previous, record.position, record.event) == record.sha256
    if follows and whole:
        return None
    if follows:
        return AuditProblem(expected, "this record was edited", at)
    if whole:
        return AuditProblem(
            expected,
            f"this record does not follow from record {expected - 1}: that one was edited, or one "
            "was deleted or inserted here, and the hash was recalculated",
            at,
        )
    return AuditProblem(expected, "this record was edited, moved here or inserted", at)


def _check_audit_value(value: AuditValue) -> AuditValue:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return _escape_surrogates(value)
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return tuple(_escape_surrogates(each) for each in value)
    raise TypeError(f"an audit event cannot hold {value!r}")


def _escape_surrogates(text: str) -> str:
    """Return the text without halves of characters, as in a file name of bytes that are no text."""
    return text.encode("utf-8", "backslashreplace").decode()
