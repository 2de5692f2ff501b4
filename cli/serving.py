"""uvicorn as `kerf serve` and `kerf up` run it: on a socket that is open already, stopped by an event."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from uvicorn.loops.auto import auto_loop_factory

from cli.timely import TimelyProtocol


class Server(uvicorn.Server):
    """A server that says when it answers, and leaves the signals to its caller.

    Told to stop, it goes on for `drain_seconds` while `/readyz` says that it leaves. What waits for an answer
    then is cut off after half of `shutdown_seconds`.
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        shutdown_seconds: float,
        announce: Callable[[], None],
        drain_seconds: float = 0.0,
    ) -> None:
        config = uvicorn.Config(
            app,
            http=TimelyProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=max(1, int(shutdown_seconds / 2)),
        )
        super().__init__(config)
        self._app = app
        self._drain_seconds = drain_seconds
        self._announce = announce

    async def run_until(self, stopping: asyncio.Event, listener: socket.socket) -> bool:
        """Serves until `stopping`; False, with `stopping` set, when the server ended by itself."""
        serving = asyncio.create_task(self.serve(sockets=[listener]))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
        asked = stopping.is_set()
        stopping.set()
        self._app.state.is_leaving = True
        await asyncio.wait({serving}, timeout=self._drain_seconds)
        self.should_exit = True
        await serving
        return asked

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: uvicorn would send them to itself again at the end, and its caller stops more than this."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, then the announcement."""
        await super().startup(sockets)
        if self.started:
            self._announce()


def runner() -> asyncio.Runner:
    """A runner with the fastest event loop there is here."""
    return asyncio.Runner(loop_factory=auto_loop_factory())


def stopping_on_signals() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    return stopping
