"""Which addresses are where publishers are: not this machine, nor the network that it is in.

A name may lead anywhere: a publisher's domain may be taken over, and what it leads to may change
between two look-ups. So a name is looked up once, and the connection is made to that address.
"""

import ipaddress

from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

_MAPPED_BY_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


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
