"""Everything that can be set, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from duediligence.errors import UsageError
from duediligence.model import Severity
from duediligence.model.casework.roles import Role

# Their values are never shown.
SECRET = frozenset({"companies_house_key", "smtp_password", "webhook_url", "webhook_secret"})
# These stand in the file alone: a variable or a flag holds one value.
TABLES = frozenset({"max_age_days", "addresses", "parts", "hosts", "retention", "users"})


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
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
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
