"""Everything that can be set, as one table, and where the values come from.

Default < TOML files < environment < flag. Nothing is read at import.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, get_origin
from urllib.parse import urlsplit

import msgspec

from duediligence.errors import Hint, Invalid, OptionRemark, Step, UsageError
from duediligence.model import Severity
from duediligence.model.audit import Role
from duediligence.model.suppliers import BuyerFacts, BuyerKind, Nation, RegimeCode
from duediligence.reading import regular
from duediligence.settings.system_keyring import read_keyring_secret
from duediligence.typed_data import convert_to

_Value = TypeVar("_Value")

PREFIX = "DUEDILIGENCE_"
CONFIG = PREFIX + "CONFIG"
FILENAME = "duediligence.toml"
LARGEST_FILE = 1_000_000
"""Bytes."""

# What may stand for `{part}` in the name and the address of a file.
PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,119}", re.ASCII)
# One exact name: no pattern, no port, and no number, which no certificate of a publisher is for.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+(?![0-9]+\Z)(?=[a-z]){_LABEL}", re.ASCII)


def _check_parts(parts: Mapping[str, tuple[str, ...]], origin: str) -> None:
    for list_id, names in parts.items():
        for number, part in enumerate(names):
            if not PART.fullmatch(part):
                raise UsageError(
                    f"{origin}: parts of {list_id} cannot be {part[:120]!r}",
                    hint="A part is 1 to 120 letters, digits, spaces, dots, hyphens or "
                    "underscores.",
                )
            if part.casefold() in {other.casefold() for other in names[:number]}:
                raise UsageError(f"{origin}: parts of {list_id} has {part!r} twice")


def _check_hosts(hosts: Mapping[str, tuple[str, ...]], origin: str) -> None:
    for list_id, names in hosts.items():
        for host in names:
            if not _HOST.fullmatch(host) or host.endswith((".localhost", ".local")):
                raise UsageError(
                    f"{origin}: hosts of {list_id} cannot be {host[:120]!r}",
                    hint="Write the whole name of one host in lower case, such as "
                    "files.example.org: no *, no https://, no port and no number.",
                )


def _check_private_hosts(hosts: tuple[str, ...], origin: str) -> None:
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*|(?=.*:.*:)[0-9a-f:.]+", host):
            raise UsageError(
                f"{origin}: {host[:120]!r} is not a host",
                hint="Write the whole name of one host in lower case, or its number: no *, no "
                "https:// and no port.",
            )


def _check_console_address(address: str, origin: str) -> None:
    if not address:
        return
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if parts.scheme != "https" or not bare or not re.fullmatch(r"[a-z0-9.-]+", host):
        raise UsageError(
            f"{origin}: console_address cannot be {address[:120]!r}",
            hint="Write the https address of the reverse proxy without a path, such as "
            "https://duediligence.example.gov.uk.",
        )


def _check_networks(networks: tuple[str, ...], origin: str) -> None:
    for network in networks:
        try:
            found = ip_network(network)
        except ValueError:
            found = None
        if found is None or found.prefixlen == 0:
            raise UsageError(
                f"{origin}: {network[:120]!r} is not an address that a proxy can have",
                hint="Write the number of one machine or network, such as 10.1.2.3 or "
                "10.1.2.0/28; never a name, and never every address there is.",
            )


def _check_header(name: str, origin: str) -> None:
    if name and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,59}", name):
        raise UsageError(
            f"{origin}: {name[:120]!r} is not the name of a header",
            hint="Write letters, digits and hyphens, such as X-Remote-User.",
        )


def _check_identities(people: Mapping[str, str], origin: str) -> None:
    for login, person in people.items():
        if not login.strip() or not 0 < len(person.strip()) <= 200:
            raise UsageError(
                f"{origin}: identities cannot map {login[:120]!r} to {person[:120]!r}",
                hint="Write the login, then the name of the person in up to 200 characters.",
            )
        if people.get(person, person) != person:
            raise UsageError(
                f"{origin}: identities maps {login[:120]!r} to {person[:120]!r}, which is itself "
                f"mapped to {people[person][:120]!r}",
                hint="Map each login to the person directly.",
            )


def _check_origins(origins: tuple[str, ...], origin: str) -> None:
    for one in origins:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", one):
            raise UsageError(
                f"{origin}: {one[:120]!r} is not an origin",
                hint="Write the scheme, the host in lower case and the port, such as "
                "http://127.0.0.1:3333: no * and no path.",
            )


def _check_due_days(days: Mapping[str, int], origin: str) -> None:
    for severity, number in days.items():
        if not 0 < number <= 3_650:
            raise UsageError(
                f"{origin}: due_days of {severity} cannot be {number}",
                hint="Give whole days, from 1 to 3650.",
            )


@dataclass(frozen=True, slots=True)
class About:
    """What a setting is for, in a sentence, and its limits.

    A number is at least `least` or above `above`, and at most `most`; `check` raises UsageError
    for a table that cannot be. A `secret` is never shown; what is `personal` is recorded only as
    set. What is `harmless` changes neither what is screened, nor what is found, nor who decides.
    What is `home_only` is taken from the home's own file alone. `key_of` is the service whose key
    is sent to an address, and `sandbox` what the host of its sandbox has in its name. A secret
    is kept for the values of the settings `sent_to` alone.
    """

    help: str
    least: int | None = None
    above: float | None = None
    most: float | None = None
    secret: bool = False
    personal: bool = False
    harmless: bool = False
    home_only: bool = False
    check: Callable[[Any, str], None] | None = None
    key_of: str = ""
    sandbox: str = ""
    sent_to: tuple[str, ...] = ()


def declare_setting(default: _Value, text: str, **about: Any) -> _Value:
    """Return the field of a setting: its default, what it is for, and the rest of its `About`."""
    metadata = {"about": About(text, **about)}
    if isinstance(default, Mapping):
        made: _Value = field(default_factory=dict, metadata=metadata)  # type: ignore[assignment]
        return made
    return field(default=default, metadata=metadata)


def declare_secret(text: str, *sent_to: str, harmless: bool = False) -> str:
    """Return the field of a secret of one line, which needs a field for its file, too."""
    kept = "best kept in the system's keyring, in the environment or in a file of its own"
    text = f"{text} Secret, never shown: {kept}."
    return declare_setting("", text, secret=True, harmless=harmless, sent_to=sent_to)


def declare_secret_file(kind: str, *, harmless: bool = False) -> Path | None:
    """Return the field of the file of a secret, named as that with `_file`."""
    return declare_setting(
        None, f"File that holds that {kind} and nothing else.", harmless=harmless
    )


def declare_key_address(address: str, key_of: str) -> str:
    """Return the field of the address that the key of a service is sent to."""
    text = (
        "Address of that API: https, or http on this machine. On another host it needs key_hosts."
    )
    return declare_setting(address, text, key_of=key_of)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """Everything that can be set. The environment has each under its name in capitals, after
    DUEDILIGENCE_, but for tables: a variable or a flag holds one value.
    """

    home: Path = field(metadata={"about": About("Folder that holds everything the tool keeps.")})
    threshold: float | None = declare_setting(
        None,
        "Lowest score, 0 to 1, that shows a possible match. Unset: the measured default.",
        above=0,
        most=1,
    )
    # What goes beyond it is reported.
    limit: int = declare_setting(
        10, "Most possible matches shown for one party on one list.", least=1, harmless=True
    )
    workers: int | None = declare_setting(
        None,
        "Processes that compare names. Unset: chosen by the work and the cores.",
        least=1,
        harmless=True,
    )
    # The default is the strictest.
    fail_on: Severity = declare_setting(
        "low", "Lowest severity at which `screen` and `check` exit with 1.", harmless=True
    )
    policy: Path | None = declare_setting(
        None, "TOML file that overrides thresholds, severities and parameters of checks."
    )
    contact: str = declare_setting(
        "",
        "Contact that publishers see in our User-Agent: an e-mail address or a page.",
        personal=True,
        harmless=True,
    )
    ca_file: Path | None = declare_setting(
        None,
        "Certificates to trust instead of the bundled ones, such as for an inspecting proxy.",
        harmless=True,
    )
    most_supplier_rows: int = declare_setting(
        200_000,
        "Most rows that a file of suppliers may have. A longer one is refused.",
        least=1,
        most=1_000_000,
        harmless=True,
    )
    keep_snapshots: int = declare_setting(
        3, "Downloads kept for each list.", least=1, harmless=True
    )
    schedule_file: Path | None = declare_setting(
        None, "TOML file that holds the jobs. Unset: schedule.toml in home.", harmless=True
    )
    review_months: int = declare_setting(
        6,
        "Months after which a supplier is due to be screened again, changed or not.",
        least=1,
        harmless=True,
    )
    max_age_days: Mapping[str, int] = declare_setting(
        {}, "Table: days after which a list is stale, by list id."
    )
    addresses: Mapping[str, str] = declare_setting(
        {},
        "Table: another https address for a file, such as a mirror, by file name. For a "
        "document that names a file, use the file's name and `.located-from`.",
    )
    parts: Mapping[str, tuple[str, ...]] = declare_setting(
        {},
        "Table: the parts of a list to fetch, by list id, such as the codes of the "
        "authorities in your area.",
        check=_check_parts,
    )
    hosts: Mapping[str, tuple[str, ...]] = declare_setting(
        {},
        "Table: further hosts that the download of a list may be redirected to, by list id. "
        "Each is one exact name, such as `files.example.org`.",
        check=_check_hosts,
    )
    private_hosts: tuple[str, ...] = declare_setting(
        (),
        "List: hosts that lists, registers and mirrors may be fetched from although they are "
        "on this machine or in a private network. Each is one exact name or number.",
        check=_check_private_hosts,
    )
    local_registers: Path | None = declare_setting(
        None,
        "Folder of the TOML files that describe your own registers. Unset: "
        "`local-registers` in the home.",
    )
    extensions: tuple[str, ...] = declare_setting(
        (),
        "List: distributions whose extensions, checks and lists are used besides the tool's own. "
        "Each is the name under which it is installed; its code runs with all rights.",
    )
    store_restricted: bool = declare_setting(
        False, "Whether records marked restricted are loaded, and so can be found."
    )
    schedule_7_years: Literal[3, 5] = declare_setting(
        5,
        "Years, 3 or 5, that a discretionary ground looks back (Procurement Act 2023, "
        "Schedule 7 paragraph 15). A letter always keeps to 3.",
    )
    schedule_7_source: str = declare_setting(
        "",
        "Who decided on schedule_7_years, on what, and when, such as: Legal services, advice "
        "of 3 December 2026. Empty: the wider reading that comes with the tool, of "
        "1 December 2026; the text published on 1 April 2026 prints both.",
    )
    users: Mapping[str, Role] = declare_setting(
        {},
        "Table: the role of each account, by its name: reader, officer, approver, "
        "intelligence, auditor or administrator. Whoever has none may do nothing. Empty: "
        "whoever opens the folder may do everything; on a server, roles are those of sign-in.",
    )
    companies_house_key: str = declare_secret(
        "Key for the API of Companies House.", "companies_house_url"
    )
    companies_house_key_file: Path | None = declare_secret_file("key")
    companies_house_url: str = declare_key_address(
        "https://api.company-information.service.gov.uk", "Companies House"
    )
    companies_house_stream_key: str = declare_secret(
        "Key for the streaming API of Companies House, which is another one.",
        "companies_house_stream_url",
    )
    companies_house_stream_key_file: Path | None = declare_secret_file("key")
    companies_house_stream_url: str = declare_key_address(
        "https://stream.companieshouse.gov.uk", "Companies House"
    )
    assistant_token: str = declare_secret(
        "Token with which the command mcp answers an assistant; it may read what the account of "
        "the token may.",
        harmless=True,
    )
    assistant_token_file: Path | None = declare_secret_file("token", harmless=True)
    cqc_key: str = declare_secret(
        "Key for the syndication API of the Care Quality Commission, which is free.",
        "cqc_url",
    )
    cqc_key_file: Path | None = declare_secret_file("key")
    cqc_url: str = declare_key_address(
        "https://api.service.cqc.org.uk/public/v1", "the Care Quality Commission"
    )
    cdp_key: str = declare_secret(
        "Key for the data sharing service of the Central Digital Platform, which gives the form "
        "of a share code.",
        "cdp_url",
    )
    cdp_key_file: Path | None = declare_secret_file("key")
    cdp_url: str = declare_setting(
        "https://data-sharing.supplier-information.find-tender.service.gov.uk",
        "Address of that service: https, or http on this machine. On another host it needs "
        "key_hosts; not so its sandbox, "
        "https://data-sharing.integration.supplier-information.find-tender.service.gov.uk.",
        key_of="the Central Digital Platform",
        sandbox="integration.",
    )
    key_hosts: tuple[str, ...] = declare_setting(
        (),
        "List: further hosts that the keys of Companies House, of the Care Quality Commission "
        "and of the Central Digital Platform may be sent to. Read from the home's own file "
        "only, so that nothing else can send a key elsewhere.",
        check=_check_private_hosts,
        home_only=True,
    )
    before_forms: Mapping[str, str] = declare_setting(
        {},
        "Table, kept by the forms: the host, port, user or kind of encryption that a secret was "
        "given for, before a form changed it. The secret goes there alone, or must be typed again. "
        "Without the table it goes where the forms say. Read from the home's own file only.",
        personal=True,
        home_only=True,
    )
    decision_months: int = declare_setting(
        12,
        "Months after which a decision about an alert expires and the alert reopens.",
        least=1,
        most=120,
    )
    second_decision: tuple[Severity, ...] = declare_setting(
        ("critical",),
        "List: severities at which two people must make the same decision. Empty: none.",
    )
    blind_second: bool = declare_setting(
        False, "Whether the first decision is hidden from the second person."
    )
    due_days: Mapping[Severity, int] = declare_setting(
        {},
        "Table: days, weekends included, in which an alert is to be decided, by its severity. "
        "One not named has its default: critical 2, high 5, medium 20, low 60.",
        check=_check_due_days,
        harmless=True,
    )
    retention: Mapping[str, int] = declare_setting(
        {},
        "Table: days that records are kept, by the rule's id, as in "
        "docs/officer/data-protection.md.",
        harmless=True,
    )

    timestamp_url: str = declare_setting(
        "",
        "Address of an RFC 3161 time-stamp authority that evidence packs are stamped by: "
        "https, or http on this machine. Empty: none. Never shown, because it may hold a password. "
        "Needs the extra `timestamp`.",
        secret=True,
        harmless=True,
    )
    timestamp_roots: Path | None = declare_setting(
        None,
        "PEM file of the root certificates of that authority. Set, each time-stamp is "
        "verified as it comes.",
        harmless=True,
    )

    backup_passphrase: str = declare_setting(
        "",
        "Passphrase that backups are encrypted with, 14 characters or more and not a common "
        "one. Secret, never shown: best set in the environment or in a file of its own. Keep "
        "it elsewhere too: without it no backup can be opened.",
        secret=True,
        harmless=True,
    )
    backup_passphrase_file: Path | None = declare_secret_file("passphrase", harmless=True)
    notify_mail_to: str = declare_setting(
        "",
        "E-mail addresses that the digest goes to, with commas between them.",
        personal=True,
        harmless=True,
    )
    notify_mail_from: str = declare_setting(
        "", "E-mail address that the digest comes from.", personal=True, harmless=True
    )
    smtp_host: str = declare_setting(
        "", "Mail server that takes the digest. Needs TLS.", harmless=True
    )
    smtp_port: int | None = declare_setting(
        None, "Its port. Unset: 587 for starttls, 465 for tls.", harmless=True
    )
    smtp_security: Literal["starttls", "tls"] = declare_setting(
        "starttls", "How TLS begins there: starttls, or tls from the first byte.", harmless=True
    )
    smtp_user: str = declare_setting(
        "", "User name at the mail server, where it asks for one.", personal=True, harmless=True
    )
    smtp_password: str = declare_secret(
        "Password there.", "smtp_host", "smtp_port", "smtp_security", "smtp_user", harmless=True
    )
    smtp_password_file: Path | None = declare_secret_file("password", harmless=True)
    webhook_url: str = declare_setting(
        "",
        "Address that the digest is posted to: https, or http on this machine. Never shown, "
        "because it may hold a token.",
        secret=True,
        harmless=True,
    )
    webhook_secret: str = declare_setting(
        "",
        "Secret that signs what is posted, 16 characters or more. Never shown.",
        secret=True,
        sent_to=("webhook_url",),
        harmless=True,
    )
    webhook_secret_file: Path | None = declare_secret_file("secret", harmless=True)
    digest_folder: Path | None = declare_setting(
        None, "Folder in which each digest is written as a file.", harmless=True
    )
    digest_people: bool = declare_setting(
        False, "Whether the digest names people; else it gives only their roles.", harmless=True
    )

    council_name: str = declare_setting(
        "", "Name of the council or public body that letters come from.", harmless=True
    )
    council_address: str = declare_setting(
        "", "Its address on letters: lines, or parts with commas between them.", harmless=True
    )
    council_contact: str = declare_setting(
        "",
        "Where answers go, on letters: a team, with its e-mail address or telephone number.",
        personal=True,
        harmless=True,
    )
    privacy_contact: str = declare_setting(
        "",
        "Where questions and complaints about personal data go, on letters: the data "
        "protection officer, with an e-mail address.",
        personal=True,
        harmless=True,
    )
    safeguarding_contact: str = declare_setting(
        "",
        "Where safeguarding referrals go here, shown where people may be victims: the front "
        "door for adults and for children, with telephone numbers.",
        harmless=True,
    )
    reply_days: int = declare_setting(
        14, "Days that a letter gives for an answer.", least=1, most=365, harmless=True
    )

    buyer_kind: BuyerKind | Literal[""] = declare_setting(
        "",
        "Who buys here, which says whether health care services are under rules of their own "
        "and which threshold counts. Unset: not known, unless a contract says so.",
    )
    buyer_nation: Nation | Literal[""] = declare_setting(
        "", "The nation of who buys here. Unset: not known, unless a contract says so."
    )
    contract_regime: RegimeCode | Literal[""] = declare_setting(
        "",
        "The law to expect of a contract of which nothing else is known. It stays likely until "
        "a person confirms it.",
    )

    identities: Mapping[str, str] = declare_setting(
        {},
        "Table: the person behind each login, where one person has several, or one that is "
        "hard to read. Two logins of one person never count as two people. Read from the "
        "home's own file only.",
        check=_check_identities,
        home_only=True,
    )
    console_sign_in: Literal["one-pc", "oidc", "proxy"] = declare_setting(
        "one-pc",
        "How people sign in to the console: `one-pc` on this computer alone, `oidc` at an "
        "OpenID Connect service such as Entra ID, `proxy` at a reverse proxy that names them. "
        "Read from the home's own file only.",
        home_only=True,
    )
    console_address: str = declare_setting(
        "",
        "The https address at which browsers reach the console of a server. It answers under "
        "no other name.",
        check=_check_console_address,
        harmless=True,
    )
    console_listen: str = declare_setting(
        "127.0.0.1:8510",
        "Address and port at which the console of a server waits for its reverse proxy. "
        "On one PC it is not used, and must be on this computer.",
        harmless=True,
    )
    oidc_issuer: str = declare_setting(
        "",
        "Issuer of the OpenID Connect service: https, exactly as the service writes it. Of "
        "Entra ID, the one of your tenant. Read from the home's own file only.",
        home_only=True,
    )
    oidc_client_id: str = declare_setting("", "Client ID of the console there.", harmless=True)
    oidc_client_secret: str = declare_setting(
        "",
        "Client secret there, where the service gives one. Secret, never shown: best kept in "
        "a file of its own.",
        secret=True,
        harmless=True,
        sent_to=("oidc_issuer", "oidc_client_id"),
    )
    oidc_client_secret_file: Path | None = declare_secret_file("secret", harmless=True)
    oidc_role_claim: str = declare_setting(
        "roles",
        "Claim of the ID token that holds somebody's roles. Read from the home's own file only.",
        home_only=True,
    )
    oidc_roles: Mapping[str, Role] = declare_setting(
        {},
        "Table: which of the roles each value of that claim stands for. Empty: the "
        "values are the names of the roles. Read from the home's own file only.",
        home_only=True,
    )
    proxy_header: str = declare_setting(
        "",
        "Header in which the reverse proxy names who signed in. Read from the home's own file "
        "only.",
        check=_check_header,
        home_only=True,
    )
    proxy_trusted: tuple[str, ...] = declare_setting(
        (),
        "List: addresses or networks of the reverse proxy, whose headers are believed. Read "
        "from the home's own file only.",
        check=_check_networks,
        home_only=True,
    )
    proxy_secret: str = declare_setting(
        "",
        "Secret that the reverse proxy sends in the header X-Duediligence-Proxy-Secret, 32 "
        "characters or more. Secret, never shown: best kept in a file of its own.",
        secret=True,
        harmless=True,
    )
    proxy_secret_file: Path | None = declare_secret_file("secret", harmless=True)
    reconcile_origins: tuple[str, ...] = declare_setting(
        ("http://127.0.0.1:3333",),
        "List: origins whose pages may read the Reconciliation API, such as OpenRefine's. Each "
        "is a scheme, a host and a port.",
        check=_check_origins,
        harmless=True,
    )

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in ABOUT if name not in SECRET)
        return f"Settings({', '.join(shown)})"

    @property
    def buyer_facts(self) -> BuyerFacts:
        """Return what the settings say of who buys here."""
        return BuyerFacts(
            kind=self.buyer_kind, nation=self.buyer_nation, regime=self.contract_regime
        )

    @property
    def local_registers_folder(self) -> Path:
        """Return the folder of the TOML files that describe the council's own registers."""
        return self.local_registers or self.home / "local-registers"

    def address_of_key(self, name: str) -> str:
        """Return the address set as `name`, to which a key is sent: of its service or the sandbox.

        Raises UsageError for another host that is not in `key_hosts`.
        """
        about = ABOUT[name]
        address: str = getattr(self, name)
        own = urlsplit(DEFAULTS[name]).hostname or ""
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:
            host = ""
        usual = own == (host.replace(about.sandbox, "", 1) if about.sandbox else host)
        if not usual and host not in self.key_hosts:
            raise UsageError(
                f"{name}: the key may not be sent to {host or 'that address'}, "
                f"which is not the host of {about.key_of}",
                hint=Hint(
                    f"If that host is yours, add this line to {self.home / FILENAME}: "
                    f'key_hosts = ["{host}"]. To see where the address is set: ',
                    Step("show-settings"),
                ),
            )
        return address

    def key_of_companies_house(self) -> str:
        """Return the key, given or read from its file; empty where there is none.

        Raises UsageError, which never shows the key.
        """
        key = self.secret("companies_house_key")
        if ":" in key:
            file = self.companies_house_key_file
            where = "" if self.companies_house_key else f"{file or 'the system keyring'}: "
            raise UsageError(
                f"{where}companies_house_key does not hold a key of Companies House",
                hint="It is one line of letters, digits and hyphens: copy it again.",
            )
        return key

    def secret(self, name: str) -> str:
        """Return the secret set as `name`, or read from its `…_file`, or kept in the system's
        keyring.

        Empty where there is none. Raises UsageError, which never shows the secret; Invalid for one
        that was given for another host, port, user or kind of encryption than a form has set.
        """
        secret, where = getattr(self, name), name
        entry, other = self.keyring_entry(name), self.describe_other_address(name)
        path: Path | None = getattr(self, f"{name}_file")
        if not secret and path is not None:
            where = f"{path} ({name}_file)"
            try:
                secret = regular(path).read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"{where}: the secret cannot be read from this file",
                    hint=f"Check {name}_file: a text file that holds the secret alone.",
                ) from error
        secret = str(secret).strip()
        if entry != name and (other or not secret) and (kept := read_keyring_secret(entry).secret):
            secret, where, other = kept, f"the system keyring ({name})", ""
        if not secret:
            secret, where = read_keyring_secret(name).secret, f"the system keyring ({name})"
        if not (secret.isascii() and secret.isprintable() and len(secret) <= 200):
            raise UsageError(
                f"{where}: does not hold a usable secret",
                hint="It is one line of letters, digits and signs: copy it again.",
            )
        if secret and other:
            raise Invalid(
                other,
                field=name,
                hint="Type the secret again where it is kept by form, or ask your IT team: to let "
                f"it go there, delete the table before_forms in {self.home / FILENAME}.",
            )
        return secret

    def keyring_entry(self, name: str) -> str:
        """Return the name under which a form keeps a secret in the keyring: one for each host,
        port, user and kind of encryption.
        """
        to = [str(getattr(self, one) or "") for one in ABOUT[name].sent_to]
        return f"{name} {sha256(repr(to).encode()).hexdigest()[:16]}" if to else name

    def describe_other_address(self, name: str) -> str:
        """Return what a form has changed since a secret was given, and for what it was given; empty
        where it is sent to what it was given for.
        """
        before = self.before_forms
        other = [
            one if one in SECRET | PERSONAL else f"{one} {before[one] or 'that is not set'}"
            for one in ABOUT[name].sent_to
            if one in before and before[one] != str(getattr(self, one) or "")
        ]
        given = f"{name} was given for another {', '.join(other)}"
        return f"{given}: a form has changed that, and it is not used" if other else ""


# What each setting is, by its name, in order.
ABOUT: Final[Mapping[str, About]] = {f.name: f.metadata["about"] for f in fields(Settings)}
_KINDS: Final[Mapping[str, Any]] = {f.name: f.type for f in fields(Settings)}
DEFAULTS: Final[Mapping[str, Any]] = {
    f.name: f.default for f in fields(Settings) if f.default is not MISSING
}
"""The defaults that are one value, by name."""
# Their values are never shown.
SECRET: Final = frozenset(name for name, about in ABOUT.items() if about.secret)
# Those that may be kept in a file of their own, or in the system's keyring, under their name.
KEPT_IN_KEYRING: Final = tuple(name for name in ABOUT if f"{name}_file" in ABOUT)
HOME_ONLY: Final = frozenset(name for name, about in ABOUT.items() if about.home_only)
# Names of people and their mailboxes.
PERSONAL: Final = frozenset(name for name, about in ABOUT.items() if about.personal)
# These stand in the file alone: a variable or a flag holds one value.
TABLES: Final = frozenset(name for name, kind in _KINDS.items() if get_origin(kind) is Mapping)
# Their values count from the folder of their file.
PATHS: Final = frozenset(name for name, kind in _KINDS.items() if kind in (Path, Path | None))


# A value and where it came from, by the name of its setting.
_Layer = dict[str, tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """Settings, where each value came from, and the files that were read, strongest last."""

    settings: Settings
    origins: Mapping[str, str]
    files: tuple[Path, ...] = ()

    def find_other_place(self, name: str) -> str:
        """Return the variable, option or file that counts before the home's own file for a setting;
        empty where that file decides.
        """
        origin = self.origins.get(name, "default")
        home = self.settings.home.absolute()
        others = {str(path) for path in self.files if path.parent != home}
        return origin if origin.startswith((PREFIX, "--")) or origin in others else ""


def derive_variable_name(name: str) -> str:
    """Return the environment variable of a setting; empty for one that has none, such as a
    table.
    """
    return "" if name in TABLES | HOME_ONLY else PREFIX + name.upper()


def load_settings(
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    config: Path | None = None,
    user_folder: Path | None = None,
    default_home: Path,
) -> EffectiveSettings:
    """Resolve every setting. `flags` holds those given on the command line (None: not given).

    `duediligence.toml` is read from the home and then from `user_folder`, then `config` or the
    file that DUEDILIGENCE_CONFIG names. A later file overrides an earlier one setting by setting;
    a table is taken whole. Paths in a file count from its folder. Raises UsageError naming the
    file or variable for an unknown key, a value of the wrong kind, or a named file that is not
    there, or is a pipe or a device.
    """
    named, origin = config, "--config"
    if named is None and CONFIG in environment:
        named, origin = Path(environment[CONFIG]), CONFIG
    files: dict[Path, _Layer] = {}
    for path in (user_folder / FILENAME if user_folder else None, named):
        if path and path is named and not path.is_file():
            raise UsageError(f"{origin}: {str(path)!r} is not a file", hint="Check its name.")
        layer = _from_file(path) if path else None
        if path and layer is not None:
            # One file that is named twice counts where it is strongest.
            files = {other: one for other, one in files.items() if not other.samefile(path)}
            files[path.absolute()] = layer
    given = _from_environment(environment) | _from_flags(flags)

    home: Path = default_home
    for layer in (*files.values(), given):
        home, _ = layer.get("home", (home, ""))
    own = home.absolute() / FILENAME
    layer = _from_file(own)
    if layer is not None and not any(own.samefile(other) for other in files):
        if "home" in layer:
            raise UsageError(
                f"{own}: home cannot be set in the home's own file",
                hint=Hint(
                    "Delete that line. Set home with ",
                    OptionRemark("--home, "),
                    "DUEDILIGENCE_HOME or the duediligence.toml of your configuration folder.",
                ),
            )
        files = {own: layer, **files}

    for path, layer in files.items():
        for name in HOME_ONLY & layer.keys():
            if path != own and not (own.exists() and path.samefile(own)):
                raise UsageError(
                    f"{path}: {name} is read from the home's own file only",
                    hint=f"Move the line to {own}.",
                )

    found: _Layer = {"home": (default_home, "default")}
    for layer in (*files.values(), given):
        found |= layer
    for value, _ in found.values():
        if isinstance(value, Path):
            regular(value)
    origins = dict.fromkeys(ABOUT, "default")
    origins |= {name: origin for name, (_, origin) in found.items()}
    values = {name: value for name, (value, _) in found.items()}
    # What is set elsewhere by now no form has changed.
    values["before_forms"] = {
        name: value
        for name, value in values.get("before_forms", {}).items()
        if origins.get(name) in ("default", str(own))
    }
    return EffectiveSettings(Settings(**values), origins, tuple(files))


def reread_own_file(known: EffectiveSettings) -> EffectiveSettings:
    """Return the settings with what the home's own file holds now. Raises UsageError."""
    own = known.settings.home.absolute() / FILENAME
    layer = _from_file(own) or {}
    fresh, origins = {}, dict(known.origins)
    for name in ABOUT.keys() - {"home"}:
        if known.find_other_place(name):
            continue
        if name in layer:
            fresh[name], origins[name] = layer[name]
        elif known.origins.get(name) == str(own):
            fresh[name], origins[name] = getattr(Settings(home=own.parent), name), "default"
    files = known.files if own in known.files or not layer else (own, *known.files)
    return EffectiveSettings(replace(known.settings, **fresh), origins, files)


def read_document(path: Path) -> dict[str, Any] | None:
    """Return the TOML of a file as it is written; None where there is no such file. Raises
    UsageError.
    """
    try:
        with regular(path).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise UsageError(f"{path}: cannot be read: it is over {LARGEST_FILE // 1_000_000} MB")
        return tomllib.loads(content.decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: cannot be read: {why}", hint="Correct the file, or delete it."
        ) from error


def _from_file(path: Path) -> _Layer | None:
    path = path.absolute()
    document = read_document(path)
    if document is None:
        return None
    layer: _Layer = {}
    for name, value in document.items():
        if name not in ABOUT:
            raise UsageError(
                f"{path}: unknown setting {name!r}",
                hint="Valid settings: " + ", ".join(ABOUT) + ".",
            )
        found = convert_setting(name, value, str(path))
        layer[name] = (path.parent / found if isinstance(found, Path) else found, str(path))
    return layer


def _from_environment(environment: Mapping[str, str]) -> _Layer:
    return {
        name: (convert_setting(name, environment[named], named, strict=False), named)
        for name in ABOUT
        if (named := derive_variable_name(name)) in environment
    }


def _from_flags(flags: Mapping[str, Any]) -> _Layer:
    layer: _Layer = {}
    for name, value in flags.items():
        if value is not None:
            flag = "--" + name.replace("_", "-")
            layer[name] = (convert_setting(name, value, flag, strict=False), flag)
    return layer


def convert_setting(name: str, value: Any, origin: str, *, strict: bool = True) -> Any:
    """Return the value as the setting's own kind. `strict`: it is no text that stands for another
    kind.

    Raises UsageError naming `origin`, the file, variable or flag, for one that cannot be.
    """
    if isinstance(value, Path):
        return value
    if not strict and get_origin(_KINDS[name]) is tuple and isinstance(value, str):
        # In a variable a list has commas between its parts.
        value = [part.strip() for part in value.split(",") if part.strip()]
    if name in PATHS and value == "":
        # It would be the working folder.
        raise UsageError(f"{origin}: {name} cannot be empty", hint="Name a path, or leave it out.")
    try:
        found = convert_to(_KINDS[name], value, strict=strict, dec_hook=lambda t, v: t(v))
    except msgspec.ValidationError as error:
        shown = "what it is" if name in SECRET else repr(value)
        raise UsageError(f"{origin}: {name} cannot be {shown}: {error}") from error
    about = ABOUT[name]
    if found is not None and (wanted := _describe_allowed_range(about, found)):
        raise UsageError(f"{origin}: {name} must be {wanted}, not {found:g}")
    if about.check:
        about.check(found, origin)
    return found


def _describe_allowed_range(about: About, number: float) -> str:
    """Return what a number must be, where it is not; empty where it is."""
    least, above, most = about.least, about.above, about.most
    too_low = (least is not None and number < least) or (above is not None and number <= above)
    if not too_low and (most is None or number <= most):
        return ""
    if above is not None:
        return f"above {above:g} and at most {most:g}"
    return f"{least} or more" if most is None else f"{least} to {most:g}"
