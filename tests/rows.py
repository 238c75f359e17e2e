"""One case for a rule that holds for many rows: all are tried, and all that fail are named at once.

Rows that need a folder of their own, an office or another mark each stay cases of their own, by
`pytest.mark.parametrize`.
"""

import inspect
import traceback
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

Test = Callable[..., None]
Labels = Callable[[Any], object] | Iterable[str]


def for_each(names: str | Sequence[str], rows: Iterable[Any], *, ids: Labels | None = None) -> Any:
    """Give a test each of the rows in turn, in one case; `names` and `ids` are as pytest's.

    Of what pytest makes for one case, each row gets its own folder, patches and printed text.
    """
    wanted = [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]
    single = isinstance(names, str) and len(wanted) == 1
    if ids is not None and not callable(ids):
        ids = list(ids)
    cases = [_read_case(row, at, ids, single=single) for at, row in enumerate(rows)]

    def decorate(test: Test) -> Test:
        @wraps(test)
        def try_all(**fixtures: Any) -> None:
            __tracebackhide__ = True
            failed: list[tuple[str, BaseException]] = []
            skipped: list[BaseException] = []
            for at, (label, values) in enumerate(cases):
                try:
                    _try_row(test, fixtures, dict(zip(wanted, values, strict=True)), at)
                except pytest.skip.Exception as skip:
                    skipped.append(skip)
                except (Exception, pytest.fail.Exception) as failure:
                    failed.append((label, failure))
            if failed:
                lines = [f"- {label}: {_describe(failure)}" for label, failure in failed]
                summary = f"{len(failed)} of {len(cases)} rows fail:\n" + "\n".join(lines)
                raise AssertionError(summary) from failed[0][1]
            if skipped and len(skipped) == len(cases):
                raise skipped[0]

        signature = inspect.signature(test)
        kept = [one for one in signature.parameters.values() if one.name not in wanted]
        try_all.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return try_all

    return decorate


def _read_case(row: Any, at: int, ids: Labels | None, *, single: bool) -> tuple[str, Sequence[Any]]:
    given = None
    if isinstance(row, type(pytest.param())):
        if row.marks:
            raise ValueError("A row with a mark is a case of its own: use pytest.mark.parametrize.")
        values, given = row.values, row.id
    else:
        values = (row,) if single else row
    if isinstance(ids, list):
        given = given or ids[at]
    elif ids and not given:
        given = ", ".join(str(ids(value)) for value in values)
    return str(given or ", ".join(_shorten(value) for value in values)), values


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _try_row(test: Test, fixtures: dict[str, Any], values: dict[str, Any], at: int) -> None:
    __tracebackhide__ = True
    own = {
        name: deepcopy(value) if isinstance(value, dict | list) else value
        for name, value in fixtures.items()
    }
    if "tmp_path" in own:
        own["tmp_path"] = Path(own["tmp_path"], f"row-{at}")
        own["tmp_path"].mkdir()
    if "capsys" in own:
        own["capsys"].readouterr()
    if "caplog" in own:
        own["caplog"].clear()
    if "recwarn" in own:
        own["recwarn"].clear()
    if "monkeypatch" in own:
        with pytest.MonkeyPatch.context() as own["monkeypatch"]:
            test(**own, **values)
    else:
        test(**own, **values)


def _describe(failure: BaseException) -> str:
    """Return the place in the test, and the first lines of what failed there."""
    frames = traceback.extract_tb(failure.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).name.startswith("test_")]
    place = (inside or frames)[-1]
    said = "\n    ".join(str(failure).splitlines()[:8])
    return f"line {place.lineno}: {type(failure).__name__}: {said}"
