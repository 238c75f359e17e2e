"""What an ID token must be before anything in it is believed, and who it is about.

OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 for the algorithms.
"""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from duediligence.errors import NotSignedIn
from duediligence.model.audit import ROLES, Role

Key = RSAKey | ECKey

# Asymmetric ones alone: with `none` or HS256 whoever has the public key could sign.
ALGORITHMS: Final = tuple(
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)
)
LEEWAY_SECONDS: Final = 60
# It comes straight from the service; Entra ID dates it back by five minutes.
OLDEST_SECONDS: Final = 600
_LEAST_RSA_BITS = 2048
_MOST_KEYS = 100
# Which counts of several.
_ORDER: Final[tuple[Role, ...]] = (
    "administrator",
    "approver",
    "intelligence",
    "officer",
    "auditor",
    "reader",
)


def keys_of(document: Mapping[str, Any]) -> dict[str, Key]:
    """Return the public keys of a JWKS document that may sign, by their ID; others are left out.

    A service that has a single key need not name it: its ID is empty then.
    """
    found: dict[str, Key] = {}
    listed = document.get("keys")
    for one in listed[:_MOST_KEYS] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        kid = one.get("kid", "")
        if isinstance(kid, str) and (key := _import_public_key(one)):
            found[kid] = key
    return found


def _import_public_key(described: dict[str, Any]) -> Key | None:
    try:
        if described.get("kty") == "RSA" and not _is_short(described):
            return RSAKey.import_key(described)
        if described.get("kty") == "EC":
            return ECKey.import_key(described)
    except (JoseError, ValueError, TypeError, KeyError):
        pass
    return None


def _is_short(key: Mapping[str, Any]) -> bool:
    """Return whether an RSA key has too few bits; its modulus is in base64url, 6 bits a
    character.
    """
    return len(str(key.get("n", "")).rstrip("=")) * 6 < _LEAST_RSA_BITS


def key_id(token: str) -> str:
    """Return which key a token says it is signed with; empty where it names none, as the token of a
    service that has a single key (OpenID Connect Core 1.0, section 10.1). Raises NotSignedIn.
    """
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn("the sign-in service sent an ID token that cannot be read") from error
    if header.get("alg") not in ALGORITHMS:
        raise NotSignedIn("the ID token is not signed in a way that can be relied on")
    kid = header.get("kid", "")
    if not isinstance(kid, str):
        raise NotSignedIn("the ID token does not say which key it is signed with")
    return kid


def claims_of(
    token: str, key: Key, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> Mapping[str, Any]:
    """Return what a token says, once all of it was checked. Raises NotSignedIn."""
    try:
        claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn("the ID token is not signed by the sign-in service") from error
    if claims.get("iss") != issuer:
        raise NotSignedIn("the ID token is from another service, or of another tenant")
    _check_audience(claims, client_id)
    _check_times(claims, now.timestamp())
    if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotSignedIn("the ID token answers another sign-in")
    return claims


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    several = audience if isinstance(audience, list) else [audience]
    if (
        client_id not in several
        or (len(several) > 1 and party is None)
        or (party is not None and party != client_id)
    ):
        raise NotSignedIn("the ID token is for another client")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = _read_claim_time(claims, "exp"), _read_claim_time(claims, "iat")
    begins = _read_claim_time(claims, "nbf") if "nbf" in claims else now
    if (
        expires <= now - LEEWAY_SECONDS
        or begins > now + LEEWAY_SECONDS
        or not now - OLDEST_SECONDS < issued <= now + LEEWAY_SECONDS
    ):
        raise NotSignedIn("the ID token has expired, or the clocks of the two services differ")


def _read_claim_time(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotSignedIn(f"the ID token has no usable time {name!r}")
    return float(value)


def login_of(claims: Mapping[str, Any]) -> str:
    """Return who it is: the issuer and the subject, which are never given to somebody else.

    Never the e-mail address, which is. Entra ID gives each client another `sub`, so there it is
    `oid` (Microsoft's reference of ID token claims); another service's `oid` means nothing.
    """
    issuer = str(claims["iss"])
    subject = claims.get("sub")
    tenant = claims.get("tid")
    if isinstance(tenant, str) and tenant in urlsplit(issuer).path.split("/"):
        subject = claims.get("oid", subject)
    if (
        not isinstance(subject, str)
        or not 0 < len(subject) <= 255
        or not (subject.isascii() and subject.isprintable())
    ):
        raise NotSignedIn("the ID token does not say who it is about")
    return f"{issuer}|{subject}"


def name_of(claims: Mapping[str, Any]) -> str:
    """Return the name to show; empty where there is none. Nothing is decided by it."""
    for claim in ("preferred_username", "name"):
        value = claims.get(claim)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:200]
    return ""


def role_in(claims: Mapping[str, Any], claim: str, roles: Mapping[str, Role]) -> Role | None:
    """Return the role that a claim gives; None where it gives none of ours.

    `roles` is the setting `oidc_roles`. Of several, the first of administrator, approver,
    intelligence, officer, auditor and reader counts.
    """
    value = claims.get(claim)
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    known: Mapping[str, Role] = roles or {role: role for role in ROLES}
    found = {known[one] for one in given if isinstance(one, str) and one in known}
    return next((role for role in _ORDER if role in found), None)
