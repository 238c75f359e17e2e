"""The key of an exchange: gone after it; and the library that it needs."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from duediligence.blind import oprf
from duediligence.blind.oprf import SCALAR, NotAnElement, ServerKey

from .scalars_drawn import blind_randomly, make_key

ORDER = 2**252 + 27742317777372353535851937790883648493


def buffers(key: ServerKey) -> list[bytes]:
    """What is in the memory that a key holds and can overwrite."""
    return [bytes(one) for one in vars(key).values() if isinstance(one, ctypes.Array)]


def test_a_wiped_key_is_zeros_and_does_nothing_more() -> None:
    with make_key() as key:
        public = key.public
        assert all(map(any, buffers(key)))
        later = map(key.output, [b"one", b"two"])
        next(later)
    assert buffers(key) == [bytes(32)]
    assert key.public == public
    for act in (
        lambda: key.evaluate([blind_randomly(b"item")[0]]),
        lambda: key.output(b"item"),
        lambda: next(later),
    ):
        with pytest.raises(RuntimeError, match="was wiped"):
            act()
    key.wipe()


def test_a_key_is_wiped_where_its_exchange_fails() -> None:
    with pytest.raises(NotAnElement), make_key() as key:
        key.evaluate([bytes(32)])
    assert buffers(key) == [bytes(32)]


def test_no_text_has_the_key() -> None:
    key = make_key()
    (secret,) = buffers(key)
    for text in (repr(key), str(key)):
        assert secret.hex() not in text
        assert repr(secret) not in text


def test_what_hides_the_key_in_a_proof_is_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the random scalar, or the product taken from it, and the proof the key is computed."""
    made: list[ctypes.Array[ctypes.c_char]] = []

    class Kept(ctypes.c_char * SCALAR):  # type: ignore[misc]
        def __init__(self) -> None:
            made.append(self)

    key = make_key()
    blinded, _ = blind_randomly(b"item")
    monkeypatch.setattr(oprf, "_Buffer", Kept)
    _, proof = key.evaluate([blinded])
    monkeypatch.undo()
    left = {bytes(one) for one in made}
    assert proof[SCALAR:] in left
    assert left.isdisjoint(hiding(*buffers(key), proof))


def hiding(key: bytes, proof: bytes) -> list[bytes]:
    """The product of the challenge and the key, and the random scalar that it was taken from."""
    secret, challenge, response = (
        int.from_bytes(one, "little") for one in (key, proof[:SCALAR], proof[SCALAR:])
    )
    product = challenge * secret % ORDER
    return [one.to_bytes(SCALAR, "little") for one in (product, (response + product) % ORDER)]


# Says its seed and key so that they are nowhere else in the memory.
PROCESS = """
import ctypes
from duediligence.blind.oprf import ServerKey, blind_item, draw_seed, scalar_from
with draw_seed() as seed, ServerKey.derive(seed, b"test") as key:
    print("".join(f"{one ^ 0xA5:02x}" for one in seed), flush=True)
    (secret,) = (one for one in vars(key).values() if isinstance(one, ctypes.Array))
    print("".join(f"{one[0] ^ 0xA5:02x}" for one in secret), flush=True)
    _, proof = key.evaluate([blind_item(b"%d" % n, scalar_from(bytes(32), n)) for n in range(50)])
    list(map(key.output, (b"%d" % n for n in range(50))))
    print(proof.hex(), flush=True)
    input()
print("wiped", flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc shows a process's memory")
def test_the_memory_of_the_process_does_not_hold_the_key_after_the_exchange() -> None:
    """Nor the seed, nor what hides the key in the proof: from either the key could be computed."""
    with subprocess.Popen(
        [sys.executable, "-c", PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        seed, key = (
            bytes(one ^ 0xA5 for one in bytes.fromhex(process.stdout.readline())) for _ in "sk"
        )
        proof = bytes.fromhex(process.stdout.readline())
        sought = [seed, key, *hiding(key, proof)]
        before = places(process.pid, sought)
        print(file=process.stdin, flush=True)
        assert process.stdout.readline() == "wiped\n"
        after = places(process.pid, sought)
        print(file=process.stdin, flush=True)
    assert process.returncode == 0
    assert (before, after) == ([1, 1, 0, 0], [0, 0, 0, 0])


def places(process: int, sought: list[bytes]) -> list[int]:
    """How often each is in the memory that a process can write to."""
    found = [0] * len(sought)
    try:
        memory = Path(f"/proc/{process}/mem").open("rb", buffering=0)  # noqa: SIM115
    except PermissionError:
        pytest.skip("this system does not let a parent read the memory of its child")
    with memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            extent, modes, *_ = line.split()
            start, end = (int(one, 16) for one in extent.split("-"))
            if modes.startswith("rw"):
                memory.seek(start)
                part = memory.read(end - start) or b""
                found = [n + part.count(one) for n, one in zip(found, sought, strict=True)]
    return found


WITHOUT = """
import sys
from duediligence.errors import UsageError
from duediligence.blind import oprf
assert "rbcl" not in sys.modules
sys.modules["rbcl"] = None
for act in (
    lambda: oprf.ServerKey.derive(bytes(32), b""), lambda: oprf.scalar_from(bytes(32), 0)
):
    try:
        act()
    except UsageError as error:
        print(error, error.hint)
"""


def test_without_the_library_it_says_how_to_install_it() -> None:
    ended = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True)
    for line in ended.stdout.splitlines():
        assert line.startswith(
            "Lists cannot be matched blindly: the package rbcl is not installed or does not work: "
        )
        assert line.endswith(" Install it: pip install 'duediligence[exchange]'")
    assert (ended.stdout.count("\n"), ended.stderr) == (2, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not delete what is loaded")
def test_no_copy_of_the_library_stays_in_the_temporary_folder(tmp_path: Path) -> None:
    code = "from duediligence.blind.oprf import scalar_from; scalar_from(bytes(32), 0)"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert list(tmp_path.iterdir()) == []
