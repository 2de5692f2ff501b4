"""The HTTP client for URLs of callers: no redirects, no proxies, no cookies, one request per connection."""

import logging
import ssl
from collections.abc import AsyncIterable, AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore2
import httpx2

from services.webhooks import targets
from services.webhooks.network import LITTLE, CheckedBackend, Reading, Resolver
from services.webhooks.own import NOWHERE, Own

CONNECT_SECONDS = 5.0
USER_AGENT = "Kerf-Webhooks/1"


def make_client(
    *,
    allow_private: bool,
    own: Own = NOWHERE,
    lookup: targets.Lookup | None = None,
    tls: ssl.SSLContext | None = None,
) -> httpx2.AsyncClient:
    """A client that refuses every URL and address that `targets` refuses; close it with `aclose`.

    `allow_private` opens plain HTTP and private networks, but never what `own` describes; `lookup` replaces
    the system's resolver and `tls` its certificate authorities. It sets no deadline of its own but for
    connecting.
    """
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # its INFO line tells the whole URL
    return httpx2.AsyncClient(
        transport=CheckedTransport(allow_private=allow_private, own=own, lookup=lookup, tls=tls),
        headers={"user-agent": USER_AGENT, "accept-encoding": "identity", "connection": "close"},
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


class CheckedTransport(httpx2.AsyncBaseTransport):
    """Reads each URL strictly, then sends through a pool whose connections go to checked addresses.

    `reading` bounds each answer; for the rest see make_client.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        own: Own = NOWHERE,
        lookup: targets.Lookup | None = None,
        tls: ssl.SSLContext | None = None,
        reading: Reading = LITTLE,
    ) -> None:
        self._allow_private = allow_private
        self._own = own
        self._resolver = Resolver()
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls or httpx2.create_ssl_context(),
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=CheckedBackend(
                allow_private=allow_private,
                own=own,
                lookup=lookup or self._resolver.lookup,
                reading=reading,
            ),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; TargetRefused, socket.gaierror or an error of httpcore2."""
        targets.parse(str(request.url), allow_private=self._allow_private, own=self._own)
        sent = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        response = await self._pool.handle_async_request(sent)
        return httpx2.Response(response.status, headers=response.headers, stream=_Body(response))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
        self._resolver.close()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        stream = self._response.stream
        if not isinstance(stream, AsyncIterable):
            raise TypeError("an asynchronous pool answers with an asynchronous stream")
        async for part in stream:
            yield part

    async def aclose(self) -> None:
        await self._response.aclose()
