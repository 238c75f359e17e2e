"""A backup is opened by the program `age`, and a file that it made is read here."""

import io
import os
import pty
import shutil
from pathlib import Path

import pytest

from duediligence.age_files import decrypt_chunks, encrypt_chunks

pytestmark = pytest.mark.browser
WORDS = "mauve teapot glacier kestrel"


def run_age(*arguments: str) -> None:
    """Run it with a terminal of its own, where it asks for the passphrase, twice for a new one."""
    program = shutil.which("age")
    if not program:
        pytest.skip("`age` is not installed: Debian and Homebrew have it under that name")
    child, terminal = pty.fork()
    if child == 0:
        os.execv(program, [program, *arguments])
    said = b""
    try:
        while one := os.read(terminal, 1_000):
            said += one
            if one.rstrip().endswith(b":"):
                os.write(terminal, f"{WORDS}\n".encode())
    except OSError:  # its end
        pass
    _, status = os.waitpid(child, 0)
    assert status == 0, said.decode()


def test_age_opens_what_was_encrypted_here(tmp_path: Path) -> None:
    plain = os.urandom(200_000)
    sealed, opened = tmp_path / "a.age", tmp_path / "a"
    sealed.write_bytes(b"".join(encrypt_chunks([plain], WORDS)))
    run_age("--decrypt", "--output", str(opened), str(sealed))
    assert opened.read_bytes() == plain


def test_what_age_encrypted_is_opened_here(tmp_path: Path) -> None:
    plain = os.urandom(200_000)
    source, sealed = tmp_path / "b", tmp_path / "b.age"
    source.write_bytes(plain)
    run_age("--passphrase", "--output", str(sealed), str(source))
    assert b"".join(decrypt_chunks(io.BytesIO(sealed.read_bytes()), WORDS, name="b")) == plain
