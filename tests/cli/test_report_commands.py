"""`report`: make a pack, and verify one with nothing but the file."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from duediligence.signing import read_key
from tests.delivery.resealing import parts
from tests.rows import for_each
from tests.timestamp_authority import time_stamp_authority

Run = Callable[..., Any]

SUPPLIERS = """Reference,Supplier name,Contract
S1,Volkhar Maritime (UK) Ltd,RFQ 12
S2,Little Acorns Youth Project CIO,RFQ 12
"""


@pytest.fixture
def screened(run: Run, home: Path, tmp_path: Path) -> Path:
    """The run's own home with the sample lists; screened today, so the lists are out of date."""
    assert home == tmp_path / "home"
    (tmp_path / "s.csv").write_text(SUPPLIERS, encoding="utf-8")
    assert run("screen", "s.csv").code in (1, 3)
    return tmp_path


def test_a_pack_is_made_and_verified_without_a_home(run: Run, screened: Path) -> None:
    made = run("report", "S1", "--out", "p.zip", "--include-people")
    assert (made.code, made.out.split()[0]) == (0, "sha256"), made.err
    assert run("audit", "key", "export", "keys.pem").code == 0
    shutil.rmtree(screened / "home")
    trusted = run("report", "verify", "p.zip", "--key", "keys.pem")
    assert trusted.code == 0, trusted.out
    assert "Answer: authentic and same." in trusted.out
    verified = run("report", "verify", "p.zip")
    assert verified.code == 0, verified.out
    assert "the same field by field" in verified.out
    assert "Answer: same but of unknown origin." in verified.out
    assert "did not name as trusted" in verified.out
    assert made.out.split()[1] in verified.out
    assert "A pack cannot show that the lists held nothing more" in verified.err
    assert not (screened / "home").exists()


def test_what_was_not_checked_is_said_where_a_pack_is_made_and_verified(
    run: Run, screened: Path
) -> None:
    lists = "lists were not fully checked"
    assert lists in run("report", "S2", "--out", "p.zip").err
    assert "S2: Incomplete: " in run("report", "verify", "p.zip").out
    document = json.loads(run("report", "verify", "p.zip", "--json").out)["data"]
    assert lists in document["incomplete"]["S2"]


def test_a_pack_without_the_time_stamp_that_was_asked_for_is_made_and_exits_3(
    run: Run, screened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUEDILIGENCE_TIMESTAMP_URL", "http://stamps.example.org/tsa")
    made = run("report", "S2", "--out", "p.zip")
    assert made.code == 3
    assert "NOT TIME-STAMPED: http://stamps.example.org/tsa is an address without https" in made.err
    monkeypatch.delenv("DUEDILIGENCE_TIMESTAMP_URL")
    assert "Answer: same but of unknown origin." in run("report", "verify", "p.zip").out


def test_a_time_stamp_is_believed_only_by_the_roots_that_the_verifier_names(
    run: Run, screened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tsa = time_stamp_authority(screened / "tsa")
    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/tsa").respond_with_handler(
            lambda asked: Response(tsa.answer(asked.get_data()))
        )
        monkeypatch.setenv("DUEDILIGENCE_TIMESTAMP_URL", server.url_for("/tsa"))
        made = run("report", "S2", "--out", "p.zip")
    assert made.code == 0, made.err
    verify = ("report", "verify", "p.zip")
    unnamed = run(*verify)
    assert unnamed.code == 0
    assert "It has a time-stamp that was not verified: name the authority's roots" in unnamed.out
    named = run(*verify, "--timestamp-roots", tsa.roots)
    assert named.code == 0
    assert " UTC by CN=Invented Time Signer." in named.out
    other = time_stamp_authority(screened / "other").roots
    unknown = run(*verify, "--timestamp-roots", other)
    assert unknown.code == 5
    assert "not verified: no root that you trust vouches for it" in unknown.out
    document = json.loads(run(*verify, "--timestamp-roots", tsa.roots, "--json").out)["data"]
    assert document["time_stamp"]["verified"] is True
    monkeypatch.delenv("DUEDILIGENCE_TIMESTAMP_URL")
    assert run("report", "S2", "--out", "bare.zip").code == 0
    bare = run("report", "verify", "bare.zip", "--timestamp-roots", tsa.roots)
    assert bare.code == 5
    assert "It has no time-stamp." in bare.out


def test_the_verb_can_stand_there_too(run: Run, screened: Path) -> None:
    assert run("report", "make", "S2", "--out", "p.zip").code == 0
    assert run("report", "--contract", "RFQ 12", "--out", "c.zip").code == 0
    document = json.loads(run("report", "verify", "c.zip", "--json").out)["data"]
    assert document["answer"] == "same but of unknown origin"
    assert document["origin"]["signed"] == "by an unknown key"
    assert list(document["suppliers"]) == ["S1", "S2"]
    assert document["not_shown"]


def test_a_script_that_names_a_key_is_not_answered_0_for_another(run: Run, screened: Path) -> None:
    run("report", "S1", "--out", "p.zip")
    run("audit", "key", "rotate")
    run("audit", "key", "export", "keys.pem")
    keys = (screened / "keys.pem").read_text(encoding="utf-8")
    newest = keys[: keys.index("-----END PUBLIC KEY-----") + len("-----END PUBLIC KEY-----\n")]
    (screened / "newest.pem").write_text(newest, encoding="utf-8")
    assert run("report", "verify", "p.zip", "--key", "keys.pem").code == 0
    other = run("report", "verify", "p.zip", "--key", "newest.pem")
    assert other.code == 5, other.out
    assert "Answer: same but of unknown origin." in other.out
    assert run("report", "verify", "p.zip", "--key", "newest.pem", "--key", "keys.pem").code == 0
    assert run("report", "verify", "p.zip", "--key", "p.zip").code == 2


def test_a_pack_that_its_maker_never_recorded_is_different(run: Run, screened: Path) -> None:
    """What whoever holds the key signs again is not in the chain."""
    run("report", "S1", "--out", "p.zip")
    run("audit", "export", "chain.jsonl")
    run("audit", "key", "export", "keys.pem")
    options = ("--key", "keys.pem", "--chain", "chain.jsonl")
    assert run("report", "verify", "p.zip", *options).code == 0
    key = read_key(screened / "home" / "keys" / "signing.pem")
    pack = parts((screened / "p.zip").read_bytes())
    pack.about["made_by"] = "Bob"
    (screened / "p.zip").write_bytes(pack.rendered().sealed(key))
    assert run("report", "verify", "p.zip", "--key", "keys.pem").code == 0, "the key alone"
    again = run("report", "verify", "p.zip", *options)
    assert again.code == 1
    assert "no record says that this pack was made" in again.out
    assert run("report", "verify", "p.zip", "--chain", "keys.pem").code == 2
    assert run("report", "verify", "p.zip", "--chain", "none").code == 2


def test_an_altered_pack_is_damaged_and_the_file_named(run: Run, screened: Path) -> None:
    run("report", "S1", "--out", "p.zip")
    data = bytearray((screened / "p.zip").read_bytes())
    data[data.index(b"Volkhar")] ^= 1
    (screened / "p.zip").write_bytes(data)
    verified = run("report", "verify", "p.zip")
    assert verified.code == 4
    assert "DAMAGED " in verified.out
    assert json.loads(run("report", "verify", "p.zip", "--json").out)["data"]["damaged"]


@for_each(
    ("arguments", "told"),
    [
        (("report", "--out", "p.zip"), "one supplier, or one contract"),
        (("report", "S1", "--contract", "RFQ 12", "--out", "p.zip"), "one supplier, or"),
        (("report", "--contract", "RFQ 12", "--run", "R1", "--out", "p.zip"), "--run works with"),
        (("report", "S1", "--out", "p.txt"), "must end in .zip (a pack), .html or .pdf"),
        (("report", "S1", "--out", "p.zip", "--format", "doc"), "Unknown format 'doc'"),
        (("report", "S1", "--out", "p.zip", "--format", "pdf"), "the name ends in .zip"),
        (("report", "S9", "--out", "p.html"), "Unknown supplier"),
        (("report", "S1", "--out", "nowhere/p.zip"), "is not a folder"),
        (("report", "S9", "--out", "p.zip"), "Unknown supplier"),
        (("report", "verify", "s.csv"), "is not an evidence pack"),
        (("report", "verify", "none.zip"), "no such file"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, screened: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = run(*arguments)
    assert result.code == 2
    assert told in result.err
    assert not (screened / "p.zip").exists()


def test_a_pack_prints_on_a4(run: Run, screened: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("there is no Chromium on this machine to print with")
    run("report", "S1", "--out", "p.zip")
    shutil.unpack_archive(screened / "p.zip", screened / "p")
    subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={screened / 'profile'}",
            f"--print-to-pdf={screened / 'p.pdf'}",
            (screened / "p" / "report.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    pdf = (screened / "p.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    # A4 in points, as the page's own style asks: Letter would be 612 by 792.
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf


def test_the_page_alone_is_the_page_of_the_pack_and_is_recorded(run: Run, screened: Path) -> None:
    for name, more in (("p.html", ()), ("page", ("--format", "html"))):
        made = run("report", "S1", "--out", name, *more)
        assert made.code == 0, made.err
        assert "select Print" in made.err
        body = (screened / name).read_bytes()
        assert made.out.split() == ["sha256", sha256(body).hexdigest()]
    assert run("report", "S1", "--out", "p.zip").code == 0
    packed = parts((screened / "p.zip").read_bytes()).files["report.html"].decode()
    alone = (screened / "p.html").read_text(encoding="utf-8")
    assert _between(alone) == _between(packed)
    assert "Dragomir" not in alone
    run("audit", "export", "chain.jsonl")
    lines = (screened / "chain.jsonl").read_text(encoding="utf-8").splitlines()
    recorded = [json.loads(line)["what"] for line in lines if '"report made"' in line]
    assert [one.get("form") for one in recorded] == ["html", "html", None]
    assert recorded[0]["sha256"] == sha256((screened / "p.html").read_bytes()).hexdigest()
    assert recorded[0]["people"] == "left out"


def _between(page: str) -> str:
    """All that a page says of the supplier."""
    return page[page.index("<h2 id") : page.index("<h2>How to verify")]


def test_a_page_of_a_contract_says_who_was_not_screened(run: Run, screened: Path) -> None:
    (screened / "more.csv").write_text(
        "Reference,Supplier name,Contract\nS3,Never Looked At Ltd,RFQ 12\n", encoding="utf-8"
    )
    run("suppliers", "import", "more.csv")
    made = run("report", "--contract", "RFQ 12", "--out", "p.html", "--include-people")
    assert made.code == 0
    assert "NOT SCREENED: S3. The report says so." in made.err
    assert "Not screened" in (screened / "p.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (ImportError("no module"), "weasyprint is not installed"),
        (OSError("cannot load libpango"), "Pango is not installed"),
    ],
)
def test_where_no_pdf_can_be_made_one_line_says_how_to_print(
    run: Run, screened: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, told: str
) -> None:
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "weasyprint":
                raise raised

    for name in [one for one in sys.modules if one.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    refused = run("report", "S1", "--out", "p.pdf")
    assert refused.code == 2
    assert told in refused.err
    assert "--out FILE.html" in refused.err
    assert "Save as PDF" in refused.err
    assert not (screened / "p.pdf").exists()
