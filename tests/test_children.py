"""Child processes end with the process that started them."""

import subprocess
import sys
import time

import pytest

_CHILD = """
from duediligence.children import end_with_parent
end_with_parent()
print("busy", flush=True)
while True:
    sum(range(100_000))
"""
_PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(600)
"""
_LONG = 30.0  # seconds that a busy machine may take


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives no sign of a parent that ended")
def test_a_busy_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + _LONG
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")
