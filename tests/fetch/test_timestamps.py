"""A time-stamp is asked of a real authority on this machine, and of bad ones."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
from werkzeug import Request, Response

from duediligence.errors import NotFound, TimeStampFailed, UsageError
from duediligence.fetch.timestamps import request_time_stamp
from duediligence.timestamps import (
    OtherBytes,
    build_stamp_request,
    check_bytes,
    read_roots,
    verify_time_stamp,
)
from tests.rows import for_each
from tests.thorough import examples
from tests.timestamp_authority import TODAY, Certified, TimeStampAuthority, time_stamp_authority

BODY = b"what is stamped"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TimeStampAuthority:
    return time_stamp_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def _http() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as one:
        yield one


@pytest.fixture
def serve(_http: HTTPServer) -> Callable[[Callable[[bytes], bytes | Response]], str]:
    """The address of an authority that answers each request as the function says."""

    def start(answer: Callable[[bytes], bytes | Response]) -> str:
        def handle(asked: Request) -> Response:
            assert asked.content_type == "application/timestamp-query"
            body = answer(asked.get_data())
            if isinstance(body, Response):
                return body
            return Response(body, mimetype="application/timestamp-reply")

        _http.clear()
        _http.expect_request("/tsa", method="POST").respond_with_handler(handle)
        return _http.url_for("/tsa")

    return start


def asked(url: str, **options: object) -> bytes:
    defaults = {"user_agent": "test", "retries": 0, "timeouts": (2, 0.3)}
    return request_time_stamp(BODY, url=url, **{**defaults, **options})  # type: ignore[arg-type]


def refusal(url: str, **options: object) -> str:
    with pytest.raises(TimeStampFailed) as failed:
        asked(url, **options)
    return failed.value.message


def test_a_stamp_verifies_here_and_by_openssl(tsa: TimeStampAuthority, serve: Callable) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    token = asked(serve(tsa.answer), roots=read_roots(tsa.roots))
    verified = verify_time_stamp(token, BODY, read_roots(tsa.roots))
    assert before <= verified.at <= datetime.now(UTC)
    assert verified.authority == "CN=Invented Time Signer"
    assert tsa.openssl_verifies(token, BODY)
    assert not tsa.openssl_verifies(token, BODY + b".")
    with pytest.raises(OtherBytes):
        verify_time_stamp(token, BODY + b".", read_roots(tsa.roots))
    with pytest.raises(OtherBytes):
        check_bytes(token, BODY + b".")


def test_no_byte_of_what_is_stamped_is_sent(tsa: TimeStampAuthority, serve: Callable) -> None:
    sent: list[bytes] = []
    asked(serve(lambda query: (sent.append(query), tsa.answer(query))[1]))
    assert len(sent) == 1
    assert BODY not in sent[0]


def test_each_request_has_a_number_of_its_own() -> None:
    assert len({build_stamp_request(BODY)[1] for _ in range(50)}) == 50


@pytest.mark.parametrize("seed", range(2))  # the order of certificates is by their bytes
def test_an_authority_that_sends_its_whole_chain_in_any_order_verifies(
    tmp_path: Path, serve: Callable, seed: int
) -> None:
    root = Certified("Root")
    between = Certified("Between", root)
    signer = Certified("Signer", between, use=ExtendedKeyUsageOID.TIME_STAMPING)
    tsa = TimeStampAuthority(tmp_path / "tsa", root, signer, also=(between, root))
    token = asked(serve(tsa.answer), roots=read_roots(tsa.roots))
    assert tsa.openssl_verifies(token, BODY)


STAMPS = ExtendedKeyUsageOID.TIME_STAMPING


def test_another_certificate_of_the_root_may_stamp(tsa: TimeStampAuthority) -> None:
    token = tsa.signed_by(Certified("Another", tsa.root, use=STAMPS), build_stamp_request(BODY)[0])
    assert verify_time_stamp(token, BODY, read_roots(tsa.roots)).authority == "CN=Another"


@for_each(
    "made",
    [
        {"use": STAMPS, "until": TODAY - timedelta(days=1)},
        {"use": STAMPS, "critical": False},
        {"use": ExtendedKeyUsageOID.EMAIL_PROTECTION},
        {"use": None},
    ],
)
def test_a_certificate_that_may_not_stamp_is_refused(
    tsa: TimeStampAuthority, made: dict[str, object]
) -> None:
    query, _ = build_stamp_request(BODY)
    roots = read_roots(tsa.roots)
    with pytest.raises(TimeStampFailed, match="no root that you trust vouches for it"):
        verify_time_stamp(tsa.signed_by(Certified("Another", tsa.root, **made), query), BODY, roots)


def test_a_certificate_of_the_signers_number_cannot_pass_for_it(tsa: TimeStampAuthority) -> None:
    """One for e-mail signs; one of its issuer and number, which no root vouches for, may stamp."""
    mail = Certified("Mail", tsa.root, use=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    serial = mail.certificate.serial_number
    for _ in range(2):  # the order of certificates is by their bytes
        pretended = Certified("Mail", Certified("Invented Time Root"), use=STAMPS, serial=serial)
        forged = tsa.signed_by(mail, build_stamp_request(BODY)[0], pretended)
        with pytest.raises(TimeStampFailed, match="the one certificate"):
            verify_time_stamp(forged, BODY, read_roots(tsa.roots))


def test_another_root_does_not_vouch_for_it(
    tsa: TimeStampAuthority, tmp_path: Path, serve: Callable
) -> None:
    other = time_stamp_authority(tmp_path / "other")  # of the very same names
    told = refusal(serve(tsa.answer), roots=read_roots(other.roots))
    assert "no root that you trust vouches for it" in told
    # Who gave it is not asked where nobody is trusted yet.
    token = asked(serve(tsa.answer))
    with pytest.raises(TimeStampFailed, match="no root"):
        verify_time_stamp(token, BODY, read_roots(other.roots))


def test_a_stamp_of_other_bytes_or_for_another_request_is_refused(
    tsa: TimeStampAuthority, serve: Callable
) -> None:
    builder = TimestampRequestBuilder(hash_algorithm=HashAlgorithm.SHA256)
    other = tsa.answer(builder.data(b"other").build().as_bytes())
    again = tsa.answer(builder.data(BODY).build().as_bytes())
    unnumbered = tsa.answer(builder.data(BODY).nonce(nonce=False).build().as_bytes())
    assert "of other bytes" in refusal(serve(lambda _: other))
    assert "its number is not ours" in refusal(serve(lambda _: again))
    assert "its number is not ours" in refusal(serve(lambda _: unnumbered))


def test_a_stamp_without_its_certificate_does_not_verify(tsa: TimeStampAuthority) -> None:
    builder = TimestampRequestBuilder(data=BODY, hash_algorithm=HashAlgorithm.SHA256)
    bare = tsa.answer(builder.cert_request(cert_request=False).build().as_bytes())
    with pytest.raises(TimeStampFailed, match="the one certificate"):
        verify_time_stamp(bare, BODY, read_roots(tsa.roots))


def test_a_refusal_is_shown_with_its_reason(tmp_path: Path, serve: Callable) -> None:
    root = Certified("Root")
    signer = Certified("Signer", root, use=ExtendedKeyUsageOID.TIME_STAMPING)
    tsa = TimeStampAuthority(tmp_path / "tsa", root, signer, hashes="sha1")
    assert refusal(serve(tsa.answer)).endswith(
        ": refused: rejected; it does not know the hash; "
        "“Message digest algorithm is not supported.”"
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "not a time-stamp that can be read"),
        (b"<html>Welcome</html>", "not a time-stamp that can be read"),
        (b"\x30\x80\x00\x00", "not a time-stamp that can be read"),
        (b"\x30\x84\xff\xff\xff\xff", "not a time-stamp that can be read"),
        (b"\x30\x03\x02\x01\x00", "not a time-stamp that can be read"),
        (b"\x30" * 50_000, "not a time-stamp that can be read"),
        (b"\x30" * 200_000, "sends more than 100,000 bytes"),
        (Response(status=500), "answered 500"),
        (Response(status=302, headers={"Location": "https://elsewhere.example"}), "redirected"),
    ],
)
def test_what_is_no_stamp_is_refused(serve: Callable, answer: bytes | Response, why: str) -> None:
    assert why in refusal(serve(lambda _: answer))


def test_a_slow_answer_is_not_waited_for(serve: Callable) -> None:
    def slow(_: bytes) -> bytes:
        time.sleep(0.6)
        return b""

    assert "timed out after 0.3 s" in refusal(serve(slow))


def test_no_answer_says_so_and_never_shows_what_may_be_a_key() -> None:
    told = refusal("http://127.0.0.1:9/tsa?key=s3cret")
    assert told.startswith("http://127.0.0.1:9/tsa could not be reached")
    assert "s3cret" not in told


def test_an_address_without_https_is_never_asked() -> None:
    assert "without https" in refusal("http://stamps.example.org/tsa")


def test_an_authority_that_is_busy_is_asked_again(tsa: TimeStampAuthority, serve: Callable) -> None:
    answers = iter([Response(status=503), None])
    slept: list[float] = []
    url = serve(lambda query: next(answers) or tsa.answer(query))
    assert asked(url, retries=1, sleep=slept.append)
    assert len(slept) == 1


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(UsageError) as failed:
        asked("http://127.0.0.1:9/tsa")
    assert "pip install 'duediligence[timestamp]'" in str(failed.value.hint)


def test_a_file_of_roots_that_holds_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_roots(tmp_path / "none.pem")
    (tmp_path / "empty.pem").write_bytes(b"")
    with pytest.raises(UsageError, match="holds no certificate"):
        read_roots(tmp_path / "empty.pem")


@pytest.mark.thorough
@given(data=st.data())
@settings(max_examples=examples(600))
def test_no_altered_byte_verifies_with_another_time(
    data: st.DataObject, tsa: TimeStampAuthority
) -> None:
    roots = read_roots(tsa.roots)
    token = _token(tsa)
    first = verify_time_stamp(token, BODY, roots)
    altered = bytearray(token)
    for _ in range(data.draw(st.integers(1, 3))):
        altered[data.draw(st.integers(0, len(token) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | st.integers(0, len(token)))
    try:
        again = verify_time_stamp(bytes(altered[:cut]), BODY, roots)
    except TimeStampFailed:
        return
    assert again == first


_TOKENS: list[bytes] = []


def _token(tsa: TimeStampAuthority) -> bytes:
    if not _TOKENS:
        _TOKENS.append(tsa.answer(build_stamp_request(BODY)[0]))
    return _TOKENS[0]
