"""Opening the port before anything else starts, so that a taken one is said at once."""

import ipaddress
import socket

from cli.environment import fail

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; one clear line and exit code 2 when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        fail(f"cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}")
    return listener


def url_of(host: str, listener: socket.socket) -> str:
    """The URL a browser on this machine can open."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{listener.getsockname()[1]}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
