"""What one worker process holds: an event loop in a thread, an engine, the storage, a parser per thread."""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import wait
from typing import Any, TypeVar

from models.errors import Cancelled
from models.options import canonical_json
from models.parsed import parser_profile
from services.extraction.raw_codec import profile
from services.inference.providers import Computing
from services.infra import tracing
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.stores import make_storage
from services.runner.process import Child
from workers.pulse import Pulse
from workers.stopping import Stopping

T = TypeVar("T")

WATCH_SECONDS = 0.2
STATEMENT_PATIENCE = 180.0
"""Seconds after which a call into the loop counts as failed; longer than any statement may take."""


class Process:
    """Made after fork, on first use: neither connections nor threads survive a fork.

    `holder` is the instance that it belongs to, if that says that it is there.
    """

    def __init__(
        self,
        settings: Settings,
        stopping: Stopping,
        pulse: Pulse | None = None,
        *,
        holder: str | None = None,
    ) -> None:
        if settings.database_url is None:
            raise ValueError("KERF_DATABASE_URL is not set")
        tracing.start("kerf-worker")
        self.settings = settings
        self.stopping = stopping
        self.holder = holder
        self._pulse = pulse or Pulse()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="database", daemon=True)
        self._thread.start()
        pool = settings.worker_concurrency + 1
        self._engine = make_engine(settings.database_url.get_secret_value(), pool_size=pool)
        self.sessions = make_sessions(self._engine)
        self.storage = make_storage(settings.storage_url, settings.objects_dir)
        self._own = threading.local()
        self._children: list[Child] = []

    def beat(self) -> None:
        """The worker is at work, though it does not speak with the database."""
        self._pulse.beat()

    def run(self, work: Coroutine[Any, Any, T], *, timeout: float | None = STATEMENT_PATIENCE) -> T:
        """The result of a coroutine, run in this process's loop while the calling thread waits."""
        self.beat()
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    def watched(self, work: Coroutine[Any, Any, T], go_on: Callable[[], bool]) -> T:
        """The same for what may take long: asks several times a second whether to go on, else Cancelled."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        while not wait([future], WATCH_SECONDS).done:
            self.beat()
            if not go_on():
                future.cancel()
                raise Cancelled
        return future.result()

    @property
    def child(self) -> Child:
        """The calling thread's parser process; it starts when first asked for."""
        found: Child | None = getattr(self._own, "child", None)
        if found is None:
            found = self._own.child = Child(
                self.settings.limits,
                models=self.settings.models_dir or self.settings.data_dir / "models",
                computing=Computing(self.settings.provider_names, self.settings.inference_socket),
                documents=self.settings.child_max_tasks,
            )
            self._children.append(found)
        return found

    def profile(self, parsing: Mapping[str, Any]) -> str:
        """What decides how pages are read: the version of the reader, and the parsing options."""
        return f"{profile()}/{parser_profile()}/{canonical_json(parsing)}"

    def close(self) -> None:
        """Ends parsers, connections and the loop."""
        for child in self._children:
            child.close()
        self.run(self._engine.dispose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        tracing.stop()


class Once:
    """Gives the Process of the running OS process, made at the first call, and again after a fork."""

    def __init__(self, make: Callable[[], Process]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._pid = 0

    def __call__(self) -> Process:
        """The Process; its threads are those of the running OS process."""
        with self._lock:
            if self._process is None or self._pid != os.getpid():
                self._process, self._pid = self._make(), os.getpid()
            return self._process

    def close(self) -> None:
        """Closes what this OS process made, if it made anything."""
        if self._process is not None and self._pid == os.getpid():
            self._process.close()
            self._process = None
