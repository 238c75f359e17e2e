"""What `settings show` may never print."""

from collections.abc import Callable

import pytest

from duediligence.settings import SECRET


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_only_whether_the_key_is_set_is_shown(
    run: Callable, form: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not set" in run("settings", "show", *form).out
    for name in SECRET:
        monkeypatch.setenv(f"DUEDILIGENCE_{name.upper()}", "s3cret-key")
    shown = run("settings", "show", *form)
    assert shown.code == 0
    assert "s3cret" not in shown.out + shown.err
    assert "not set" not in shown.out
