"""Connections that end at the deadline of their request, wherever the server keeps them waiting,
and that reach public addresses only: not this machine, nor the network that it is in.

A name may lead anywhere: a publisher's domain may be taken over, and what it leads to may change
between two look-ups. So a name is looked up once, and the connection is made to that address.
"""

import ipaddress
import socket
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.poolmanager import PoolManager, ProxyManager

from duediligence.fetch.deadline import get_deadline

_MAPPED_BY_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052

if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


class _Guarded(_Connection):
    """A connection under the deadline of its request, from its first address to its last byte.

    Its host may be at a private address if it is among `private_hosts`, or these are None.
    """

    private_hosts: ClassVar[frozenset[str] | None] = None

    def _new_conn(self) -> socket.socket:
        # Each address of the host has the whole time for connecting, but all end at the deadline.
        host, limit = self._dns_host, get_deadline()
        failure: HTTPError | None = None
        try:
            for address in self._addresses():
                self._dns_host = address
                patience = self.timeout if isinstance(self.timeout, int | float) else limit.left
                self.timeout = min(patience, limit.left + 0.001)
                try:
                    found = super()._new_conn()
                except (ConnectTimeoutError, NewConnectionError) as error:
                    failure = error
                    if not limit.left:
                        break
                else:
                    limit.guard(found)
                    return found
        finally:
            self._dns_host = host
        raise failure or NewConnectionError(self, "no address")

    def _addresses(self) -> list[str]:
        try:
            host = self._dns_host.strip("[]")
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except UnicodeError:
            return [self._dns_host]  # no name at all, as urllib3 says when it is used
        addresses = [str(address[0]) for *_, address in found]
        name = self.host.strip("[]").rstrip(".")
        if self.private_hosts is not None and name not in self.private_hosts:
            for address in addresses:
                if not is_public(address):
                    raise PrivateAddress(self, name, address)
        return addresses

    def connect(self) -> None:
        super().connect()
        get_deadline().guard(self.sock)

    def request(self, *args: Any, **options: Any) -> None:
        get_deadline().guard(self.sock)  # where it is one that was kept from the request before
        super().request(*args, **options)


class GuardedAdapter(HTTPAdapter):
    """Connects to public addresses only, but for `private_hosts`; None: to any.

    Behind a proxy it is the proxy that looks names up and connects: no address is checked then.
    """

    def __init__(self, private_hosts: Collection[str] | None) -> None:
        self._pools = _build_guarded_pools(
            None if private_hosts is None else frozenset(private_hosts)
        )
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **options)
        if isinstance(manager, ProxyManager):  # one for SOCKS brings its own connections
            manager.pool_classes_by_scheme = _build_guarded_pools(None)
        return manager


def _build_guarded_pools(hosts: frozenset[str] | None) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(_Guarded, HTTPConnection):
        private_hosts = hosts

    class Secure(_Guarded, HTTPSConnection):
        private_hosts = hosts

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class PrivateAddress(NewConnectionError):
    """A host that nobody allowed there is at an address that is not public."""

    def __init__(self, connection: HTTPConnection, host: str, address: str) -> None:
        super().__init__(connection, f"{host} is at {address}")
        self.host = host
        self.address = address


def is_public(address: str) -> bool:
    """Return whether an IP address is one that anybody on the internet reaches.

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
