"""Where log records go: nowhere, unless the command line is asked for them.

Modules log through `logging.getLogger(__name__)`. Records hold ids, counts, codes and durations:
never the name of a supplier or a person, and no key.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from duediligence.errors import Invalid
from duediligence.permissions import create

ROOT = "duediligence"
# Without any handler Python itself would print errors on the standard error.
logging.getLogger(ROOT).addHandler(logging.NullHandler())
_FRAMES = 5
# What a record has beside the fields that its writer gave as `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def raised_at(error: BaseException) -> str:
    """Return where an error was raised, innermost first; its own text may hold a name."""
    frames = [
        f"{Path(frame.f_code.co_filename).name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return ", ".join(frames[: -_FRAMES - 1 : -1])


class JsonLines(logging.Formatter):
    """A record as one line of JSON: `at` (UTC), `level`, `logger`, `message` and its own fields."""

    def format(self, record: logging.LogRecord) -> str:
        own = {key: value for key, value in vars(record).items() if key not in _USUAL}
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **own,
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str, ensure_ascii=False)


def configure_logging(*, verbose: bool, file: Path | None) -> None:
    """Send records to stderr (`verbose`), and as lines of JSON to the end of a file.

    Raises UsageError where the file cannot be written.
    """
    logger = logging.getLogger(ROOT)
    for former in list(logger.handlers):
        logger.removeHandler(former)
        former.close()
    logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    if verbose:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(shown)
    if file is not None:
        try:
            create(file)
            kept = logging.FileHandler(file, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or str(error)
            raise Invalid(
                reason,
                field="log_file",
                given=str(file),
                hint="Name a file in a folder you may write to.",
            ) from error
        kept.setFormatter(JsonLines())
        logger.addHandler(kept)
