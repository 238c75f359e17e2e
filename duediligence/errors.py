"""Every error a user can meet: what is wrong, what to do next, and the exit code it ends in."""


class DuediligenceError(Exception):
    """Base of the tree. `message` says what is wrong; `hint` what to do next (may be empty)."""

    exit_code = 4

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DuediligenceError):
    """The command, a setting or a file handed in by the user cannot be used."""

    exit_code = 2


class SourceError(DuediligenceError):
    """A list could not be fetched, read or trusted: what depends on it is not checked."""

    exit_code = 3


class FetchFailed(SourceError):
    """The publisher's server did not give us the file."""


class UnreadableFile(SourceError):
    """A file is not in the format it should be in, or is unsafe to read."""


class ExpectationFailed(SourceError):
    """A list was read, but is not what this list should look like."""


class DeliveryFailed(DuediligenceError):
    """Somebody could not be told of something; the message stays queued."""

    exit_code = 3


class Incomplete(SourceError):
    """Done and stored, but something could not be checked."""


class StorageError(DuediligenceError):
    """The tool's own files cannot be read or written."""
