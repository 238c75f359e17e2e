"""An OpenID Connect service on this machine: it checks what it is asked as a real one does (RFC
6749, RFC 7636, OpenID Connect Core), signs with real keys, and can be told to misbehave.
"""

import base64
import json
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "duediligence-console", "s3cret~of.the-client"
Claims = dict[str, Any]


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@cache
def _first_key() -> RSAKey:
    return new_key("one")


@dataclass
class IdentityProvider:
    """Who signs in there next is `claims`. `change` alters the claims of a token before it is
    signed, `sign` signs it otherwise, `answers` replaces what is at a path: a status, headers and
    a body. `asked` counts the requests for each path.
    """

    issuer: str = ""
    redirect_uri: str = ""
    claims: Claims = field(default_factory=lambda: {"sub": "ada-1"})
    now: Callable[[], float] = time.time
    keys: list[RSAKey] = field(default_factory=lambda: [_first_key()])
    change: Callable[[Claims], Claims] = field(default=lambda claims: claims)
    sign: Callable[[Claims], str] | None = None
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to. Raises ValueError for a request that is refused."""
        if (query.get("client_id"), query.get("redirect_uri")) != (CLIENT_ID, self.redirect_uri):
            raise ValueError("an unknown client, or an address that is not registered")
        wanted = {"response_type": "code", "code_challenge_method": "S256"}
        if any(query.get(name) != value for name, value in wanted.items()):
            raise ValueError("not a code flow with PKCE")
        if "openid" not in query["scope"].split() or not query["state"] or not query["nonce"]:
            raise ValueError("not a request of OpenID Connect")
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """The tokens for a code. Raises ValueError for a request that is refused."""
        client = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.startswith("Basic "):
            user, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
            client = unquote(user), unquote(password)
        if client != (CLIENT_ID, CLIENT_SECRET):
            raise ValueError("invalid_client")
        asked = self._codes.pop(form.get("code", ""), None)  # a code is of use once
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            raise ValueError("invalid_grant")
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        signed = self.sign or self.signed
        return {
            "access_token": secrets.token_urlsafe(8),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": signed(self.change(claims)),
        }

    def signed(self, claims: Claims) -> str:
        key = self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


class _Handler(BaseHTTPRequestHandler):
    provider: IdentityProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self._is_replaced(parts.path):
            return
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, self.provider.discovery())
        elif parts.path == "/keys":
            public = [key.as_dict(private=False) for key in self.provider.keys]
            self._json(200, {"keys": public})
        elif parts.path == "/authorize":
            try:
                self._send(302, {"Location": self.provider.authorize(query)}, b"")
            except (ValueError, KeyError) as error:
                self._json(400, {"error": str(error)})
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self._is_replaced(urlsplit(self.path).path):
            return
        form = {name: values[-1] for name, values in parse_qs(body).items()}
        try:
            self._json(200, self.provider.token(form, self.headers.get("Authorization", "")))
        except ValueError as error:
            self._json(400, {"error": str(error)})

    def _is_replaced(self, path: str) -> bool:
        self.provider.asked[path] = self.provider.asked.get(path, 0) + 1
        if path not in self.provider.answers:
            return False
        self._send(*self.provider.answers[path])
        return True

    def _json(self, status: int, document: object) -> None:
        self._send(status, {"Content-Type": "application/json"}, json.dumps(document).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running(redirect_uri: str) -> Iterator[IdentityProvider]:
    """A service that answers until the end of the block."""
    provider = IdentityProvider(redirect_uri=redirect_uri)
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


def signs_in(address: str) -> str:
    """Where a browser comes back to that was sent to `address`: it signs in at once there."""
    with requests.get(address, allow_redirects=False, timeout=10) as answer:
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


def serve(port: int, redirect_uri: str, claims: Claims) -> None:
    """Answer on that port until the process is ended; whoever comes signs in as `claims` say."""
    provider = IdentityProvider(f"http://127.0.0.1:{port}", redirect_uri, claims)
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]))
