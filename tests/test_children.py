"""Child processes end with the process that started them."""

import subprocess
import sys

import pytest

# Ends by itself in the end, so that a failure leaves nothing behind.
_CHILD = """
import time
from duediligence.children import end_with_parent
end_with_parent()
print("busy", flush=True)
until = time.monotonic() + 120
while time.monotonic() < until:
    sum(range(100_000))
"""
_PARENT = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {_CHILD!r}])
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows gives no sign of a parent that ended")
def test_a_busy_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    assert parent.stdout.readline() == "busy\n"
    parent.kill()
    # The output is shared: it ends when both have ended.
    assert parent.communicate(timeout=60)[0] == ""
