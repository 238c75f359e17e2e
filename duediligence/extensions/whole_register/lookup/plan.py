"""What a screening of the whole register is made of, so that one that was stopped goes on."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from duediligence.errors import UsageError
from duediligence.matching import MATCHER_VERSION
from duediligence.matching.engine import RecordedHashes
from duediligence.typed_data import decode_json
from duediligence.version import __version__
from duediligence.writing import write_bytes

_PLAN = "plan.json"
ROWS_OF_A_PART = 20_000  # it takes seconds, and some hundred megabytes
_WORDS = 1_500_000  # rows whose words are in one index
ROWS = "rows"  # the folder with what is looked up
WORDS = "words"  # the kind of the parts that gather the words of all others
FORM = 1  # of the files; raise it where what they hold changes


class ListUsed(msgspec.Struct, frozen=True):
    """A version of a list and the index that is searched, with the threshold for its matches."""

    version: str
    index: str
    threshold: float


class LookupRules(msgspec.Struct, frozen=True):
    """What results depend on. Of equal rules and parts there are equal results."""

    register: str
    lists: Mapping[str, ListUsed]
    matcher: str = MATCHER_VERSION
    form: int = FORM

    @property
    def lowest(self) -> float:
        """Return the lowest threshold of any list."""
        return min((one.threshold for one in self.lists.values()), default=1.0)

    @property
    def name(self) -> str:
        """Return a name for the folder of what is made by these rules."""
        return sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:16]


class LookupPart(msgspec.Struct, frozen=True, order=True):
    """Some companies or some people: a range of nodes, the `number`th of `of` equal ones."""

    kind: str
    number: int
    of: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number:05}"


class LookupPlan(msgspec.Struct, frozen=True):
    """The rules, and how many rows and parts there are of each kind."""

    rules: LookupRules
    rows: Mapping[str, int]
    parts: Mapping[str, int]

    def stages(self) -> tuple[list[LookupPart], list[LookupPart]]:
        """Return all parts, in order: those to look up, and those for which all of these must be
        done.
        """
        every = [LookupPart(kind, n, of) for kind, of in self.parts.items() for n in range(of)]
        return [p for p in every if p.kind != WORDS], [p for p in every if p.kind == WORDS]


class WorkerJob(msgspec.Struct, frozen=True):
    """What a worker needs to know: the rules, and where everything is that it reads and writes."""

    rules: LookupRules
    folder: str
    indexes: Mapping[str, str]
    merged: str
    rows: str = ""  # where they are, if not in the folder
    program: str = __version__
    recorded: RecordedHashes | None = None

    def check_program(self) -> None:
        """Raise UsageError unless this process runs the program that shares the work out.

        Another version may read names in another way: its results would not be the same.
        """
        shared_out, own = (
            f"{program} (matcher {matcher}, form {form})"
            for program, matcher, form in (
                (self.program, self.rules.matcher, self.rules.form),
                (__version__, MATCHER_VERSION, FORM),
            )
        )
        if shared_out != own:
            raise UsageError(
                f"the worker has duediligence {own}, the work is for {shared_out}: install the "
                "same version on every worker"
            )

    @property
    def rows_folder(self) -> str:
        return self.rows or str(Path(self.folder) / ROWS)


def build_lookup_plan(rules: LookupRules, rows: Mapping[str, int], most: int) -> LookupPlan:
    """Return a plan for a number of rows of each kind, `most` in a part."""
    parts = {kind: -(-count // most) for kind, count in rows.items()}
    return LookupPlan(rules, rows, parts | {WORDS: -(-sum(rows.values()) // _WORDS)})


def write_plan(folder: Path, plan: LookupPlan) -> None:
    """Keep the plan in `folder`. Raises StorageError."""
    write_bytes(folder / _PLAN, msgspec.json.encode(plan))


def read_plan(folder: Path) -> LookupPlan | None:
    """Return the plan that is kept in `folder`; None where there is none that can be read."""
    try:
        return decode_json((folder / _PLAN).read_bytes(), LookupPlan)
    except (OSError, msgspec.MsgspecError):
        return None
