"""How people sign in: one file a way. All begin a session (`sessions.py`), kept in a cookie."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from duediligence.web.people import Viewer


class SignIn(Protocol):
    """One way to sign in.

    `secure` says that browsers come by https alone, `hosts` under which names (with the port,
    where it is not that of https). `idle` is after how long without a request one signs in again.
    `alone` says that one person works there alone, who may do everything unless `users` names
    people; else whoever has no role is refused.
    """

    @property
    def alone(self) -> bool: ...

    @property
    def idle(self) -> timedelta: ...

    @property
    def hosts(self) -> frozenset[str]: ...

    @property
    def secure(self) -> bool: ...

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Return the pages by which somebody signs in; open to everybody."""

    def viewer(self, request: Request, session: Viewer | None) -> Viewer | None:
        """Return who asks: `session` is who signed in before; None where nobody did."""

    def ask(self, request: Request) -> Response:
        """Return what somebody gets who must sign in first. The address asked for may be taken
        along.
        """

    def signed_out(self, request: Request) -> Response:
        """Return what somebody gets who signed out."""


def find_peer_address(request: Request) -> str:
    """Return the address of the machine that connected to us; empty where it has none."""
    return request.client.host if request.client else ""


def is_trusted(address: str, networks: Sequence[str]) -> bool:
    """Return whether an address is in one of the networks. What is no address is in none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in ip_network(network) for network in networks)


def client_address(request: Request, proxies: Sequence[str]) -> str:
    """Return the address of the browser: the last in X-Forwarded-For that is no proxy of ours.

    What stands further left was written by whoever sent the request. From another peer than our
    proxies the header counts for nothing.
    """
    address = find_peer_address(request)
    named = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    while named and is_trusted(address, proxies):
        before = named.pop().strip()
        if not before:
            break
        address = before
    return address[:64]
