"""Who asks, and what they may not ask with."""

import ipaddress

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest

from wismo.vocabulary.text import can_keep

NETWORK = 64  # bits of an IPv6 address that name a line; one customer chooses the rest anew at will


def address_of(request: HttpRequest) -> str:
    """The client's address, of IPv6 its network: what tries are counted by.

    Behind our own proxy it is the last one forwarded; others can be made up.
    """
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.BEHIND_PROXY else ""
    told = forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(told)
    except ValueError:  # a socket's path, or a proxy's own notation
        return told
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), NETWORK), strict=False))


def refuse_unkept(request: HttpRequest) -> None:
    """BadRequest where a field holds text no database keeps: a NUL, or half of a surrogate pair."""
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            if not all(map(can_keep, (name, *values))):
                raise BadRequest("a field holds a NUL or a lone surrogate")
