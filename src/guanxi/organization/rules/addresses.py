"""From which address a request comes when proxies stand in front."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The first address that is not a trusted proxy's, counted from ``peer``, who called, back through
    ``forwarded`` (X-Forwarded-For).

    Each proxy appends the address that called it, so only what trusted ones wrote is read: what stands before it
    anybody may have sent.
    """
    address, hops = _parsed(peer), forwarded.split(",")
    if address is None or not _is_one_of(address, trusted):
        return peer
    while hops and _is_one_of(address, trusted):
        hop = _parsed(hops.pop())
        if hop is None:
            break
        address = hop
    return str(address)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    # A socket open for both kinds tells an IPv4 address as ::ffff:192.0.2.7.
    return getattr(address, "ipv4_mapped", None) or address


def _is_one_of(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
