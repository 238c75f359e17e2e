"""What is reported to people: one message, the same by every channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from duediligence.model.findings import Severity
from duediligence.model.registers import ScopeGap

MOST_SUBJECT = 250
Tellable = Literal["flag", "unknown", "list", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message: a subject that names nobody, and plain text.

    `key` is hexadecimal and the same for every attempt, so that whoever gets the message twice
    can tell. `created_at` is in UTC. Raises ValueError for a subject that is not one line of at
    most `MOST_SUBJECT` printable ASCII characters, for that is how a header would be broken out of.
    """

    key: str
    subject: str
    text: str
    created_at: datetime

    def __post_init__(self) -> None:
        subject = self.subject
        if not (subject.isascii() and subject.isprintable() and 0 < len(subject) <= MOST_SUBJECT):
            raise ValueError("a subject must be one short line of printable ASCII characters")
        if not (self.key and set(self.key) <= set("0123456789abcdef")):
            raise ValueError("the key of a message must be hexadecimal")


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem:
    """One thing that was, or is to be, reported.

    `key` is a hash, for the key of a finding may name a person. `scope` is what must be looked at
    again before this can be over: a supplier, a file, the lists, the run. `sha256` is of what
    matters about it: another hash is a change. `line` is the words. `dossier`: the registers were
    asked about this supplier, and `gaps` is what they were not asked (empty also where that was
    not kept). `from_facts`: `sha256` is of facts; else of words, as earlier versions had it.
    `flag` is the key of the item that is reported for its event, where there are several.
    """

    key: str
    scope: str
    kind: Tellable
    sha256: str
    line: str
    severity: Severity = "low"
    list_id: str = ""
    dossier: bool = False
    gaps: tuple[ScopeGap, ...] = ()
    from_facts: bool = False
    flag: str = ""
