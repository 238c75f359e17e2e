"""Sign-in at an OpenID Connect service: a real one on this machine, and all it may do wrong."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.responses import Response
from starlette.testclient import TestClient

from duediligence.errors import FetchFailed, UsageError
from duediligence.model.audit import ROLES
from duediligence.web.service import Service
from duediligence.web.serving import sign_in_to_server
from duediligence.web.sign_in.id_tokens import keys_of
from duediligence.web.sign_in.oidc import COOKIE, PER_MINUTE, local_path
from duediligence.web.visits import Pages, Visit
from tests.rows import for_each

from ..homes import read_as_another_program
from ..identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    Claims,
    IdentityProvider,
    new_key,
    running,
    signs_in,
)
from .behind_proxy import ADDRESS, FROM_OWN_PAGE, HOST, PROXY, RETURN, Clock, browser, service_for

SESSION = "__Host-duediligence"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with running(RETURN) as provider:
        provider.claims["roles"] = ["reader"]
        yield provider


@pytest.fixture
def clock(provider: IdentityProvider) -> Clock:
    clock = Clock()
    provider.now = lambda: clock.now.timestamp()
    return clock


@pytest.fixture
def make(tmp_path: Path, provider: IdentityProvider, clock: Clock) -> Callable[..., Service]:
    def made(**settings: Any) -> Service:
        return service_for(
            tmp_path / "home",
            clock,
            **{
                "console_sign_in": "oidc",
                "oidc_issuer": provider.issuer,
                "oidc_client_id": CLIENT_ID,
                "oidc_client_secret": CLIENT_SECRET,
                "private_hosts": ("127.0.0.1",),
                "proxy_trusted": (PROXY,),
                **settings,
            },
        )

    return made


@pytest.fixture
def service(make: Callable[..., Service]) -> Service:
    return make()


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with browser(service) as client:
        yield client


def sent_to(client: TestClient, path: str = "/sign-in") -> str:
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def comes_back(client: TestClient, path: str = "/sign-in") -> Any:
    """The answer to a browser that signed in at the service and comes back."""
    return client.get(signs_in(sent_to(client, path)))


def signed_in(client: TestClient, path: str = "/sign-in") -> str:
    """Sign in; returns where the browser is sent then."""
    answer = comes_back(client, path)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def refused(client: TestClient, why: str) -> None:
    """Nobody is signed in, the page says why in plain words, and the next attempt is free."""
    answer = comes_back(client)
    assert answer.status_code in (400, 403, 502), answer.text
    assert why in answer.text
    assert SESSION not in client.cookies
    assert client.get("/").status_code == 303
    for inside in ("Traceback", CLIENT_SECRET):
        assert inside not in answer.text


# The flow


def test_from_a_page_to_the_service_and_back_to_that_page(
    client: TestClient, service: Service, provider: IdentityProvider
) -> None:
    provider.claims |= {"name": "Ada Ferrow", "roles": ["approver"]}
    begin = sent_to(client, "/?list=un&state=open")
    assert begin.startswith("/sign-in?")
    there = sent_to(client, begin)
    query = parse_qs(urlsplit(there).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [RETURN]
    assert query["state"] != query["nonce"]
    answer = client.get(signs_in(there))
    assert (answer.status_code, answer.headers["location"]) == (303, "/?list=un&state=open")
    page = client.get("/")
    assert page.status_code == 200
    assert "Ada Ferrow" in page.text
    assert "approver" in page.text
    session = set_cookie(answer, SESSION)
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert part in session
    assert "Domain" not in session
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    with service.console() as store:
        kept = b"".join(read_as_another_program(store.path.parent).values())
    for secret in (client.cookies[SESSION], query["state"][0], query["nonce"][0]):
        assert secret.encode() not in kept


def set_cookie(answer: Any, name: str) -> str:
    (found,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    return str(found)


def test_the_secret_can_be_posted_or_in_the_header(
    make: Callable[..., Service], provider: IdentityProvider
) -> None:
    for method in ("client_secret_post", "client_secret_basic"):
        provider.metadata = {"token_endpoint_auth_methods_supported": [method]}
        with browser(make()) as client:
            assert signed_in(client) == "/"


def test_who_it_is_are_issuer_and_subject_and_never_the_mail_address(
    client: TestClient, service: Service, provider: IdentityProvider
) -> None:
    provider.claims = {
        "sub": "s-1",
        "oid": "of-somebody-else",
        "email": "ada@example.org",
        "preferred_username": "ada@example.org",
        "roles": ["reader"],
    }
    signed_in(client)
    assert account(client, service) == f"{provider.issuer}|s-1"
    assert "ada@example.org" in client.get("/").text, "it is only shown"


def test_at_entra_it_is_the_object_id(
    make: Callable[..., Service], provider: IdentityProvider
) -> None:
    """Its issuer ends in the tenant, and the token names the tenant, too."""
    from duediligence.web.sign_in.id_tokens import login_of

    issuer = "https://login.microsoftonline.com/t-1/v2.0"
    claims = {"iss": issuer, "sub": "s-1", "oid": "o-1"}
    assert login_of({**claims, "tid": "t-1"}) == f"{issuer}|o-1"
    assert login_of({**claims, "tid": "t-2"}) == f"{issuer}|s-1"
    assert login_of(claims) == f"{issuer}|s-1"


def role_shown(client: TestClient) -> str:
    """The role beside the name at the foot of a page; empty where there is none."""
    found = re.search(
        r"Signed in as .*</strong>(?:, ([\w ]+))?</p>", client.get("/", follow_redirects=True).text
    )
    assert found
    return found[1] or ""


def account(client: TestClient, service: Service) -> str:
    with service.console() as store:
        session = store.session(client.cookies[SESSION])
    assert session
    return session.account


def test_two_logins_of_one_person_are_that_person(
    make: Callable[..., Service], provider: IdentityProvider
) -> None:
    service = make(identities={f"{provider.issuer}|ada-1": "ada", "x": "ada"})
    with browser(service) as client:
        signed_in(client)
        assert account(client, service) == "ada"


@pytest.mark.parametrize("role", ROLES)
def test_an_app_role_is_ours(client: TestClient, provider: IdentityProvider, role: str) -> None:
    provider.claims["roles"] = ["Something.Else", role]
    signed_in(client)
    assert role_shown(client) == role


@pytest.mark.parametrize("roles", [None, [], ["boss"], "boss", 7, ["Administrator"], [["officer"]]])
def test_whoever_has_no_role_of_ours_may_do_nothing(
    service: Service, client: TestClient, provider: IdentityProvider, roles: object
) -> None:
    provider.claims["roles"] = roles
    if roles is None:
        del provider.claims["roles"]
    provider.claims["groups"] = ["administrator"]
    signed_in(client)
    assert role_shown(client) == "no role"
    from duediligence.errors import Forbidden
    from duediligence.screening.access import permit
    from duediligence.web.sessions import viewer_of

    with service.console() as store:
        session = store.session(client.cookies[SESSION])
    assert session
    with service.workspace(viewer_of(session)) as ws:
        for action in ("read", "decide"):
            with pytest.raises(Forbidden):
                permit(ws, action)


def test_roles_of_other_names_and_another_claim(
    make: Callable[..., Service], provider: IdentityProvider
) -> None:
    service = make(oidc_role_claim="dd", oidc_roles={"DD.Approve": "approver"})
    for given, shown in ((["DD.Approve"], "approver"), (["approver"], "no role")):
        provider.claims = {"sub": "s", "dd": given, "roles": ["administrator"]}
        with browser(service) as client:
            signed_in(client)
            assert role_shown(client) == shown


def test_signing_out_ends_the_session_here_and_goes_on_to_the_service(
    client: TestClient, provider: IdentityProvider
) -> None:
    signed_in(client)
    stolen = client.cookies[SESSION]
    answer = client.post("/sign-out")
    assert answer.status_code == 200, "no redirect: form-action allows none to another site"
    assert answer.headers["refresh"].startswith(f"0; url={provider.issuer}/logout?")
    assert parse_qs(urlsplit(answer.headers["refresh"]).query)["post_logout_redirect_uri"] == [
        f"{ADDRESS}/signed-out"
    ]
    assert client.get("/").status_code == 303
    client.cookies.set(SESSION, stolen, domain=HOST)
    assert client.get("/").status_code == 303
    assert "Sign in again" in client.get("/signed-out").text


def test_a_service_without_sign_out_is_not_gone_to(
    client: TestClient, provider: IdentityProvider
) -> None:
    provider.metadata = {"end_session_endpoint": ""}
    signed_in(client)
    answer = client.post("/sign-out")
    assert answer.status_code == 200
    assert "refresh" not in answer.headers


# Tokens that are not to be believed


def unsigned(claims: Claims) -> str:
    parts = ({"alg": "none", "kid": "one"}, claims)
    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts
    ]
    return ".".join([*encoded, ""])


def test_alg_none(client: TestClient, provider: IdentityProvider) -> None:
    provider.sign = unsigned
    refused(client, "not signed in a way that can be relied on")


@pytest.mark.filterwarnings("ignore:.*:joserfc.errors.SecurityWarning")
def test_hs256_with_the_public_key(client: TestClient, provider: IdentityProvider) -> None:
    public = provider.keys[0].as_pem(private=False)
    key = OctKey.import_key(base64.urlsafe_b64encode(public).decode())
    provider.sign = lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "one"}, claims, key, algorithms=["HS256"]
    )
    refused(client, "not signed in a way that can be relied on")


def test_a_key_of_somebody_else_under_the_known_id(
    client: TestClient, provider: IdentityProvider
) -> None:
    forger = new_key("one")
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, forger)
    refused(client, "not signed by the sign-in service")


@pytest.mark.parametrize("where", ["jwk", "jku"])
def test_a_key_that_comes_with_the_token(
    client: TestClient, provider: IdentityProvider, where: str
) -> None:
    forger = new_key("two")
    found: object = forger.as_dict(private=False)
    if where == "jku":
        found = f"{provider.issuer}/forged"
        provider.answers["/forged"] = (200, {}, json.dumps({"keys": [found]}).encode())
    header = {"alg": "RS256", "kid": "two", where: found}
    provider.sign = lambda claims: jwt.encode(header, claims, forger)
    refused(client, "signed with a key that the service does not" if where == "jku" else "")
    assert "/forged" not in provider.asked


def test_an_altered_token(client: TestClient, provider: IdentityProvider) -> None:
    def altered(claims: Claims) -> str:
        head, _, signature = provider.signed(claims).split(".")
        body = json.dumps({**claims, "sub": "somebody-else"}).encode()
        return f"{head}.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.{signature}"

    provider.sign = altered
    refused(client, "not signed by the sign-in service")


@for_each("token", ["", "x", "a.b", "a.b.c", "ü.ü.ü", "." * 9, "e30.e30.e30"])
def test_what_is_no_token(client: TestClient, provider: IdentityProvider, token: str) -> None:
    provider.sign = lambda _: token
    refused(client, "You were not signed in")


@for_each("answer", [{}, {"id_token": 7}, {"error": "invalid_grant"}])
def test_an_answer_without_a_token(
    client: TestClient, provider: IdentityProvider, answer: object
) -> None:
    provider.answers["/token"] = (200, {}, json.dumps(answer).encode())
    refused(client, "You were not signed in")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"aud": "another-client"}, "for another client"),
        ({"aud": []}, "for another client"),
        ({"aud": None}, "for another client"),
        ({"aud": [CLIENT_ID, "another"]}, "for another client"),
        ({"aud": [CLIENT_ID, "another"], "azp": "another"}, "for another client"),
        ({"azp": "another"}, "for another client"),
        ({"iss": "https://sign-in.example.org/other-tenant"}, "of another tenant"),
        ({"iss": None}, "of another tenant"),
        ({"nonce": "of another sign-in"}, "answers another sign-in"),
        ({"nonce": None}, "answers another sign-in"),
        ({"sub": None}, "who it is about"),
        ({"sub": ""}, "who it is about"),
        ({"sub": "a\nb"}, "who it is about"),
        ({"sub": "x" * 256}, "who it is about"),
        ({"exp": None}, "no usable time"),
        ({"exp": "tomorrow"}, "no usable time"),
        ({"iat": None}, "no usable time"),
        ({"exp": True}, "no usable time"),
    ],
)
def test_a_wrong_claim(
    client: TestClient, provider: IdentityProvider, changed: Claims, why: str
) -> None:
    provider.change = lambda claims: {**claims, **changed}
    refused(client, why)


@for_each("claim", ["aud", "iss", "nonce", "sub", "exp", "iat"])
def test_a_missing_claim(client: TestClient, provider: IdentityProvider, claim: str) -> None:
    provider.change = lambda claims: {k: v for k, v in claims.items() if k != claim}
    refused(client, "You were not signed in")


@pytest.mark.parametrize(
    ("claim", "seconds", "believed"),
    [
        ("exp", -61, False),
        ("exp", -59, True),
        ("nbf", 65, False),
        ("nbf", 55, True),
        ("iat", 65, False),
        ("iat", 55, True),
        ("iat", -605, False),
        ("iat", -590, True),
    ],
)
def test_times_with_a_minute_for_clocks_that_differ(
    client: TestClient, provider: IdentityProvider, claim: str, seconds: int, believed: bool
) -> None:
    provider.change = lambda claims: {**claims, claim: int(provider.now()) + seconds}
    if believed:
        signed_in(client)
    else:
        refused(client, "has expired")


def test_several_audiences_where_the_party_is_us(
    client: TestClient, provider: IdentityProvider
) -> None:
    provider.change = lambda claims: {**claims, "aud": [CLIENT_ID, "api"], "azp": CLIENT_ID}
    signed_in(client)


# Keys


def test_a_key_that_is_new_is_fetched_but_not_again_and_again(
    client: TestClient, provider: IdentityProvider, clock: Clock
) -> None:
    signed_in(client)
    assert provider.asked["/keys"] == 1
    clock.pass_by(seconds=61)
    provider.keys.append(new_key("two"))
    signed_in(client)
    assert provider.asked["/keys"] == 2
    signed_in(client)
    assert provider.asked["/keys"] == 2
    unknown = new_key("three")
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "three"}, claims, unknown)
    client.cookies.clear()
    refused(client, "signed with a key that the service does not have")
    assert provider.asked["/keys"] == 2, "within a minute it is not asked again"


def test_a_token_names_no_key_only_where_there_is_one(
    client: TestClient, provider: IdentityProvider, clock: Clock
) -> None:
    provider.sign = lambda claims: jwt.encode({"alg": "RS256"}, claims, provider.keys[-1])
    signed_in(client)
    provider.keys = [new_key("another")]
    client.cookies.clear()
    refused(client, "not signed by the sign-in service")
    clock.pass_by(seconds=61)
    signed_in(client)
    provider.keys.append(new_key("second"))
    clock.pass_by(seconds=61)
    client.cookies.clear()
    refused(client, "does not say which key it is signed with")


def test_a_key_that_was_withdrawn_is_gone_after_an_hour(
    client: TestClient, provider: IdentityProvider, clock: Clock
) -> None:
    signed_in(client)
    withdrawn, provider.keys = provider.keys[0], [new_key("two")]
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, withdrawn)
    clock.pass_by(hours=1, seconds=1)
    client.cookies.clear()
    refused(client, "signed with a key that the service does not have")


def test_only_keys_that_may_sign_and_are_long_enough() -> None:
    good, small = new_key("good").as_dict(private=False), {"n": "A" * 172, "e": "AQAB"}
    document = {
        "keys": [
            good,
            {**small, "kty": "RSA", "kid": "short"},
            {**good, "kid": "for-encryption", "use": "enc"},
            {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
            {"kty": "RSA", "kid": "broken", "n": "!" * 400, "e": 7},
            {"kty": "EC", "kid": "odd", "crv": "P-0", "x": "", "y": ""},
            {**good, "kid": 7},
            "key",
        ]
    }
    assert list(keys_of(document)) == ["good"]
    assert keys_of({}) == keys_of({"keys": "x"}) == {}


@pytest.mark.parametrize("path", ["/keys", "/token", "/.well-known/openid-configuration"])
@pytest.mark.parametrize(
    ("status", "headers", "body", "why"),
    [
        (200, {}, b'{"keys": ["' + b"x" * 300_000 + b'"]}', "sends more than 262,144 bytes"),
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, b"", "redirected us"),
        (200, {}, b"<html>maintenance</html>", "did not send a JSON object"),
        (200, {}, b"[]", "did not send a JSON object"),
        (500, {}, b"", "answered 500"),
    ],
    ids=["too large", "redirect", "a page", "a list", "a fault"],
)
def test_a_service_that_answers_otherwise(
    client: TestClient,
    provider: IdentityProvider,
    path: str,
    status: int,
    headers: dict[str, str],
    body: bytes,
    why: str,
) -> None:
    begun = None if "well-known" in path else sent_to(client)
    provider.answers[path] = (status, headers, body)
    answer = client.get(signs_in(begun) if begun else "/sign-in")
    assert answer.status_code == 502
    assert why in answer.text
    assert SESSION not in client.cookies


def test_a_page_that_describes_another_issuer(
    client: TestClient, provider: IdentityProvider
) -> None:
    """As that of `common` at Entra ID does, which vouches for every tenant in the world."""
    provider.metadata = {"issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"}
    answer = client.get("/sign-in")
    assert answer.status_code == 502
    assert "is the page of another issuer" in answer.text


@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"]
)
@pytest.mark.parametrize(
    "address", ["http://sign-in.example.org/x", "javascript:alert(1)", "//x", "https://"]
)
def test_an_endpoint_without_https(
    client: TestClient, provider: IdentityProvider, name: str, address: str
) -> None:
    provider.metadata = {name: address}
    answer = client.get("/sign-in")
    assert answer.status_code == 502
    assert "names an address without https" in answer.text


def test_a_private_address_that_nobody_allowed_is_not_asked(
    make: Callable[..., Service], provider: IdentityProvider
) -> None:
    service = make(private_hosts=())
    with browser(service) as client:
        answer = client.get("/sign-in")
    assert answer.status_code == 502
    assert "private_hosts" in answer.text
    assert not provider.asked
    with pytest.raises(FetchFailed):
        service.sign_in.provider.metadata()  # type: ignore[attr-defined]


# The browser's side


def test_a_state_is_of_one_browser_and_of_use_once(
    service: Service, client: TestClient, provider: IdentityProvider
) -> None:
    back = signs_in(sent_to(client))
    with browser(service) as other:
        assert "this browser did not begin" in other.get(back).text
        sent_to(other)
        assert "this browser did not begin" in other.get(back).text
    pre = client.cookies[COOKIE]
    assert client.get(back).status_code == 303
    with browser(service) as replayed:
        replayed.cookies.set(COOKIE, pre, domain=HOST)
        answer = replayed.get(back)
        assert answer.status_code == 403
        assert "was used before" in answer.text


def test_a_code_of_one_sign_in_is_refused_in_another(
    service: Service, client: TestClient, provider: IdentityProvider
) -> None:
    """Somebody who has a stolen code cannot use it: it belongs to the verifier of that browser."""
    stolen = parse_qs(urlsplit(signs_in(sent_to(client))).query)["code"][0]
    with browser(service) as thief:
        own = parse_qs(urlsplit(sent_to(thief)).query)["state"][0]
        answer = thief.get(f"/sign-in/return?{urlencode({'code': stolen, 'state': own})}")
        assert answer.status_code == 502
        assert SESSION not in thief.cookies


def test_whoever_stays_away_too_long_begins_again(client: TestClient, clock: Clock) -> None:
    back = signs_in(sent_to(client))
    clock.pass_by(minutes=10, seconds=1)
    assert "took longer than 10 minutes" in client.get(back).text


@pytest.mark.parametrize("more", [{"iss": "https://other.example.org"}, {"iss": ""}])
def test_the_answer_of_another_service(client: TestClient, more: dict[str, str]) -> None:
    back = signs_in(sent_to(client))
    answer = client.get(f"{back}&{urlencode(more)}")
    assert answer.status_code == 403
    assert "from another service" in answer.text


def test_a_service_that_names_itself_must(client: TestClient, provider: IdentityProvider) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    assert "from another service" in comes_back(client).text
    back = f"{signs_in(sent_to(client))}&{urlencode({'iss': provider.issuer})}"
    assert client.get(back).status_code == 303


@pytest.mark.parametrize(
    ("error", "shown"), [("access_denied", "(access_denied)"), ("<b>x</b>", "refused:"), ("", "")]
)
def test_a_refusal_of_the_service(client: TestClient, error: str, shown: str) -> None:
    state = parse_qs(urlsplit(sent_to(client)).query)["state"][0]
    answer = client.get(f"/sign-in/return?{urlencode({'error': error, 'state': state})}")
    assert answer.status_code == 403
    assert "the sign-in service refused" in answer.text
    assert "<b>x" not in answer.text
    assert shown.rstrip(":") in answer.text


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(
    service: Service, client: TestClient
) -> None:
    signed_in(client)
    planted = client.cookies[SESSION]
    with browser(service) as victim:
        victim.cookies.set(SESSION, planted, domain=HOST)
        signed_in(victim)
        fresh = [one.value for one in victim.cookies.jar if one.name == SESSION]
        assert fresh != [planted]
    assert client.get("/").status_code == 303, "and the planted one is over"


HOSTILE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "evil.example",
    "",
    "/" + "x" * 2_000,
    "/\u2028",
]


@pytest.mark.parametrize("wanted", HOSTILE)
def test_nobody_is_sent_to_another_site(client: TestClient, wanted: str) -> None:
    assert local_path(wanted) == "/"
    assert signed_in(client, f"/sign-in?{urlencode({'next': wanted})}") == "/"


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/%2e%2e", "/\\evil.example"])
def test_a_page_that_is_asked_for_is_no_other_site_either(client: TestClient, path: str) -> None:
    answer = client.get(ADDRESS + path)
    location = answer.headers.get("location", "/")
    assert location.startswith("/")
    assert "evil" not in location


@for_each("wanted", ["/", "/alerts", "/alerts?a=b&c=%2F%2Fd", "/entries/un/x.1"])
def test_a_page_here_is_gone_to(wanted: str) -> None:
    assert local_path(wanted) == wanted


def test_idle_for_half_an_hour_or_signed_in_for_ten_is_over(
    client: TestClient, clock: Clock
) -> None:
    signed_in(client)
    clock.pass_by(minutes=29)
    assert client.get("/").status_code == 200
    clock.pass_by(minutes=31)
    assert client.get("/").status_code == 303
    signed_in(client)
    for _ in range(23):
        clock.pass_by(minutes=25)
        assert client.get("/").status_code == 200
    clock.pass_by(minutes=26)
    assert client.get("/").status_code == 303, "ten hours after signing in, however busy"


def test_a_form_that_comes_too_late_is_not_done(
    service: Service, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, pages = list[str](), Pages()
    monkeypatch.setattr("duediligence.web.app.list_pages", lambda _: [pages])

    @pages.post("/decide")
    def decide(visit: Visit) -> Response:
        done.append(visit.viewer.name)
        return visit.go("/")

    with browser(service) as client:
        signed_in(client)
        assert client.post("/decide", data={"a": "b"}).status_code == 303
        clock.pass_by(minutes=32)
        answer = client.post("/decide", data={"a": "b"})
        assert answer.status_code == 403
        assert "nothing of what you sent was recorded" in answer.text
    assert len(done) == 1


# From elsewhere


def test_a_monitor_needs_no_name(client: TestClient) -> None:
    for headers in ({"Host": "127.0.0.1:8510"}, {"Host": ""}):
        assert client.get("/healthz", headers=headers).status_code == 200
        assert client.post("/healthz", headers=headers).status_code in (403, 405)


def test_another_host_is_not_answered(client: TestClient) -> None:
    for host in ("evil.example", f"{HOST}.evil.example", "127.0.0.1:8510", f"{HOST}:8443", ""):
        assert client.get("/", headers={"Host": host}).status_code == 400
    assert client.get("/", headers={"Host": f"{HOST.upper()}:443"}).status_code == 303
    forwarded = {"Host": "evil.example", "X-Forwarded-Host": HOST}
    assert client.get("/", headers=forwarded).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ADDRESS, "Sec-Fetch-Site": "same-site"},
        {"Origin": ADDRESS.replace("https", "http"), "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_form_of_another_site_does_nothing(client: TestClient, headers: dict[str, str]) -> None:
    signed_in(client)
    assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/").status_code == 200
    assert client.post("/sign-out", headers=FROM_OWN_PAGE).status_code == 200


def test_a_password_that_browsers_add_proves_no_page_of_ours(service: Service) -> None:
    """A proxy may ask for one; then the browser sends it with a form of any other site, too."""
    evil = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    with browser(service, **evil) as client:
        for scheme in ("Basic eDp5", "Negotiate eDp5"):
            answer = client.post("/sign-out", headers={"Authorization": scheme})
            assert answer.status_code == 403


def test_too_many_sign_ins_from_one_address(service: Service, clock: Clock) -> None:
    with browser(service, **{"X-Forwarded-For": "1.1.1.1, 192.0.2.1"}) as client:
        for _ in range(PER_MINUTE):
            assert client.get("/sign-in").status_code == 303
        refusal = client.get("/sign-in")
        assert refusal.status_code == 429
        assert int(refusal.headers["retry-after"]) == 6
        another = {"X-Forwarded-For": "2.2.2.2, 192.0.2.1"}
        assert client.get("/sign-in", headers=another).status_code == 429, "the left is invented"
        elsewhere = {"X-Forwarded-For": "192.0.2.1, 192.0.2.2"}
        assert client.get("/sign-in", headers=elsewhere).status_code == 303
        clock.pass_by(seconds=6)
        assert client.get("/sign-in").status_code == 303
    with browser(service, "192.0.2.7", **{"X-Forwarded-For": "192.0.2.1"}) as direct:
        for _ in range(PER_MINUTE):
            assert direct.get("/sign-in").status_code == 303
        other = {"X-Forwarded-For": "192.0.2.99"}
        assert direct.get("/sign-in", headers=other).status_code == 429, "it is no proxy of ours"


# Settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"oidc_issuer": ""}, "oidc_issuer is not set"),
        ({"oidc_client_id": ""}, "oidc_client_id is not set"),
        ({"oidc_issuer": "http://sign-in.example.org"}, "oidc_issuer cannot be"),
        ({"oidc_issuer": "https://sign-in.example.org?x=y"}, "oidc_issuer cannot be"),
        ({"oidc_issuer": "ftp://sign-in.example.org"}, "oidc_issuer cannot be"),
    ],
)
def test_it_does_not_start_without(
    make: Callable[..., Service], settings: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        make(**settings)


def test_it_does_not_start_without_an_address(service: Service, clock: Clock) -> None:
    from dataclasses import replace

    with pytest.raises(UsageError, match="console_address is not set"):
        sign_in_to_server(replace(service.settings, console_address=""), clock)


def test_the_provider_of_these_tests_is_strict() -> None:
    """It refuses what a real one does, or the tests above would show little."""
    with running(RETURN) as provider:
        asked = {"client_id": CLIENT_ID, "redirect_uri": RETURN, "response_type": "code"}
        answer = requests.get(
            f"{provider.issuer}/authorize", params=asked, allow_redirects=False, timeout=10
        )
        assert answer.status_code == 400
        answer = requests.post(f"{provider.issuer}/token", data={"code": "x"}, timeout=10)
        assert answer.json() == {"error": "invalid_client"}
        assert isinstance(provider.keys[0], RSAKey)
