"""Connections to where publishers are: not to this machine, nor into the network that it is in.

A name may lead anywhere: a publisher's domain may be taken over, and what it leads to may change
between two look-ups. So the address of the connection itself is looked at, before a byte is sent.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

_MAPPED_BY_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


class PrivateAddress(NewConnectionError):
    """A host that nobody allowed there is at an address that is not public."""

    def __init__(self, connection: HTTPConnection, host: str, address: str) -> None:
        super().__init__(connection, f"{host} is at {address}")
        self.host = host
        self.address = address


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet reaches.

    Not so are loopback, link-local, private and shared ranges (IANA's special-purpose registries,
    as Python knows them), multicast, and an IPv6 address that stands for such an IPv4 address.
    """
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inside = number.ipv4_mapped or number.sixtofour
        if number in _MAPPED_BY_NAT64:
            inside = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
        if number.is_site_local or number.teredo:
            return False
    return number.is_global and not number.is_multicast


class PublicOnly(HTTPAdapter):
    """Connects to public addresses only, but for `private_hosts`, which may be anywhere.

    Behind a proxy it is the proxy that looks names up and connects: nothing is checked here then.
    """

    def __init__(self, private_hosts: Collection[str]) -> None:
        self._pools = _pools(frozenset(private_hosts))
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _pools(allowed: frozenset[str]) -> dict[str, type[HTTPConnectionPool]]:
    def checked(connection: HTTPConnection, opened: socket.socket) -> socket.socket:
        host, address = connection.host.strip("[]").rstrip("."), str(opened.getpeername()[0])
        if host not in allowed and not is_public(address):
            opened.close()
            raise PrivateAddress(connection, host, address)
        return opened

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return checked(self, super()._new_conn())

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return checked(self, super()._new_conn())

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
