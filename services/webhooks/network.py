"""Connections to elsewhere: one look-up, every address checked, connected to a checked one, so much read."""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpcore2

from services.webhooks.own import NOWHERE, Own
from services.webhooks.targets import Lookup, resolve

LOOKUP_THREADS = 32
MOST_ADDRESSES = 4
READ_BYTES = 4_096
MOST_BYTES = 64 * 1_024


@dataclass(frozen=True, slots=True)
class Reading:
    """How much is read at a time, and of the only answer on a connection: status line, headers and body."""

    piece: int = READ_BYTES
    most: int = MOST_BYTES


LITTLE = Reading()
"""For answers of which nothing but the beginning matters."""


class Resolver:
    """The system's name look-up in threads of its own, so that a slow name server delays nobody else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="names")

    async def lookup(self, host: str, port: int) -> Sequence[str]:
        """Addresses of `host` as text; socket.gaierror when there are none."""
        loop = asyncio.get_running_loop()
        answers = await loop.run_in_executor(self._threads, _ask, host, port)
        return [str(sockaddr[0]) for *_, sockaddr in answers]

    def close(self) -> None:
        """Let the threads end when their look-ups have."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves a host once and connects to one of the checked addresses.

    The pool goes on to name the host itself in TLS and in the Host header, so certificates and virtual
    hosts work as if nothing had happened. Raises TargetRefused and socket.gaierror besides the usual.
    """

    def __init__(
        self, *, allow_private: bool, lookup: Lookup, own: Own = NOWHERE, reading: Reading = LITTLE
    ) -> None:
        self._allow_private = allow_private
        self._own = own
        self._reading = reading
        self._lookup = lookup
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Try the addresses in the resolver's order."""
        addresses = await resolve(
            host, port, allow_private=self._allow_private, own=self._own, lookup=self._lookup
        )
        last: Exception = httpcore2.ConnectError("no address")
        for address in addresses[:MOST_ADDRESSES]:
            try:
                stream = await self._plain.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
            else:
                return CappedStream(stream, self._reading)
        raise last


class CappedStream(httpcore2.AsyncNetworkStream):
    """A connection that is read in small pieces, and not for ever."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, reading: Reading) -> None:
        self._stream = stream
        self._reading = reading
        self._left = reading.most

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """At most a piece; a ReadError once the peer has sent all that is read."""
        if self._left <= 0:
            raise httpcore2.ReadError("the answer is too long")
        data = await self._stream.read(min(max_bytes, self._reading.piece, self._left), timeout)
        self._left -= len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """Send all of `buffer`."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
    ) -> httpcore2.AsyncNetworkStream:
        """Encrypt; the cap counts what the decrypted stream gives."""
        try:
            encrypted = await self._stream.start_tls(ssl_context, server_hostname, timeout)
            return CappedStream(encrypted, self._reading)
        except BaseException:  # the deadline cancels, and nobody else would close the connection then
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        """What the socket knows of itself."""
        return self._stream.get_extra_info(info)


def _ask(host: str, port: int) -> list[tuple[Any, ...]]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
