"""From which address a request comes, where a reverse proxy stands in between."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request


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
