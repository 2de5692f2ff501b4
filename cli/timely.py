"""Connections that must come to the point, and to an end.

Whoever does not send the head of a request in time is cut off. Whoever goes on sending a body that was
answered, being too large, has a moment to notice, and is cut off then.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 30.0
"""From the connection, or from the first byte of a later request, to the end of its head."""

LINGER_SECONDS = 5.0
LINGER_BYTES = 16 << 20
"""Of a body after its answer: thrown away, for closing at once would lose the answer on its way."""

ANSWER = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class TimelyProtocol(HttpToolsProtocol):
    """As uvicorn's, which waits for the head of a request for ever. Bodies are timed by the API itself."""

    _cutting: asyncio.TimerHandle | None = None
    _lingering: asyncio.TimerHandle | None = None
    _thrown_away = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """The first request is expected."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected any more."""
        self._stop_waiting()
        self._stop_lingering()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More of the request, or of one that is answered already."""
        if self._lingering is not None:
            self._thrown_away += len(data)
            if self._thrown_away > LINGER_BYTES:
                self.transport.close()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins; of the first one the clock runs already."""
        super().on_message_begin()
        if self._cutting is None:
            self._expect_head()

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the body is here; the connection may serve another request."""
        self._stop_lingering()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out, maybe before all of the body has come."""
        is_early = self.cycle.more_body
        super().on_response_complete()
        if is_early and not self.transport.is_closing():
            self._thrown_away = 0
            self._lingering = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _stop_lingering(self) -> None:
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def _expect_head(self) -> None:
        self._cutting = self.loop.call_later(HEAD_SECONDS, self._cut)

    def _stop_waiting(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()
            self._cutting = None

    def _cut(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(ANSWER)
            self.transport.close()
