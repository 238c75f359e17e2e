"""A passphrase for a new backup is not one that is tried first; older ones still open theirs."""

import pytest

from duediligence.age_files import encrypt_chunks
from duediligence.errors import Invalid
from duediligence.passphrases import check_passphrase, offer_passphrase
from tests.rows import for_each


@for_each("words", ["", "short", " " * 40, "thirteenchars", "x" * 1_001])
def test_one_of_the_wrong_length_is_refused(words: str) -> None:
    with pytest.raises(Invalid, match="it must have 14 to 1,000") as refused:
        check_passphrase(words)
    assert not words.strip() or words not in str(refused.value)
    with pytest.raises(Invalid):
        list(encrypt_chunks([b"x"], words, work_factor=1))


@for_each(
    "words",
    [
        "a" * 14,
        "abababababababab",
        "Mauve1Mauve1Mauve1",
        "Password2024!!!",
        "P@ssw0rd-P@ssw0rd",
        "ppaasswwoorrdd",
        "My Council Backup 2026!",
        "summer winter 2027",
        "Correct Horse Battery Staple",
        "12345678901234567",
        "qwertyuiopasdfgh",
        "poiuytrewqlkjhgf",
        "1qaz2wsx3edc4rfv",
    ],
)
def test_one_that_is_tried_first_is_refused(words: str) -> None:
    with pytest.raises(Invalid, match="tried first") as refused:
        check_passphrase(words)
    assert words not in str(refused.value)


@for_each("words", ["mauve teapot kestrel", "kT7#x9!Qz$Lm2&w", "x" + "9qLmZ4hTvR2wKp"])
def test_another_is_accepted(words: str) -> None:
    assert check_passphrase(f" {words}\n") == words


def test_an_offered_one_is_accepted_and_new_each_time() -> None:
    offered = {offer_passphrase() for _ in range(50)}
    assert len(offered) == 50
    for words in offered:
        assert check_passphrase(words) == words
        assert len(words.split()) == 16
