"""Where log records go: warnings and errors to the log of the home, without their text; to a
terminal or a file whatever the command line is asked for.

Modules log through `logging.getLogger(__name__)`. Records hold ids, counts, codes and durations:
never the name of a supplier or a person, and no key.
"""

import errno
import json
import logging
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from duediligence.errors import DuediligenceError, Invalid
from duediligence.permissions import create, create_folder, is_database
from duediligence.version import __version__

ROOT = "duediligence"
_log = logging.getLogger(__name__)
# What a record has apart from the fields that its writer gave as `extra`; `met` is an error.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "met"}
# How long the log of a home is. Several processes may write a line of some KB at once.
LOG_FOLDER: Final = "log"
_LOG_DAYS, _LOG_BYTES = timedelta(days=90), 4_900_000
_FRAMES, _CAUSES = 10, 5


def raised_at(error: BaseException | None) -> str:
    """Return where an error was raised, innermost first; its own text may hold a name."""
    return ", ".join(list_own_frames(error)) or "another program"


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
        return json.dumps(line, default=str, ensure_ascii=False)


class HomeLog(logging.Handler):
    """Append warnings and errors to the log of a home: codes, times, versions, counts, and lines
    of this program; never a text or a value.

    A file a day. Of each kind the first in a minute is written; `count` adds those since the line
    before. Nothing that keeps it from being written stops the work.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.home = Path(os.devnull)  # none yet
        self._counts: Counter[str] = Counter()
        self._minutes: dict[str, str] = {}

    def use_home(self, home: Path) -> None:
        """Write to the log of this home from now on, and to no other."""
        if home != self.home:
            self.flush()
            self._counts.clear()
            self._minutes.clear()
            self.home = home

    def emit(self, record: logging.LogRecord) -> None:
        error = getattr(record, "met", None) or sys.exception()
        with suppress(Exception):
            codes = [*_list_codes(error)] or [record.levelname.lower()]
            codes[0] = getattr(record, "code", codes[0])
            place = f"{record.name}:{record.lineno}:{record.funcName}"
            kind = json.dumps({"codes": codes, "frames": list_own_frames(error) or [place]})
            self._counts[kind] += 1
            minute = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"
            if self._minutes.get(kind) != minute:
                self._write(kind)
                self._minutes[kind] = minute

    def flush(self) -> None:
        with suppress(Exception):
            for kind in list(self._counts):
                self._write(kind)

    def _write(self, kind: str) -> None:
        if not any(self.home.iterdir()):
            return  # an error makes no home
        now = datetime.now(UTC)
        about = {
            "at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "count": self._counts[kind],
            "versions": read_versions(),
        }
        # Not behind what a full disk cut.
        line = f"\n{json.dumps(about)[:-1]}, {kind[1:]}".encode()
        path = self.home / LOG_FOLDER / f"{now:%Y-%m-%d}.jsonl"
        create_folder(path.parent)
        shorten_log(self.home, now, len(line))
        create(path)
        # One write at the end of the file: other processes do the same.
        with path.open("ab", buffering=0) as file:
            file.write(line)
        del self._counts[kind]


HOME_LOG: Final = HomeLog()
# Without any handler Python itself would print errors on the standard error.
logging.getLogger(ROOT).addHandler(HOME_LOG)


def shorten_log(home: Path, now: datetime, room: int = 0) -> None:
    """Remove the days that are too old, and the oldest while `room` more bytes do not fit.
    Raises OSError.
    """
    for path in sorted((home / LOG_FOLDER).glob("*.jsonl"), reverse=True):
        with suppress(FileNotFoundError):  # another process removed it
            room += path.stat().st_size
            if room > _LOG_BYTES or path.stem <= f"{now - _LOG_DAYS:%Y-%m-%d}":
                path.unlink()


def _list_codes(error: BaseException | None) -> Iterator[str]:
    """Yield the code of an error of ours, else its class with the code of the system or of SQLite;
    then the codes of its causes.
    """
    for _ in range(_CAUSES):
        if error:
            name = error.code if isinstance(error, DuediligenceError) else type(error).__name__
            number = errno.errorcode.get(getattr(error, "errno", 0), "")
            yield f"{name} {getattr(error, 'sqlite_errorname', number)}".strip()
            error = error.__cause__ or error.__context__


def list_own_frames(error: BaseException | None) -> list[str]:
    """Return the lines of this program that an error passed, innermost first."""
    frames = [
        f"{name}:{line}:{frame.f_code.co_qualname}"
        for frame, line in (traceback.walk_tb(error.__traceback__) if error else ())
        if (name := frame.f_globals.get("__name__", "")).startswith(f"{ROOT}.")
    ]
    return frames[: -_FRAMES - 1 : -1]


@cache
def read_versions() -> str:
    """Return the versions of this program, Python, SQLite and the system."""
    import platform  # Imported lazily: only an error needs them.
    import sqlite3

    return (
        f"duediligence {__version__}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.platform()}"
    )


def log_caught() -> None:
    """Log the error that is being handled: its class, and where it was raised."""
    error = sys.exception()
    _log.error("%s at %s", type(error).__name__, raised_at(error))


def configure_logging(*, verbose: bool, file: Path | None) -> None:
    """Send records to stderr (`verbose`), and as lines of JSON to the end of a file.

    Raises UsageError where the file cannot be written.
    """
    logger = logging.getLogger(ROOT)
    for former in list(logger.handlers):
        logger.removeHandler(former)
        former.close()
    logger.addHandler(HOME_LOG)
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    if verbose:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(shown)
    if file is not None:
        try:
            if is_database(file):
                raise FileExistsError(errno.EEXIST, "is a database")
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
