"""The registers as a person sees them: what is loaded, how old it is, what the files lack."""

from collections.abc import Iterator
from dataclasses import dataclass

from duediligence.errors import Hint, Step
from duediligence.model import RegisterVersion
from duediligence.render.output import Line
from duediligence.render.scope import FILE_LIMITS, GAPS
from duediligence.render.wording import sentence
from duediligence.screening.access import use_case
from duediligence.screening.registers import RegisterStatus, statuses
from duediligence.screening.workspace import Workspace
from duediligence.text.wording import count


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register: `status` has its facts, the rest is words; `problem` is empty for most."""

    status: RegisterStatus
    rows: str
    snapshot: str
    age: str
    files: str
    problem: str


@dataclass(frozen=True, slots=True)
class RegistersView:
    """Each register, and in sentences what their files do not hold, whatever is loaded."""

    registers: tuple[RegisterView, ...]
    limits: tuple[str, ...]


@use_case("read")
def register_views(workspace: Workspace) -> RegistersView:
    """Return each register as it is shown, loaded or not. Raises StorageError."""
    return RegistersView(
        tuple(_build_register_view(one) for one in statuses(workspace)),
        tuple(sentence(GAPS[gap]) for gap in FILE_LIMITS),
    )


def _build_register_view(status: RegisterStatus) -> RegisterView:
    version = status.version
    return RegisterView(
        status=status,
        rows=f"{version.rows:,}" if version else "never loaded",
        snapshot=str(version.published or "not given") if version else "",
        age="unknown" if status.doubt else "" if version is None else str(status.age_days),
        files=", ".join(file.name for file in version.files) if version else "",
        problem=f"{status.register} is out of date: {status.reason}." if status.stale else "",
    )


def report_loaded_register(version: RegisterVersion) -> Iterator[Line]:
    """Yield what was loaded, and what of its files was not understood or was left out."""
    of = f" of {version.published}" if version.published else ""
    yield Line(f"{version.register}: loaded: {count(version.rows, 'row')}{of}")
    if version.published is None:
        undated = "No file name gives the day of the snapshot: its age is counted from today."
        yield Line(undated, "note", is_detail=True)
    for item in version.drift[:5]:
        yield Line(item.words(), "note", is_detail=True)
    if (more := len(version.drift) - 5) > 0:
        rest = Hint(f"and {more} more; see `", Step("show-register-details"), "`")
        yield Line(rest, "note", is_detail=True)


def build_registers_document(found: RegistersView) -> dict[str, object]:
    """Return the registers for programs: the same fields whether one was ever loaded or not."""
    return {
        "registers": [_build_register_document(one.status) for one in found.registers],
        "cannot_tell": found.limits,
    }


def _build_register_document(status: RegisterStatus) -> dict[str, object]:
    version = status.version
    return {
        "register": status.register,
        "loaded": version is not None,
        "rows": version.rows if version else 0,
        "published": version.published if version else None,
        "age_days": status.age_days,
        "stale": status.stale,
        "loaded_at": version.loaded_at if version else None,
        "files": version.files if version else (),
        "drift": tuple(item.words() for item in version.drift) if version else (),
    }
