"""Threads that read a class at once, for the first time: each gets its object, and nothing ends."""

import subprocess
import sys

from duediligence import typed_data

READ_AT_ONCE = """
import sys, threading
from dataclasses import make_dataclass
import msgspec
from duediligence.typed_data import convert_to, decode_json, decoder_of

def read_with(read, number):
    of = make_dataclass if number % 2 else msgspec.defstruct
    fields = [(f"field{n}", int, n) for n in range(30)]
    parts = [of(f"Part{at}", fields) for at in range(20)]
    whole = of("Whole", [(f"part{at}", part | None, None) for at, part in enumerate(parts)])
    begin, read_by = threading.Barrier(3), []
    def run():
        begin.wait()
        read_by.append(read(whole).part19)
    threads = [threading.Thread(target=run) for _ in range(3)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert [(one.field1, one.field29) for one in read_by] == [(7, 29)] * 3, read_by

sys.setswitchinterval(1e-6)
document = b'{"part19": {"field1": 7}}'
for number in range(10):
    read_with(lambda kind: decode_json(document, kind), number)
    read_with(lambda kind: decoder_of(kind).decode(document), number)
    read_with(lambda kind: convert_to(kind, {"part19": {"field1": 7}}), number)
"""


def test_threads_that_first_use_a_class_at_once() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", READ_AT_ONCE], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_decoder_is_made_once() -> None:
    assert typed_data.decoder_of(dict[str, int]) is typed_data.decoder_of(dict[str, int])
