"""The key of an exchange: gone after it; and the library that it needs."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from duediligence.errors import UsageError
from duediligence.sharing import oprf
from duediligence.sharing.oprf import NotAnElement, ServerKey, blind

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc shows a process's memory")


def test_a_wiped_key_is_zeros_and_does_nothing_more() -> None:
    with ServerKey.generate() as key:
        public = key.public
        secret = key._secret
        assert any(secret.raw)
        later = key.outputs([b"one", b"two"])
        next(later)
    assert secret.raw == bytes(32)
    assert key.public == public
    for act in (
        lambda: key.evaluate([blind(b"item")[0]]),
        lambda: key.output(b"item"),
        lambda: next(later),
    ):
        with pytest.raises(RuntimeError, match="was wiped"):
            act()
    key.wipe()


def test_a_key_is_wiped_where_its_exchange_fails() -> None:
    with pytest.raises(NotAnElement), ServerKey.generate() as key:
        key.evaluate([bytes(32)])
    assert key._secret.raw == bytes(32)


def test_no_text_has_the_key() -> None:
    key = ServerKey.generate()
    assert key._secret.raw.hex() not in f"{key!r} {key}"
    assert str(key._secret.raw) not in f"{key!r} {key}"


def test_what_hides_the_key_in_a_proof_is_wiped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has it, or the product that is taken from it, can compute the key."""
    made = []

    class Kept(oprf._Buffer):  # type: ignore[misc,valid-type]
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    key = ServerKey.generate()
    blinded = blind(b"item")[0]
    monkeypatch.setattr(oprf, "_Buffer", Kept)
    sodium = oprf._sodium()
    _, proof = key.evaluate([blinded])
    challenge, response = proof[:32], proof[32:]
    monkeypatch.undo()
    product = oprf._made("scalar_mul", challenge, key._secret)
    nonce = oprf._made("scalar_add", product, response)
    assert oprf._multiply(nonce, oprf._GENERATOR)
    assert sodium is oprf._sodium()
    kept = {one.raw for one in made}
    assert response in kept
    assert {product, nonce}.isdisjoint(kept)


# Says its key so that the key itself is nowhere else in the memory.
PROCESS = """
from duediligence.sharing.oprf import ServerKey, blind
with ServerKey.generate() as key:
    print("".join(f"{one[0] ^ 0xA5:02x}" for one in key._secret), flush=True)
    blinded = [blind(b"%d" % n)[0] for n in range(50)]
    key.evaluate(blinded)
    list(key.outputs(b"%d" % n for n in range(50)))
    print("used", flush=True)
    input()
print("wiped", flush=True)
input()
"""


@linux
def test_the_memory_of_the_process_does_not_hold_the_key_after_the_exchange() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        key = bytes(one ^ 0xA5 for one in bytes.fromhex(process.stdout.readline()))
        assert process.stdout.readline() == "used\n"
        before = places(process.pid, key)
        print(file=process.stdin, flush=True)
        assert process.stdout.readline() == "wiped\n"
        after = places(process.pid, key)
        print(file=process.stdin, flush=True)
    assert process.returncode == 0
    assert (before, after) == (1, 0)


def places(process: int, sought: bytes) -> int:
    """How often these bytes are in the memory that a process can write to."""
    found = 0
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
                found += (memory.read(end - start) or b"").count(sought)
    return found


def test_without_the_library_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    oprf._sodium.cache_clear()
    monkeypatch.setitem(sys.modules, "rbcl", None)
    with pytest.raises(UsageError, match="rbcl is missing") as error:
        ServerKey.generate()
    assert "duediligence[exchange]" in str(error.value.hint)
    monkeypatch.undo()
    assert isinstance(ServerKey.generate()._secret, ctypes.Array)


def test_the_module_is_imported_without_the_library() -> None:
    code = "import sys, duediligence.sharing.oprf; sys.exit('rbcl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not delete what is loaded")
def test_no_copy_of_the_library_stays_in_the_temporary_folder(tmp_path: Path) -> None:
    code = "from duediligence.sharing.oprf import ServerKey; ServerKey.generate()"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert list(tmp_path.iterdir()) == []
