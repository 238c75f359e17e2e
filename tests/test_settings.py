"""Settings: default < TOML < environment < flag, and errors that name where a value stood."""

from pathlib import Path
from typing import Any

import pytest

from duediligence.errors import UsageError
from duediligence.screening.workspace import Workspace
from duediligence.settings import FILENAME, EffectiveSettings, Settings, load_settings
from tests.rows import for_each
from tests.whole_words import has_word


def test_each_place_beats_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "duediligence.toml").write_text(
        'limit = 3\nworkers = 2\nthreshold = 0.7\nhome = "/from-file"\n[max_age_days]\nun = 30\n'
    )
    resolved = load_settings(
        {"threshold": 0.9, "home": None},
        {"DUEDILIGENCE_WORKERS": "4", "DUEDILIGENCE_THRESHOLD": "0.8"},
        user_folder=tmp_path,
        default_home=Path("/default"),
    )
    settings, origins = resolved.settings, resolved.origins
    assert (settings.limit, settings.workers, settings.threshold) == (3, 4, 0.9)
    assert settings.home == Path("/from-file")
    assert settings.max_age_days == {"un": 30}
    assert settings.fail_on == "low"
    assert origins["limit"] == str(tmp_path / "duediligence.toml")
    assert origins["workers"] == "DUEDILIGENCE_WORKERS"
    assert origins["threshold"] == "--threshold"
    assert origins["fail_on"] == "default"


def test_home_then_the_users_file_then_the_named_one(tmp_path: Path) -> None:
    own, user, named = (tmp_path / name for name in ("home", "user", "named"))
    for folder in (own, user, named):
        folder.mkdir()
    (own / FILENAME).write_text("limit = 1\nworkers = 1\ncontact = 'a'\n[max_age_days]\nun = 1\n")
    (user / FILENAME).write_text("limit = 2\nworkers = 2\n[max_age_days]\neu = 2\n")
    (named / "any.toml").write_text("limit = 3\n")

    def resolved(**more: Any) -> EffectiveSettings:
        return load_settings(
            {}, more.pop("environment", {}), user_folder=user, default_home=own, **more
        )

    found = resolved(config=named / "any.toml")
    settings = found.settings
    assert (settings.limit, settings.workers, settings.contact) == (3, 2, "a")
    assert settings.max_age_days == {"eu": 2}, "a table is taken whole"
    assert found.files == (own / FILENAME, user / FILENAME, named / "any.toml")
    assert [found.origins[name] for name in ("contact", "workers", "limit")] == [
        str(path) for path in found.files
    ]
    assert resolved().settings.limit == 2
    by_variable = {"DUEDILIGENCE_CONFIG": str(named / "any.toml")}
    assert resolved(environment=by_variable).settings.limit == 3
    flag_first = resolved(environment={"DUEDILIGENCE_CONFIG": "nowhere"}, config=own / FILENAME)
    assert flag_first.settings.limit == 1, "the home's own file, named, counts as named"
    assert flag_first.files == (user / FILENAME, own / FILENAME)


def test_the_home_that_a_file_names_is_read_too(tmp_path: Path) -> None:
    user, home = tmp_path / "user", tmp_path / "user" / "kept"
    home.mkdir(parents=True)
    (user / FILENAME).write_text('home = "kept"\npolicy = "policy.toml"\nworkers = 2\n')
    (home / FILENAME).write_text('limit = 7\nlocal_registers = "../ours"\n')
    settings = load_settings({}, {}, user_folder=user, default_home=tmp_path / "default").settings
    assert (settings.home, settings.limit, settings.workers) == (home, 7, 2)
    assert settings.policy == user / "policy.toml", "a path counts from the folder of its file"
    assert settings.local_registers == home / ".." / "ours"
    other = load_settings(
        {"home": tmp_path}, {}, user_folder=user, default_home=tmp_path / "default"
    )
    assert (other.settings.home, other.settings.limit) == (tmp_path, 10)


def test_the_homes_own_file_cannot_name_another_home(tmp_path: Path) -> None:
    (tmp_path / FILENAME).write_text('home = "elsewhere"\n')
    with pytest.raises(UsageError, match="home cannot be set in the home's own file"):
        load_settings({"home": tmp_path}, {}, default_home=tmp_path)
    # On Windows and macOS the user's folder is the default home: there it names another one.
    shared = load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)
    assert shared.settings.home == tmp_path / "elsewhere"


@for_each("name", ["nowhere.toml", ".", "", "other/duediligence.toml"])
def test_a_named_file_that_is_none_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="--config: "):
        load_settings({}, {}, config=tmp_path / name, default_home=tmp_path)
    with pytest.raises(UsageError, match="DUEDILIGENCE_CONFIG: "):
        load_settings({}, {"DUEDILIGENCE_CONFIG": name}, default_home=tmp_path)


@for_each("content", [b"contact = '" + b"x" * 1_000_000 + b"'", b"a=" + b"[" * 9999])
def test_a_file_that_would_use_up_the_machine_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILENAME).write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings({}, {}, default_home=tmp_path)


@for_each(
    ("text", "said"),
    [
        ("limits = 3", "unknown setting 'limits'"),
        ('limit = "three"', "limit cannot be"),
        ("limit = 0", "1 or more"),
        ("threshold = 1.5", "above 0 and at most 1"),
        ('fail_on = "red"', "fail_on cannot be"),
        ("limit = ", "cannot be read"),
        ("\xff", "cannot be read"),
        ("[max_age_days]\nun = 'long'", "max_age_days cannot be"),
    ],
)
def test_a_bad_file_is_named_with_the_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "duediligence.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError) as caught:
        load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)
    assert str(path) in caught.value.message
    assert said in caught.value.message


def test_a_bad_environment_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="DUEDILIGENCE_LIMIT"):
        load_settings({}, {"DUEDILIGENCE_LIMIT": "many"}, default_home=tmp_path)


def test_a_bad_flag_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--fail-on"):
        load_settings({"fail_on": "red"}, {}, default_home=tmp_path)


def test_the_key_is_taken_from_its_file_where_none_is_given(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    file.write_bytes(b"\xef\xbb\xbfinvented-key-1\r\n")
    assert Settings(home=tmp_path).key_of_companies_house() == ""
    of_file = Settings(home=tmp_path, companies_house_key_file=file)
    assert of_file.key_of_companies_house() == "invented-key-1"
    both = Settings(home=tmp_path, companies_house_key=" other-key ", companies_house_key_file=file)
    assert both.key_of_companies_house() == "other-key"


@for_each("content", [None, b"two\nlines", b"s3cret\xff", b"s3cret: it", b"x" * 201])
def test_a_file_without_a_key_is_named_and_not_shown(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=r"key\.txt") as caught:
        Settings(home=tmp_path, companies_house_key_file=file).key_of_companies_house()
    assert "s3cret" not in caught.value.message + caught.value.hint


def test_the_key_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "duediligence.toml").write_text("companies_house_key = 53170")
    with pytest.raises(UsageError) as caught:
        load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)
    assert not has_word(caught.value.message, "53170")
    assert not has_word(repr(Settings(home=tmp_path, companies_house_key="53170")), "53170")


@for_each("name", ["smtp_password", "webhook_secret"])
def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret.txt"
    file.write_bytes(b"s3cret-of-a-kind\n")
    of_file = Settings(home=tmp_path, **{f"{name}_file": file})
    assert of_file.secret(name) == "s3cret-of-a-kind"
    given = Settings(home=tmp_path, **{name: "s3cret\x00"})
    with pytest.raises(UsageError, match=name) as caught:
        given.secret(name)
    assert "s3cret" not in caught.value.message + repr(given)


def test_parts_and_registers_are_read(tmp_path: Path) -> None:
    (tmp_path / "duediligence.toml").write_text(
        f'parts = {{ fhrs = ["705", "A b.c-d_e", "{"x" * 120}"] }}\n'
        "store_restricted = true\nschedule_7_years = 3\n"
    )
    settings = load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path).settings
    assert settings.parts == {"fhrs": ("705", "A b.c-d_e", "x" * 120)}
    assert settings.store_restricted is True
    assert settings.schedule_7_years == 3
    assert settings.local_registers_folder == tmp_path / "local-registers"
    elsewhere = Settings(home=tmp_path, local_registers=tmp_path / "ours")
    assert elsewhere.local_registers_folder == tmp_path / "ours"
    plain = Settings(home=tmp_path)
    assert (plain.store_restricted, plain.schedule_7_years) == (False, 5)


@for_each("part", ["", "..", "a/b", " a", "é", "x" * 121, "{part}"])
def test_a_part_that_could_lead_elsewhere_is_refused(tmp_path: Path, part: str) -> None:
    (tmp_path / "duediligence.toml").write_text(f'parts = {{ fhrs = ["1", "{part}"] }}')
    with pytest.raises(UsageError, match="parts of fhrs cannot be"):
        load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)


def test_a_part_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "duediligence.toml").write_text('parts = { fhrs = ["a", "A"] }')
    with pytest.raises(UsageError, match="twice"):
        load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)


def test_schedule_7_looks_back_three_years_or_five(tmp_path: Path) -> None:
    variable = {"DUEDILIGENCE_SCHEDULE_7_YEARS": "3"}
    assert load_settings({}, variable, default_home=tmp_path).settings.schedule_7_years == 3
    with pytest.raises(UsageError, match="schedule_7_years"):
        load_settings({}, {"DUEDILIGENCE_SCHEDULE_7_YEARS": "4"}, default_home=tmp_path)


def test_an_empty_path_is_not_the_working_folder(tmp_path: Path) -> None:
    for name in ("home", "local_registers", "digest_folder"):
        with pytest.raises(UsageError, match=f"{name} cannot be empty"):
            load_settings({}, {f"DUEDILIGENCE_{name.upper()}": ""}, default_home=tmp_path)
        (tmp_path / FILENAME).write_text(f'{name} = ""')
        with pytest.raises(UsageError, match=f"{name} cannot be empty"):
            load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)


@for_each(
    "host",
    [
        "",
        "*.blob.core.windows.net",
        "https://files.example.org",
        "files.example.org:443",
        "files.example.org/x",
        "user@files.example.org",
        "Files.example.org",
        "localhost",
        "printer.local",
        "127.0.0.1",
        "[::1]",
        "files.example.org.",
        "files..example.org",
        "-files.example.org",
        "fil\u00e9s.example.org",
    ],
)
def test_a_host_that_is_not_one_exact_name_is_refused(tmp_path: Path, host: str) -> None:
    (tmp_path / "duediligence.toml").write_text(f'hosts = {{ un = ["{host}"] }}', "utf-8")
    with pytest.raises(UsageError, match="hosts of un cannot be"):
        load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path)


def test_hosts_are_added_by_list(tmp_path: Path) -> None:
    (tmp_path / "duediligence.toml").write_text(
        'hosts = { un = ["files-2.example.org", "a1.blob.core.windows.net"] }'
    )
    found = load_settings({}, {}, user_folder=tmp_path, default_home=tmp_path).settings.hosts
    assert found == {"un": ("files-2.example.org", "a1.blob.core.windows.net")}


# Where a key may be sent


KEY = {"companies_house_key": "invented"}
ELSEWHERE = "https://collector.example.org"


def test_a_key_is_sent_to_its_own_service_only(tmp_path: Path) -> None:
    own = Settings(home=tmp_path, **KEY)
    assert (
        own.address_of_key("companies_house_url")
        == "https://api.company-information.service.gov.uk"
    )
    for address in (
        ELSEWHERE,
        "http://127.0.0.1:9",
        "https://api.company-information.service.gov.uk.example.org",
        "https://api.company-information.service.gov.uk@collector.example.org",
        "https://[collector",
        "collector.example.org",
    ):
        with pytest.raises(UsageError, match="the key may not be sent to") as caught:
            Settings(home=tmp_path, companies_house_url=address, **KEY).address_of_key(
                "companies_house_url"
            )
        assert f"add this line to {tmp_path / FILENAME}: key_hosts" in str(caught.value.hint)
        assert "invented" not in str(caught.value.hint) + caught.value.message


def test_only_the_home_itself_can_say_that_a_key_is_sent_elsewhere(tmp_path: Path) -> None:
    """Neither the environment, nor a file of another folder, nor one that is named."""
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    allowing = 'key_hosts = ["collector.example.org"]\n'
    (other / FILENAME).write_text(allowing)
    environment = {
        "DUEDILIGENCE_COMPANIES_HOUSE_URL": ELSEWHERE,
        "DUEDILIGENCE_KEY_HOSTS": "collector.example.org",
    }
    for place in ({"user_folder": other}, {"config": other / FILENAME}):
        with pytest.raises(
            UsageError, match="key_hosts is read from the home's own file"
        ) as caught:
            load_settings({}, {}, default_home=home, **place)
        assert str(home / FILENAME) in caught.value.hint
    from_variables = load_settings({}, environment, default_home=home).settings
    assert from_variables.key_hosts == ()
    with pytest.raises(UsageError, match="may not be sent to collector"):
        from_variables.address_of_key("companies_house_url")
    (home / FILENAME).write_text(allowing)
    allowed = load_settings({}, environment, default_home=home).settings
    assert allowed.address_of_key("companies_house_url") == ELSEWHERE
    # Naming the home's own file is naming that.
    assert load_settings({}, {}, default_home=home, config=home / FILENAME).settings.key_hosts


def test_a_workspace_sends_no_key_to_a_host_that_is_not_allowed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, companies_house_url=ELSEWHERE, **KEY)
    with Workspace(settings) as ws, pytest.raises(UsageError, match="may not be sent"):
        assert ws.companies_house


@for_each("host", ["*", "https://a.example.org", "A.example.org", "a:443", ""])
def test_a_private_host_is_one_exact_host(tmp_path: Path, host: str) -> None:
    (tmp_path / FILENAME).write_text(f'private_hosts = ["{host}"]')
    with pytest.raises(UsageError, match="is not a host"):
        load_settings({}, {}, default_home=tmp_path)


@for_each(
    "origin",
    ["*", "null", "", "127.0.0.1:3333", "http://a.example/", "http://a@b.example", "file://a"],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(tmp_path: Path, origin: str) -> None:
    (tmp_path / FILENAME).write_text(f'reconcile_origins = ["{origin}"]')
    with pytest.raises(UsageError, match="is not an origin"):
        load_settings({}, {}, default_home=tmp_path)


def test_a_variable_may_hold_a_list_with_commas(tmp_path: Path) -> None:
    environment = {
        "DUEDILIGENCE_PRIVATE_HOSTS": "intranet, 10.1.2.3,::1",
        "DUEDILIGENCE_SECOND_DECISION": "critical,high",
    }
    settings = load_settings({}, environment, default_home=tmp_path).settings
    assert settings.private_hosts == ("intranet", "10.1.2.3", "::1")
    assert settings.second_decision == ("critical", "high")
    assert load_settings({}, {"DUEDILIGENCE_SECOND_DECISION": ""}, default_home=tmp_path).settings
