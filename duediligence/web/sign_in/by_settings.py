"""The way to sign in to a server that the settings name, and where the server listens."""

from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from duediligence.errors import UsageError
from duediligence.fetch.documents import Documents
from duediligence.fetch.http import LOOPBACK
from duediligence.screening.workspace import user_agent
from duediligence.settings import DEFAULTS, Settings
from duediligence.web.sign_in import SignIn

_HTTPS: Final = 443


def sign_in_to_server(settings: Settings, clock: Callable[[], datetime]) -> SignIn:
    """Return the way to sign in that `console_sign_in` names. Raises UsageError, saying what is
    missing.

    `clock` gives the time of sessions and tokens (UTC).
    """
    if not settings.console_address:
        raise UsageError(
            "console_address is not set: it is not known under which name browsers come",
            hint="Set it to the https address of the reverse proxy, such as "
            "https://duediligence.example.gov.uk.",
        )
    hosts = _list_host_names(settings.console_address)
    if settings.console_sign_in == "proxy":
        from duediligence.web.sign_in.proxy import Proxy

        return Proxy(settings, hosts)
    for missing in ("oidc_issuer", "oidc_client_id"):
        if not getattr(settings, missing):
            raise UsageError(
                f"{missing} is not set", hint="It is on the page of the console at the service."
            )
    if find_spec("authlib") is None:
        raise UsageError(
            "sign-in at an OpenID Connect service needs a package that is not installed",
            hint="Install it: pip install 'duediligence[oidc]'",
        )
    from duediligence.web.sign_in.oidc import OIDC
    from duediligence.web.sign_in.provider import Provider

    documents = Documents(
        user_agent(settings),
        private_hosts=settings.private_hosts,
        verify=str(settings.ca_file) if settings.ca_file else True,
    )
    provider = Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.secret("oidc_client_secret"),
        documents,
        clock,
    )
    return OIDC(settings, settings.console_address.rstrip("/"), hosts, provider)


def _list_host_names(address: str) -> frozenset[str]:
    parts = urlsplit(address.lower())
    host, port = parts.hostname or "", parts.port or _HTTPS
    return frozenset({f"{host}:{port}", *([host] if port == _HTTPS else [])})


def listen_at(settings: Settings) -> tuple[str, int]:
    """Return the address and port of `console_listen`. Raises UsageError."""
    try:
        parts = urlsplit(f"//{settings.console_listen}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or not port or parts.netloc != settings.console_listen or parts.path:
        raise UsageError(
            f"console_listen cannot be {settings.console_listen[:80]!r}",
            hint=f"Write an address and a port, such as {DEFAULTS['console_listen']}.",
        )
    return host, port


def refuse_other_than_this_computer(settings: Settings) -> None:
    """Raise UsageError where one person's console would answer to other computers."""
    host, _ = listen_at(settings)
    if host not in LOOPBACK:
        raise UsageError(
            f"console_listen is {settings.console_listen}, but without sign-in the console answers "
            "on this computer only",
            hint="Delete the line, or set console_sign_in to oidc or proxy.",
        )
