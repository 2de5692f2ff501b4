"""The worker of `kerf up`: the same attempts, in threads of this process, hinted at without a broker."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from services.infra.config import Settings
from services.jobs.presence import Instance, Role
from workers.attempt import attempt
from workers.process import Process
from workers.stopping import Stopping

LOG = structlog.get_logger(__name__)


class EmbeddedWorker:
    """Takes hints from the relay and works on as many jobs at a time as the settings say.

    It keeps no queue worth the name: the relay's window bounds what waits here, and a hint that is
    already waiting is not taken twice. Signs of life of its `instance` are given by the loops beside it.
    """

    def __init__(self, settings: Settings) -> None:
        self.instance = Instance.new(Role.WORKER, settings.worker_concurrency)
        self._process = Process(settings, Stopping(), holder=self.instance.id)
        self._threads = ThreadPoolExecutor(settings.worker_concurrency, thread_name_prefix="worker")
        self._lock = threading.Lock()
        self._waiting: set[str] = set()

    def send(self, job_id: str) -> None:
        """A hint: the job's attempt starts as soon as a thread is free. Never waits."""
        with self._lock:
            if job_id in self._waiting:
                return
            self._waiting.add(job_id)
        self._threads.submit(self._attempt, job_id).add_done_callback(_report)

    def stop(self) -> None:
        """Hands running jobs back, uncounted, and ends the threads and the parsers."""
        self._process.stopping.begin()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._process.close()

    def _attempt(self, job_id: str) -> None:
        with self._lock:
            self._waiting.discard(job_id)
        attempt(self._process, job_id)


def _report(done: Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        LOG.error("worker_thread_failed", exc_info=error)
