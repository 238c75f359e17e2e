"""One frozen Settings: default < TOML file < environment < flag. Nothing is read at import."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import msgspec

from duediligence.errors import UsageError
from duediligence.model import Severity
from duediligence.model.casework.roles import Role

PREFIX = "DUEDILIGENCE_"
FILENAME = "duediligence.toml"
# What may stand for `{part}` in the name and the address of a file.
PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; the help of each stands in `HELP`."""

    home: Path
    threshold: float | None = None
    limit: int = 10
    workers: int | None = None
    fail_on: Severity = "low"
    policy: Path | None = None
    contact: str = ""
    ca_file: Path | None = None
    keep_snapshots: int = 3
    schedule_file: Path | None = None
    review_months: int = 6
    max_age_days: Mapping[str, int] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local_registers: Path | None = None
    store_restricted: bool = False
    schedule_7_years: Literal[3, 5] = 5
    users: Mapping[str, Role] = field(default_factory=dict)
    companies_house_key: str = field(default="", repr=False)
    companies_house_key_file: Path | None = None
    companies_house_url: str = "https://api.company-information.service.gov.uk"
    decision_months: int = 12
    second_decision: tuple[Severity, ...] = ("critical",)
    blind_second: bool = False
    retention: Mapping[str, int] = field(default_factory=dict)

    notify_mail_to: str = ""
    notify_mail_from: str = ""
    smtp_host: str = ""
    smtp_port: int | None = None
    smtp_security: Literal["starttls", "tls"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_password_file: Path | None = None
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    webhook_secret_file: Path | None = None
    digest_folder: Path | None = None
    digest_people: bool = False

    @property
    def local_registers_folder(self) -> Path:
        """The folder of the TOML files that describe the council's own registers."""
        return self.local_registers or self.home / "local-registers"

    def key_of_companies_house(self) -> str:
        """The key, given or read from its file; empty where there is none.

        Raises UsageError, which never shows the key.
        """
        key = self.secret("companies_house_key")
        if ":" in key:
            where = "" if self.companies_house_key else f"{self.companies_house_key_file}: "
            raise UsageError(
                f"{where}companies_house_key does not hold a key of Companies House",
                hint="It is one line of letters, digits and hyphens: copy it again.",
            )
        return key

    def secret(self, name: str) -> str:
        """The secret set as `name`, or read from its `…_file`; empty where there is none.

        Raises UsageError, which never shows the secret.
        """
        secret, where = getattr(self, name), name
        path: Path | None = getattr(self, f"{name}_file")
        if not secret and path is not None:
            where = f"{path} ({name}_file)"
            try:
                secret = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"{where}: the secret cannot be read from this file",
                    hint=f"Check {name}_file: a text file that holds the secret alone.",
                ) from error
        secret = str(secret).strip()
        if not (secret.isascii() and secret.isprintable() and len(secret) <= 200):
            raise UsageError(
                f"{where}: does not hold a secret that can be used",
                hint="It is one line of letters, digits and signs: copy it again.",
            )
        return secret


HELP: Mapping[str, str] = {
    "home": "Folder that holds everything the tool keeps.",
    "threshold": "Lowest score, 0 to 1, that shows a possible match. Unset: the measured one.",
    "limit": "Most possible matches shown for one party on one list.",
    "workers": "Processes that compare names. Unset: chosen by the work and the cores.",
    "fail_on": "Least severity at which `screen` and `check` exit with 1.",
    "policy": "TOML file that overrides thresholds, severities and parameters of checks.",
    "contact": "Contact that publishers see in our User-Agent: an e-mail address or a page.",
    "ca_file": "Certificates to trust in place of the bundled ones, as for an inspecting proxy.",
    "keep_snapshots": "Downloads kept for each list.",
    "schedule_file": "TOML file that holds the jobs. Unset: schedule.toml in home.",
    "review_months": "Months after which a supplier is due to be screened again, changed or not.",
    "max_age_days": "Table: days after which a list is stale, by list id.",
    "addresses": "Table: another https address for a file, by file name, as of a mirror. That of a "
    "document which names a file stands under the file's name and `.located-from`.",
    "parts": "Table: the parts of a list to fetch, by list id, as the codes of the authorities in "
    "your area.",
    "local_registers": "Folder of the TOML files that describe your own registers. Unset: "
    "`local-registers` in the home.",
    "store_restricted": "Whether records marked restricted are loaded, and so can be found.",
    "schedule_7_years": "Years, 3 or 5, that a discretionary ground looks back (Procurement Act "
    "2023, Schedule 7 paragraph 15).",
    "users": "Table: the role of each account of this machine, by its name: officer, approver, "
    "auditor or administrator. Empty: whoever opens the folder may do everything.",
    "companies_house_key": "Key for the API of Companies House. Secret, never shown: best set in "
    "the environment or in a file of its own.",
    "companies_house_key_file": "File that holds that key and nothing else.",
    "companies_house_url": "Address of that API: https, or http on this machine.",
    "decision_months": "Months after which a decision about an alert ends and it is open again.",
    "second_decision": "List: severities at which two people must decide alike. Empty: none.",
    "blind_second": "Whether the second person is not shown what the first one decided.",
    "retention": "Table: days that records are kept, by the rule's id; see `duediligence retention "
    "rules`.",
    "notify_mail_to": "E-mail addresses that the digest goes to, with commas between them.",
    "notify_mail_from": "E-mail address that the digest comes from.",
    "smtp_host": "Mail server that takes the digest. Needs TLS.",
    "smtp_port": "Its port. Unset: 587 for starttls, 465 for tls.",
    "smtp_security": "How TLS begins there: starttls, or tls from the first byte.",
    "smtp_user": "User name at the mail server, where it asks for one.",
    "smtp_password": "Password there. Secret, never shown: best set in the environment or in a "
    "file of its own.",
    "smtp_password_file": "File that holds that password and nothing else.",
    "webhook_url": "Address that the digest is posted to: https, or http on this machine. Never "
    "shown, for it may hold a token.",
    "webhook_secret": "Secret that signs what is posted, 16 characters or more. Never shown.",
    "webhook_secret_file": "File that holds that secret and nothing else.",
    "digest_folder": "Folder in which each digest is written as a file.",
    "digest_people": "Whether the digest names people; else it says what they are only.",
}

SECRET = frozenset({"companies_house_key", "smtp_password", "webhook_url", "webhook_secret"})
_AT_LEAST_ONE = frozenset({"limit", "workers", "keep_snapshots", "review_months"})
# These stand in the file alone: a variable or a flag holds one value.
TABLES = frozenset({"max_age_days", "addresses", "parts", "retention", "users"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings, and where each value came from."""

    settings: Settings
    origins: Mapping[str, str]


def load(
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    folders: tuple[Path, ...] = (),
    default_home: Path,
) -> Resolved:
    """Resolve every setting. `flags` holds those given on the command line (None: not given).

    `folders` are searched in order for `duediligence.toml`; the first one found is used. Raises
    UsageError naming the file or variable for an unknown key or a value of the wrong kind.
    """
    values: dict[str, Any] = {"home": default_home}
    origins = {f.name: "default" for f in fields(Settings)}
    path = next((p for folder in folders if (p := folder / FILENAME).is_file()), None)
    if path is not None:
        values |= _from_file(path, origins)
    for name in origins:
        variable = PREFIX + name.upper()
        if variable in environment and name not in TABLES:
            values[name] = _convert(name, environment[variable], variable, strict=False)
            origins[name] = variable
    for name, value in flags.items():
        if value is not None:
            values[name] = _convert(name, value, "--" + name.replace("_", "-"), strict=False)
            origins[name] = "--" + name.replace("_", "-")
    return Resolved(Settings(**values), origins)


def _from_file(path: Path, origins: dict[str, str]) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    values = {}
    for name, value in document.items():
        if name not in origins:
            raise UsageError(
                f"{path}: there is no setting {name!r}",
                hint="The settings are: " + ", ".join(origins) + ".",
            )
        values[name] = _convert(name, value, str(path))
        origins[name] = str(path)
    return values


def _convert(name: str, value: Any, origin: str, *, strict: bool = True) -> Any:
    kind = next(f.type for f in fields(Settings) if f.name == name)
    if isinstance(value, Path):
        return value
    try:
        converted = msgspec.convert(value, kind, strict=strict, dec_hook=lambda t, v: t(v))
    except msgspec.ValidationError as error:
        shown = "what it is" if name in SECRET else repr(value)
        raise UsageError(f"{origin}: {name} cannot be {shown}: {error}") from error
    if name == "threshold" and converted is not None and not 0 < converted <= 1:
        raise UsageError(f"{origin}: threshold must be above 0 and at most 1, not {converted:g}")
    if name == "decision_months" and not 1 <= converted <= 120:
        raise UsageError(f"{origin}: decision_months must be 1 to 120, not {converted}")
    if name == "parts":
        _check_parts(converted, origin)
    if name in _AT_LEAST_ONE and converted is not None and converted < 1:
        raise UsageError(f"{origin}: {name} must be 1 or more, not {converted}")
    return converted


def _check_parts(parts: Mapping[str, tuple[str, ...]], origin: str) -> None:
    for list_id, names in parts.items():
        for number, part in enumerate(names):
            if not PART.fullmatch(part):
                raise UsageError(
                    f"{origin}: parts of {list_id} cannot be {part[:60]!r}",
                    hint="A part is 1 to 60 letters, digits, spaces, dots, hyphens or underscores.",
                )
            if part.casefold() in {other.casefold() for other in names[:number]}:
                raise UsageError(f"{origin}: parts of {list_id} has {part!r} twice")
