"""A `duediligence.toml` in the working folder: said by each command, of no effect on any."""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from duediligence.cli import main
from duediligence.demo.office import DEMO_TIME
from duediligence.settings import FILENAME, HOME_ONLY, Settings, load_settings
from tests.homes import copy_home
from tests.thorough import every_nth, examples

pytestmark = pytest.mark.thorough

Run = Callable[..., Any]

# Of every setting a value that would be seen to be in effect.
VALUES = {
    "home": '"elsewhere"',
    "threshold": "0.99",
    "limit": "1",
    "most_supplier_rows": "9",
    "workers": "1",
    "schedule_7_source": '"Counsel, May 2026"',
    "buyer_kind": '"NHS body"',
    "buyer_nation": '"Wales"',
    "contract_regime": '"pcr-2015"',
    "fail_on": '"critical"',
    "policy": '"policy.toml"',
    "contact": '"x@example.org"',
    "ca_file": '"ca.pem"',
    "keep_snapshots": "9",
    "schedule_file": '"jobs.toml"',
    "review_months": "99",
    "max_age_days": "{ un = 9999 }",
    "addresses": '{ "un.xml" = "https://mirror.example.org/un.xml" }',
    "parts": '{ fhrs = ["705"] }',
    "hosts": '{ un = ["files.example.org"] }',
    "private_hosts": '["intranet.example.org"]',
    "before_forms": '{ key_hosts = "" }',
    "local_registers": '"registers"',
    "extensions": '["payments-extension"]',
    "store_restricted": "true",
    "schedule_7_years": "3",
    "users": '{ somebody-else = "officer" }',
    "companies_house_key": '"invented"',
    "companies_house_key_file": '"key.txt"',
    "assistant_token": '"dd_an-invented-token"',
    "assistant_token_file": '"token.txt"',
    "companies_house_url": '"http://127.0.0.1:9"',
    "companies_house_stream_key": '"invented"',
    "companies_house_stream_key_file": '"stream-key.txt"',
    "companies_house_stream_url": '"http://127.0.0.1:9/stream"',
    "cqc_key": '"invented"',
    "cqc_key_file": '"care-key.txt"',
    "cqc_url": '"http://127.0.0.1:9/public/v1"',
    "cdp_key": '"invented"',
    "cdp_key_file": '"platform-key.txt"',
    "cdp_url": '"http://127.0.0.1:9/platform"',
    "timestamp_url": '"https://stamps.example.org"',
    "timestamp_roots": '"roots.pem"',
    "backup_passphrase": '"invented words"',
    "backup_passphrase_file": '"words.txt"',
    "key_hosts": '["127.0.0.1"]',
    "decision_months": "1",
    "second_decision": "[]",
    "blind_second": "true",
    "due_days": "{ critical = 1 }",
    "retention": "{ runs = 9999 }",
    "notify_mail_to": '"x@example.org"',
    "notify_mail_from": '"x@example.org"',
    "smtp_host": '"mail.example.org"',
    "smtp_port": "9",
    "smtp_security": '"tls"',
    "smtp_user": '"x"',
    "smtp_password": '"x"',
    "smtp_password_file": '"x"',
    "webhook_url": '"https://hooks.example.org"',
    "webhook_secret": '"sixteen letters!"',
    "webhook_secret_file": '"x"',
    "digest_folder": '"told"',
    "digest_people": "true",
    "council_name": '"Elsewhere Council"',
    "council_address": '"1 Elsewhere Street"',
    "council_contact": '"x@example.org"',
    "safeguarding_contact": '"Front door, 0000 000000"',
    "privacy_contact": '"x@example.org"',
    "reply_days": "99",
    "identities": '{ "ada.m" = "ada" }',
    "console_sign_in": '"oidc"',
    "console_address": '"https://elsewhere.example.org"',
    "console_listen": '"127.0.0.1:9"',
    "oidc_issuer": '"https://sign-in.example.org"',
    "oidc_client_id": '"x"',
    "oidc_client_secret": '"x"',
    "oidc_client_secret_file": '"x"',
    "oidc_role_claim": '"groups"',
    "oidc_roles": '{ "DD.Officer" = "officer" }',
    "proxy_header": '"X-Remote-User"',
    "proxy_trusted": '["10.0.0.1"]',
    "proxy_secret": '"x"',
    "proxy_secret_file": '"x"',
    "reconcile_origins": '["http://openrefine.council.example:3333"]',
}
# With these in it, a screening or a decision goes on: none of them changes what comes out of it,
# save that the default shows or says more.
HARMLESS = {
    *(
        "limit",
        "most_supplier_rows",
        "workers",
        "fail_on",
        "contact",
        "ca_file",
        "keep_snapshots",
        "schedule_file",
    ),
    *("review_months", "due_days", "retention", "notify_mail_to", "notify_mail_from", "smtp_host"),
    *("smtp_port", "smtp_security", "smtp_user", "smtp_password", "smtp_password_file"),
    *("webhook_url", "webhook_secret", "webhook_secret_file", "digest_folder", "digest_people"),
    *("timestamp_url", "timestamp_roots", "backup_passphrase", "backup_passphrase_file"),
    *("console_address", "console_listen", "oidc_client_id", "oidc_client_secret"),
    *("oidc_client_secret_file", "proxy_secret", "proxy_secret_file"),
    *("council_name", "council_address", "council_contact", "privacy_contact", "reply_days"),
    "safeguarding_contact",
    "reconcile_origins",
    *("assistant_token", "assistant_token_file"),
}
LOOKING = [
    ["settings", "show", "--json"],
    ["lists", "status", "--json"],
    ["registers", "status", "--json"],
    ["alerts", "list", "--all", "--json"],
    ["digest", "send", "--dry-run", "--json"],
    ["digest", "status", "--json"],
    ["retention", "rules"],
    ["schedule", "example"],
]
SUPPLIERS = "ref,name\nS1,Volkhar Maritime UK Ltd\nS2,Little Acorns Youth Project CIO\n"


@pytest.fixture(scope="module")
def screened_home(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample lists, and suppliers that were screened; copy it."""
    folder = tmp_path_factory.mktemp("screened")
    (folder / "suppliers.csv").write_text(SUPPLIERS, encoding="utf-8")
    home = copy_home(loaded_home, folder / "home")
    for command in (["suppliers", "import", str(folder / "suppliers.csv")], ["screen"]):
        with time_machine.travel(DEMO_TIME, tick=False), pytest.raises(SystemExit) as ended:
            main([*command, "--home", str(home)])
        assert ended.value.code == (1 if command == ["screen"] else 0)
    return home


@pytest.fixture
def at(run: Run, screened_home: Path, tmp_path: Path) -> Run:
    """Commands on the day of the sample lists, with suppliers screened."""
    copy_home(screened_home, tmp_path / "home")

    def run_then(*arguments: str | Path) -> Any:
        with time_machine.travel(DEMO_TIME, tick=False):
            return run(*arguments)

    return run_then


def without_id(out: str) -> list[str]:
    return [line for line in out.splitlines() if not line.startswith("Run ")]


def write(folder: Path, *names: str) -> Path:
    path = folder / FILENAME
    path.write_text("\n".join(f"{name} = {VALUES[name]}" for name in names) + "\n")
    return path


def test_the_values_are_of_every_setting_and_good_and_no_defaults(tmp_path: Path) -> None:
    elsewhere = [name for name in VALUES if name not in HOME_ONLY]
    write(tmp_path, *elsewhere)
    assert VALUES.keys() == {f.name for f in fields(Settings)}
    (tmp_path / "elsewhere").mkdir()
    own = write(tmp_path / "elsewhere", *HOME_ONLY)
    found = load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)
    assert set(found.origins.values()) == {str(tmp_path / FILENAME), str(own)}
    plain = load_settings({}, {}, default_home=tmp_path / "none").settings
    for name in VALUES:
        assert getattr(found.settings, name) != getattr(plain, name)


@pytest.mark.parametrize("command", every_nth(LOOKING, 4), ids=" ".join)
def test_no_setting_has_an_effect_and_each_command_says_so(
    at: Run, tmp_path: Path, command: list[str]
) -> None:
    before = at(*command)
    for names in ([name] for name in VALUES) if command[0] == "settings" else [[*VALUES]]:
        write(tmp_path, *names)
        after = at("--quiet", *command)
        assert (after.code, after.out) == (before.code, before.out)
        (notice,) = [line for line in after.err.splitlines() if FILENAME in line]
        assert "is not used" in notice


@pytest.mark.parametrize("name", every_nth(VALUES, 16))
def test_screening_and_deciding_wait_for_what_would_decide(
    at: Run, tmp_path: Path, name: str
) -> None:
    plain = without_id(at("screen").out)  # that nothing changed since, as any later one says
    decide = ["alerts", "decide", "0123456789", "not-the-same", "--reason", "OTHER-NAME"]
    assert "0123456789" in at(*decide).err
    path = write(tmp_path, name)
    screened, decided = at("screen"), at(*decide)
    if name in HARMLESS:
        assert (screened.code, without_id(screened.out)) == (1, plain)
        assert "0123456789" in decided.err
        return
    checked = at("check", "Little Acorns")
    for refused in (screened, decided, checked):
        assert (refused.code, refused.out) == (2, "")
        assert f"Error: {path} is not used, but holds {name}: " in refused.err
    path.unlink()
    assert without_id(at("screen").out) == plain


@pytest.mark.skipif(os.name == "nt", reason="the command is of another shell there")
@pytest.mark.parametrize("fresh", [True, False])
def test_the_command_that_is_shown_moves_it(run: Run, tmp_path: Path, fresh: bool) -> None:
    home = tmp_path / "the home"
    if not fresh:
        home.mkdir()
    write(tmp_path, "max_age_days")
    told = run("settings", "show", "--home", home).err.strip()
    command = told.split("ove it: ")[1]
    subprocess.run(["/bin/sh", "-c", command], check=True, cwd="/")
    assert (home / FILENAME).is_file()
    shown = run("settings", "show", "--home", home, "--json")
    assert shown.err == ""
    origins = {one["name"]: one["origin"] for one in json.loads(shown.out)["data"]}
    assert origins["max_age_days"] == str(home / FILENAME)


def test_nothing_is_moved_over_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    write(tmp_path / "home", "limit")
    path = write(tmp_path, "max_age_days")
    told = run("settings", "show").err.strip()
    assert told.endswith(
        f"Copy what you need into {tmp_path / 'home' / FILENAME}, then delete it: "
        f"rm {shlex.quote(str(path))}"
    )


def test_one_that_names_the_home_goes_to_the_users_folder(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "home", "limit")
    told = run("settings", "show").err.strip()
    assert "Write home as a full path, then move it: " in told
    assert told.endswith(shlex.quote(str(tmp_path / "config" / "duediligence" / FILENAME)))


def test_in_the_home_in_the_users_folder_or_named_it_is_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def limit(*options: str) -> tuple[int, str]:
        shown = run("settings", "show", "--json", *options)
        values = {one["name"]: one["value"] for one in json.loads(shown.out)["data"]}
        return values["limit"], shown.err

    write(tmp_path, "limit")
    assert limit("--home", ".") == (1, "")
    assert limit("--config", FILENAME) == (1, "")
    assert limit("--config=./" + FILENAME) == (1, "")
    monkeypatch.setenv("DUEDILIGENCE_CONFIG", str(tmp_path / FILENAME))
    assert limit() == (1, "")
    monkeypatch.delenv("DUEDILIGENCE_CONFIG")
    shutil.copytree(tmp_path, tmp_path / "config" / "duediligence")
    monkeypatch.chdir(tmp_path / "config" / "duediligence")
    assert limit() == (1, "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILENAME).unlink()
    (tmp_path / FILENAME).symlink_to(tmp_path / "config" / "duediligence" / FILENAME)
    assert limit() == (1, "")


@pytest.mark.parametrize("command", [["demo"], ["settings", "show"], ["screen"]])
def test_a_named_file_that_is_missing_exits_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    missing = run(*command, "--config", "nowhere.toml")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith("Error: --config: 'nowhere.toml' is not a file\n")
    monkeypatch.setenv("DUEDILIGENCE_CONFIG", "nowhere.toml")
    missing = run(*command)
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.startswith("Error: DUEDILIGENCE_CONFIG: 'nowhere.toml' is not a file\n")


def test_help_says_nothing_of_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "second_decision")
    for command in (["--help"], ["screen", "--help"], ["lists", "status", "-h"], ["--version"]):
        told = run(*command)
        assert (told.code, told.err) == (0, "")


@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(st.binary(max_size=300) | st.text(alphabet='a=[]{}"\n.1', max_size=80).map(str.encode))
@example(b"[" * 5_000)
@example(b"second_decision = [\x1b[31m")
@example(b'"a\\u001b\\n[31m" = 1')
@example(b"x" * 1_100_000)
def test_whatever_it_holds_is_never_a_fault_nor_in_effect(run: Run, content: bytes) -> None:
    Path(FILENAME).unlink(missing_ok=True)
    before = run("settings", "show", "--json")
    Path(FILENAME).write_bytes(content)
    after = run("settings", "show", "--json")
    assert (after.code, after.out) == (0, before.out)
    (notice,) = after.err.splitlines()
    assert notice.isprintable()
    assert run("check", "Nobody Invented").code in (2, 3)
