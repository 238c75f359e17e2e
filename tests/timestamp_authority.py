"""A time-stamp authority of the tests: its certificates, and OpenSSL to answer with them."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TODAY = datetime.now(UTC)
MONTH = timedelta(days=30)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


class Certified:
    """A certificate with its key, issued by another or by itself."""

    def __init__(
        self,
        name: str,
        issuer: "Certified | None" = None,
        *,
        use: x509.ObjectIdentifier | None = None,
        critical: bool = True,
        until: datetime = TODAY + MONTH,
        serial: int = 0,
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        by = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(issuer.certificate.subject if issuer else _name(name))
            .public_key(self.key.public_key())
            .serial_number(serial or x509.random_serial_number())
            .not_valid_before(until - 2 * MONTH)
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=use is None, path_length=None), critical=True)
        )
        if use is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([use]), critical=critical)
        self.certificate = builder.sign(by.key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


class TimeStampAuthority:
    """Answers requests by `openssl ts -reply`, which is a real time-stamp authority.

    `root` vouches for `signer`; `also` are certificates that are sent with the signer's.
    """

    def __init__(
        self,
        folder: Path,
        root: Certified,
        signer: Certified,
        *,
        also: Sequence[Certified] = (),
        hashes: str = "sha256, sha512",
    ) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("openssl, which answers as the authority, is not installed")
        folder.mkdir()
        self.root = root
        self.roots = folder / "roots.pem"
        self._folder = folder
        self._asked = 0
        self.roots.write_bytes(root.pem)
        (folder / "signer.pem").write_bytes(signer.pem)
        (folder / "signer.key").write_bytes(signer.key_pem)
        (folder / "also.pem").write_bytes(b"".join(one.pem for one in also))
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa = one\n[one]\n"
            f"serial = {folder}/serial\n"
            "crypto_device = builtin\n"
            f"signer_cert = {folder}/signer.pem\n"
            f"signer_key = {folder}/signer.key\n"
            + (f"certs = {folder}/also.pem\n" if also else "")
            + "signer_digest = sha256\n"
            "default_policy = 1.2.3.4.1\n"
            f"digests = {hashes}\n"
            "accuracy = secs:1\n"
            "ess_cert_id_alg = sha256\n"
        )

    def answer(self, query: bytes) -> bytes:
        """The answer to a request, both DER."""
        self._asked += 1
        asked, answered = (self._folder / f"{self._asked}.{end}" for end in ("tsq", "tsr"))
        asked.write_bytes(query)
        _openssl(
            "ts", "-reply", "-config", self._folder / "ts.cnf", "-queryfile", asked,
            "-out", answered,
        )  # fmt: skip
        return answered.read_bytes()

    def signed_by(self, signer: Certified, query: bytes, *also: Certified) -> bytes:
        """The answer with the signature of another, whatever its certificate is for.

        OpenSSL stamps with no certificate that is not for time-stamps; a forger would.
        """
        told, content, signed = (self._folder / name for name in ("told", "content", "signed"))
        token = self.answer(query)
        token = token[token.index(b"\x30", 4 + 5) :]  # after the status: 30 03 02 01 00
        told.write_bytes(token)
        (self._folder / "forger.pem").write_bytes(signer.pem + signer.key_pem)
        (self._folder / "with.pem").write_bytes(b"".join(one.pem for one in also))
        _openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", told, "-out", content)
        _openssl(
            "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-md", "sha256",
            "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-in", content, "-out", signed,
            "-signer", self._folder / "forger.pem",
            *(("-certfile", self._folder / "with.pem") if also else ()),
        )  # fmt: skip
        body = b"\x30\x03\x02\x01\x00" + signed.read_bytes()
        return b"\x30\x82" + len(body).to_bytes(2, "big") + body

    def openssl_verifies(self, token: bytes, body: bytes) -> bool:
        """Whether `openssl ts -verify` says that the token is of these bytes."""
        data, answer = self._folder / "data", self._folder / "verified.tsr"
        data.write_bytes(body)
        answer.write_bytes(token)
        done = _openssl(
            "ts", "-verify", "-data", data, "-in", answer, "-CAfile", self.roots, check=False
        )
        return done.returncode == 0 and b"Verification: OK" in done.stdout


def time_stamp_authority(
    folder: Path, name: str = "Invented Time", **made: object
) -> TimeStampAuthority:
    """An authority of its own, as sound as one can be unless `made` says otherwise."""
    root = Certified(f"{name} Root")
    defaults = {"use": ExtendedKeyUsageOID.TIME_STAMPING}
    signer = Certified(f"{name} Signer", root, **{**defaults, **made})  # type: ignore[arg-type]
    return TimeStampAuthority(folder, root, signer)


def _openssl(*arguments: object, check: bool = True) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["openssl", *map(str, arguments)],
        check=check,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
    )
