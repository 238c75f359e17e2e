"""The OpenID Connect service: what it says of itself, its keys, and a token for a code."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client

from duediligence.errors import FetchFailed, NotSignedIn, UsageError
from duediligence.fetch.documents import Documents
from duediligence.fetch.http import LOOPBACK, shown
from duediligence.typed_data import convert_to
from duediligence.web.sign_in.id_tokens import Key, key_id, keys_of

LASTS: Final = timedelta(hours=1)
# A token with an invented key ID must not have us ask again and again.
KEYS_LAST: Final = timedelta(seconds=60)
SCOPE: Final = "openid profile"


class Metadata(msgspec.Struct, frozen=True):
    """What a service says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


def is_usable(address: str) -> bool:
    """Return whether an address is https, or http on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    https = parts.scheme == "https" and bool(host)
    return https or (parts.scheme == "http" and host in LOOPBACK)


@dataclass
class Provider:
    """Asks one service, and remembers what it said for a while. For several threads.

    `clock` gives the time (UTC). Its methods raise FetchFailed where the service does not answer
    or says what cannot be.
    """

    issuer: str
    client_id: str
    client_secret: str
    documents: Documents
    clock: Callable[[], datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _metadata: tuple[Metadata, datetime] | None = None
    _keys: tuple[dict[str, Key], datetime] | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if not is_usable(self.issuer) or parts.query or parts.fragment or parts.username:
            raise UsageError(
                f"oidc_issuer cannot be {shown(self.issuer)!r}",
                hint="Write the https address that the service names as its issuer.",
            )

    def metadata(self) -> Metadata:
        """Return what the service says of itself; its issuer is the one of the settings."""
        with self._lock:
            now = self.clock()
            if self._metadata is None or now - self._metadata[1] > LASTS:
                self._metadata = self._discovered(), now
            return self._metadata[0]

    def _discovered(self) -> Metadata:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        document = self.documents.get(address)
        try:
            found = convert_to(Metadata, document)
        except msgspec.ValidationError as error:
            raise FetchFailed(f"{address} does not describe a sign-in service: {error}") from None
        if found.issuer != self.issuer:
            raise FetchFailed(
                f"{address} is the page of another issuer",
                hint="Set oidc_issuer exactly as the service writes it. Of Entra ID, use the "
                "issuer of your tenant, not `common` or `organizations`.",
            )
        every = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri]
        if not all(map(is_usable, [*every, found.end_session_endpoint or self.issuer])):
            raise FetchFailed(f"{address} names an address without https")
        return found

    def key(self, kid: str) -> Key:
        """Return the key of that ID; with an empty one, the only key that the service has.

        The service is asked again, though not at once, where the key is not known or may be
        another by now. Raises NotSignedIn where it has no such key, or several without an ID.
        """
        address = self.metadata().jwks_uri
        with self._lock:
            now = self.clock()
            known, since = self._keys or ({}, None)
            lasts = LASTS if kid in known and kid else KEYS_LAST
            if since is None or now - since > lasts:
                self._keys = known, _ = keys_of(self.documents.get(address)), now
        if not kid and len(known) > 1:
            raise NotSignedIn("the ID token does not say which key it is signed with")
        found = known.get(kid) if kid else next(iter(known.values()), None)
        if found is None:
            raise NotSignedIn("the ID token is signed with a key that the service does not have")
        return found

    def address_for(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser goes to sign in (RFC 6749, section 4.1.1; RFC 7636)."""
        address, _ = self._client(redirect_uri).create_authorization_url(
            self.metadata().authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce
        )
        return str(address)

    def id_token(self, code: str, *, redirect_uri: str, verifier: str) -> tuple[str, Key]:
        """Return the ID token for a code, and the key that it says it is signed with.

        Raises NotSignedIn where there is none.
        """
        try:
            answer = self._client(redirect_uri).fetch_token(
                self.metadata().token_endpoint,
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=verifier,
                # Authlib would put the secret into headers that all its clients share.
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
        except (OAuth2Error, ValueError, TypeError) as error:
            raise NotSignedIn("the sign-in service did not accept its own answer") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("the sign-in service did not send an ID token")
        return token, self.key(key_id(token))

    def _client(self, redirect_uri: str) -> Any:
        methods = self.metadata().token_endpoint_auth_methods_supported
        method = "client_secret_post" if "client_secret_post" in methods else "client_secret_basic"
        return OAuth2Client(
            _Posting(self.documents),
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint_auth_method=method if self.client_secret else "none",
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )


@dataclass
class _Posting:
    """What authlib posts with: our own requests, and what it asks of an answer to one."""

    documents: Documents
    status_code: int = 200
    _answer: dict[str, Any] = field(default_factory=dict)

    def post(
        self, address: str, data: dict[str, str], headers: dict[str, str], auth: ClientAuth
    ) -> "_Posting":
        address, headers, body = auth.prepare("POST", address, headers, urlencode(data))
        self._answer = self.documents.post(address, headers, body.encode())
        return self

    def json(self) -> dict[str, Any]:
        return self._answer
