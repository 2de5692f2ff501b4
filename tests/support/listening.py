"""Servers of the tests' own, at work in a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Stoppable(Protocol):
    """A `socketserver` server whose handlers give up when it is `stopping`."""

    stopping: threading.Event

    def serve_forever(self, poll_interval: float = ...) -> None: ...
    def shutdown(self) -> None: ...
    def server_close(self) -> None: ...


Server = TypeVar("Server", bound=Stoppable)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server at work, gone at the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
