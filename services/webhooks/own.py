"""Recognising one's own API as a target: a webhook to it would make one installation talk to itself."""

import socket
from dataclasses import dataclass
from typing import Self

from services.infra.urls import web_origin
from services.webhooks.addresses import Address


@dataclass(frozen=True, slots=True)
class Own:
    """`port` is where the API listens on this machine, 0 if that is not known; `public` how others reach it.

    `public` is the host, in lower case, and the port of the installation's public URL.
    """

    port: int = 0
    public: tuple[str, int] | None = None

    @classmethod
    def of(cls, port: int, public_url: str | None) -> Self:
        """From the settings; ValueError for a public URL that is none."""
        return cls(port, None if public_url is None else web_origin(public_url))

    def is_named(self, host: str, port: int) -> bool:
        """Whether a URL with this host and port is the installation's own public one."""
        return (host, port) == self.public

    def is_reached(self, address: Address, port: int) -> bool:
        """Whether a connection to `address` would end at the API of this very machine."""
        return self.is_named(str(address), port) or (port == self.port != 0 and is_local(address))


NOWHERE = Own()


def is_local(address: Address) -> bool:
    """Whether the address is one of this machine's own: a loopback one, or one that can be bound to."""
    if address.is_loopback:
        return True
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True
