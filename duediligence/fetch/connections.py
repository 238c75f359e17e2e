"""Connections that end at the deadline of their request, wherever the server keeps them waiting."""

import socket
from typing import TYPE_CHECKING, Any

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

from duediligence.fetch.deadline import current

if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


class _Guarded(_Connection):
    """A connection under the deadline of its request, from its first address to its last byte."""

    def _new_conn(self) -> socket.socket:
        # Each address of the host has the whole time for connecting, but all end at the deadline.
        host, limit = self._dns_host, current()
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
        return [str(address[0]) for *_, address in found]

    def connect(self) -> None:
        super().connect()
        current().guard(self.sock)

    def request(self, *args: Any, **options: Any) -> None:
        current().guard(self.sock)  # where it is one that was kept from the request before
        super().request(*args, **options)


class _GuardedHTTP(_Guarded, HTTPConnection):
    pass


class _GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class GuardedAdapter(HTTPAdapter):
    """Connects by guarded connections, through a proxy, too."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _guard(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **options)
        if isinstance(manager, ProxyManager):  # one for SOCKS brings its own connections
            _guard(manager)
        return manager


def _guard(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
