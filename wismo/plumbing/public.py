"""Connections to public addresses alone, each name looked up once and then used."""

import ipaddress
import socket
from collections.abc import Iterable

import httpcore
from django.conf import settings

from wismo.plumbing import deadline

_CARRIER_GRADE = ipaddress.ip_network("100.64.0.0/10")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NoAnswer(Exception):
    """There is no answer to go by; the message says why, and names no secret."""

    asked = True  # whether the other side may have the request


class NeverAsked(NoAnswer):
    """Nothing reached the other side."""

    asked = False


class PublicOnly(httpcore.SyncBackend):
    """Connects to the very address it has looked at: a name asked twice could answer differently."""

    def __init__(self, *, exempt: str) -> None:
        self.exempt = exempt  # our own proxy may well stand inside

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that answers."""
        refused: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in [host] if host == self.exempt else _public_addresses(host, port):
            try:
                left = deadline.left(timeout, httpcore.ConnectTimeout)
                return deadline.Timed(super().connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused or httpcore.ConnectError("it has no address")


def _public_addresses(host: str, port: int) -> list[str]:
    """The host's addresses; NoAnswer where one is not public, unless the settings let us go inside."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise httpcore.ConnectError("its name is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not settings.PRIVATE_PEERS and not all(is_public(address) for address in addresses):
        raise NeverAsked(f"{host} is an address inside this network, which is never asked")
    return addresses


def refuse_inside(host: str, port: int) -> None:
    """Where a proxy looks names up, at least those that we know to be inside are not asked for."""
    try:
        _public_addresses(host, port)
    except httpcore.ConnectError:
        return  # a name that only the proxy knows


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet, also when it is wrapped in another."""
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if (
            ip.is_reserved or ip.is_site_local
        ):  # other ways to write an IPv4 address, and what was private once
            return False
    return ip.is_global and not ip.is_multicast and ip not in _CARRIER_GRADE
