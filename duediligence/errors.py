"""Every error a user can meet: what is wrong, what to do next, and how each front end ends in it.

A kind has a `code` that programs may rely on, an exit code and an HTTP status
(docs/reference/errors.md). A hint names what can be done, not how: a command line words it as a
command, a web page as a link.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Literal

StepName = Literal[
    "accept-list-format",
    "accept-list-loss",
    "answer-partner-file",
    "answer-request",
    "bring-copy-back",
    "bring-dated-list",
    "bring-list-files",
    "check-readiness",
    "close-home",
    "compare-key",
    "confirm-list",
    "confirm-people",
    "confirm-regime",
    "download-list",
    "drop-digest",
    "drop-list",
    "end-supplier",
    "import-suppliers",
    "link-supplier",
    "list-agreements",
    "list-alerts",
    "list-cases",
    "list-exchanges",
    "list-intelligence",
    "list-letters",
    "list-messages",
    "list-requests",
    "list-suppliers",
    "list-tokens",
    "load-registers",
    "load-whole-register",
    "make-backup",
    "make-pack",
    "merge-suppliers",
    "offer-passphrase",
    "open-partner-file",
    "put-clock-right",
    "receive-partner-file",
    "record-invitation",
    "refresh-list",
    "refresh-lists",
    "refresh-named-lists",
    "reopen-case",
    "screen",
    "screen-register",
    "send-digest",
    "share-home",
    "show-alert",
    "show-all-alerts",
    "show-audit-log",
    "show-case",
    "show-digest-status",
    "show-hits",
    "show-list-details",
    "show-list-status",
    "show-network",
    "show-register-details",
    "show-schedule-example",
    "show-settings",
    "show-supplier",
    "show-supplier-history",
    "state-list-day",
    "test-list",
    "test-list-files",
    "test-register-description",
    "verify-audit",
    "write-download-guide",
    "write-list-template",
]


class Step:
    """Something a person can do here: its name, and what it is about (`list`, `alert`, `file`)."""

    def __init__(self, name: StepName, **about: str) -> None:
        self.name = name
        self.about: Mapping[str, str] = about

    def __str__(self) -> str:
        """Return the step in words, for a reader who may use any front end: `refresh lists
        (un)`.
        """
        words = self.name.replace("-", " ")
        return f"{words} ({', '.join(self.about.values())})" if self.about else words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and (self.name, self.about) == (other.name, other.about)

    def __hash__(self) -> int:
        return hash((self.name, *sorted(self.about.items())))


class OptionRemark:
    """A part of a hint that names an option or a path: a command line shows it, other front ends
    show `elsewhere` in its place.
    """

    def __init__(self, text: str, elsewhere: str = "") -> None:
        self.text, self.elsewhere = text, elsewhere

    def __str__(self) -> str:
        return self.elsewhere

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OptionRemark) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.text, self.elsewhere))


class Hint:
    """What to do next: plain advice with steps in it, which a front end words."""

    def __init__(self, *parts: "str | Step | OptionRemark | Hint") -> None:
        self.parts: tuple[str | Step | OptionRemark, ...] = tuple(
            piece for part in parts for piece in (part.parts if isinstance(part, Hint) else (part,))
        )

    def worded(self, word: Callable[[Step], str]) -> str:
        """Return the hint as a command line shows it, its steps put in words by `word`."""
        return "".join(
            word(part)
            if isinstance(part, Step)
            else part.text
            if isinstance(part, OptionRemark)
            else part
            for part in self.parts
        )

    def unquoted(self) -> "Hint":
        """Return the hint without the backticks around its steps, for whoever shows them as
        links.
        """
        parts = list(self.parts)
        for at, step in enumerate(self.parts[1:-1], start=1):
            before, after = parts[at - 1], parts[at + 1]
            if (
                not isinstance(step, Step)
                or not isinstance(before, str)
                or not isinstance(after, str)
            ):
                continue
            if before.endswith("`") and after.startswith("`"):
                parts[at - 1], parts[at + 1] = before[:-1], after[1:]
        return Hint(*(part for part in parts if part))

    def __str__(self) -> str:
        """Return the hint in words that any reader can follow."""
        return "".join(map(str, self.parts))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hint) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)


# By code, of the modules that are imported.
KINDS: dict[str, type["DuediligenceError"]] = {}


class DuediligenceError(Exception):
    """Base of the tree. `message` says what is wrong; `hint` what to do next (may be empty).

    `about` is the list or file that it is about, where the message begins with that: `said` is the
    message without it, to be shown beside it.
    """

    code: ClassVar[str] = "internal-error"
    exit_code: ClassVar[int] = 4
    http_status: ClassVar[int] = 500

    def __init_subclass__(cls) -> None:
        KINDS.setdefault(cls.code, cls)

    def __init__(self, message: str, *, hint: str | Hint = "", about: str = "") -> None:
        self.said = message
        self.message = f"{about}: {message}" if about else message
        super().__init__(self.message)
        self.hint = hint

    def omit_file_name(self, name: str) -> str:
        """Return the message without the name of its file, where it begins with that."""
        return self.message.removeprefix(f"{name}: ")


class UsageError(DuediligenceError):
    """The command, a setting or a file handed in by the user cannot be used."""

    code = "unusable"
    exit_code = 2
    http_status = 400


class NotFound(UsageError):
    """Nothing has the ID, the reference or the name that was given."""

    code = "not-found"
    http_status = 404


class Forbidden(UsageError):
    """The role of the account does not cover `action`, or it must be asked for on purpose."""

    code = "forbidden"
    http_status = 403

    def __init__(
        self, message: str, *, hint: str | Hint = "", about: str = "", action: str = ""
    ) -> None:
        super().__init__(message, hint=hint, about=about)
        self.action = action


class NotSignedIn(Forbidden):
    """The answer of a sign-in service is not one to rely on. `why` says so, after a colon."""

    code = "not-signed-in"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"You were not signed in: {why}",
            hint="Sign in again. If it happens again, contact whoever maintains this service.",
        )


class Conflict(UsageError):
    """Somebody or something else got there first, or it cannot be done in this state."""

    code = "conflict"
    http_status = 409


class ClockInDoubt(Conflict):
    """The clock of this computer is in doubt, and with it the age of all that is kept."""

    code = "clock-in-doubt"


class Unconfirmed(DuediligenceError):
    """Nothing is saved before a person who was shown both says so: the value stored now and the new
    one, in `rows` after the name of the field.

    It is done where the field `asks` of the request is sent again as `answer`.
    """

    code = "unconfirmed"
    exit_code = 2
    http_status = 409

    def __init__(
        self,
        message: str,
        rows: Sequence[tuple[str, str, str]],
        *,
        hint: str,
        asks: str,
        answer: str,
    ) -> None:
        super().__init__(message, hint=hint)
        self.rows, self.asks, self.answer = rows, asks, answer


class Invalid(UsageError):
    """A value that was given is not allowed. `field` names the field of the request, where one is.

    Where `given` is what the field holds (or an empty text), the message begins with the name of
    the field, and each front end puts its own there: an option, a label, a key of a document.
    """

    code = "invalid"
    http_status = 422

    def __init__(
        self, message: str, *, field: str = "", given: str | None = None, hint: str | Hint = ""
    ) -> None:
        begin = "" if given is None else " ".join(filter(None, (field, given)))
        super().__init__(message, hint=hint, about=begin)
        self.field = field
        self.given = given

    def name_field(self, name: str) -> str:
        """Return the message with `name` for its field, where it begins with the field."""
        if self.given is None:
            return self.message
        return f"{' '.join(filter(None, (name, self.given)))}: {self.said}"


class SourceError(DuediligenceError):
    """A list could not be fetched, read or trusted: what depends on it is not checked."""

    code = "source-failed"
    exit_code = 3
    http_status = 502


class FetchFailed(SourceError):
    """The publisher's server did not give us the file."""

    code = "fetch-failed"


class UnreadableFile(SourceError):
    """A file is not in the format it should be in, or is unsafe to read."""

    code = "unreadable-file"
    http_status = 422

    def __init__(
        self, message: str, *, hint: str | Hint = "", about: str = "", word: str = ""
    ) -> None:
        super().__init__(message, hint=hint, about=about)
        # The word of a fixed set, such as a status, that is not known: it is about nobody.
        self.word = word


class ExpectationFailed(SourceError):
    """A list was read, but is not what this list should look like."""

    code = "unexpected-content"


class NamesLost(ExpectationFailed):
    """Entries of a list have fewer names than in the version in use: a column may be renamed."""

    code = "names-lost"


class DeliveryFailed(DuediligenceError):
    """A message could not be delivered; it stays queued."""

    code = "delivery-failed"
    exit_code = 3
    http_status = 502


class TimeStampFailed(SourceError):
    """There is no time-stamp, or it does not verify."""

    code = "time-stamp-failed"


class Incomplete(SourceError):
    """Done and stored, but something could not be checked."""

    code = "incomplete"
    http_status = 503


class StorageError(DuediligenceError):
    """The tool's own files cannot be read or written."""

    code = "storage-failed"


class DamagedDatabase(StorageError):
    """The database of casework is damaged: a copy of it can be brought back."""

    code = "damaged-database"


class MadeBefore(StorageError):
    """A home, a pack or a backup was made before 1.0, and is left as it is."""

    code = "made-before"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what}: This was made before 1.0 and cannot be opened; nothing in it was changed.",
            hint="The commit 56e53f08 of this project opens it.",
        )


class NewerDatabase(StorageError):
    """A file was written by a newer version of this program, and is left as it is."""

    code = "newer-database"


class ReplacedDatabase(StorageError):
    """A database was moved, replaced or deleted while it was in use: the change was not saved."""

    code = "replaced-database"


class LostRecords(StorageError):
    """The casework database has not what was acknowledged last: it is older, another's or gone."""

    code = "records-lost"


class NotAsRecorded(StorageError):
    """A file of the tool's own is not the one that the audit chain recorded: it is not used."""

    code = "not-as-recorded"
    exit_code = 3


class DamagedBackup(StorageError):
    """A backup is damaged, cut off or not a backup: nothing of it is used."""

    code = "damaged-backup"


class WrongPassphrase(UsageError):
    """The passphrase does not open this backup."""

    code = "wrong-passphrase"


# Extras without wheels for a kind of computer, as docs/it/installing-offline.md has them.
EXTRAS_WITHOUT_WHEELS: Mapping[str, str] = {
    "exchange": "Windows on ARM",
    "register": "Linux with musl",
    "timestamp": "Windows on ARM",
}


def describe_installing(extra: str) -> str:
    """Return what to do where the packages of an extra are missing: it may be another computer."""
    from platform import libc_ver, machine, system  # Imported lazily: only an error needs it.

    is_musl = system() == "Linux" and libc_ver()[0] != "glibc"
    is_windows_on_arm = system() == "Windows" and machine().lower() in ("arm64", "aarch64")
    here = "Linux with musl" if is_musl else "Windows on ARM" if is_windows_on_arm else "another"
    if EXTRAS_WITHOUT_WHEELS.get(extra) == here:
        return f"There are no packages for {here}: do this on another computer."
    return f"Install it: pip install 'duediligence[{extra}]'"
