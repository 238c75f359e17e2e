"""The page of errors: each kind, its code, exit code and HTTP status."""

from collections.abc import Iterator

from pages.roles import load_all

from duediligence.errors import DuediligenceError

# The packages that have kinds of errors of their own.
RAISING = (
    "cli",
    "casework",
    "council_registers",
    "delivery",
    "fetch",
    "scheduling",
    "screening",
    "store",
    "web",
)

INTRO = """# Errors

Each kind of error has a code that does not change, so programs can rely on it. Its message says
what is wrong and where; its hint says what to do. A hint names an action, and each front end words
it: the command line as a command.

| code | exit code | HTTP status | what it says |
|---|---|---|---|
"""


def kinds(root: type[DuediligenceError] = DuediligenceError) -> Iterator[type[DuediligenceError]]:
    """Yield every kind of error, each after its parent."""
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def page() -> Iterator[str]:
    load_all(*(f"duediligence.{name}" for name in RAISING))
    yield INTRO
    for kind in kinds():
        if kind.__module__.startswith("duediligence."):
            said = (kind.__doc__ or "").split("\n\n")[0].replace("\n    ", " ")
            yield f"| `{kind.code}` | {kind.exit_code} | {kind.http_status} | {said} |\n"
