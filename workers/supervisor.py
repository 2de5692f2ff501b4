"""`kerf worker`: Celery in a process of its own, and a small one above it that starts it again.

Celery's main process may end (kombu raises AttributeError after a restart of Redis), or live on without
hearing anything. The first is seen by its exit, the second in the database: hints stay unanswered though
they are sent again, and no attempt of this worker speaks with the database.

As long as Celery runs the supervisor gives its signs of life. When a lease runs out, they tell whether the
worker was lost with it.
"""

import os
import signal
import time

import structlog

from services.infra.config import Settings
from services.jobs.presence import Instance, Role
from workers.presence import Presence
from workers.processes import adopt_orphans, die_with_parent, end_children, status_of
from workers.pulse import Pulse
from workers.silence import Silence

LOG = structlog.get_logger(__name__)

POLL_SECONDS = 0.2
GRACE_SECONDS = 3.0
"""What stopping may take beyond `shutdown_seconds` before it is ended by force."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 30.0
START_SECONDS = 60.0
"""What a Celery that has not said yet that it is ready may take longer."""

RESENDS = 3
"""So many times `resend_seconds` a worker may be deaf: its own hint was lost, and one sent again too."""


class Supervisor:
    """Runs one Celery worker until SIGTERM or SIGINT; `run` gives the exit code."""

    def __init__(self, settings: Settings, pool: str) -> None:
        self._settings = settings
        self._pool = pool
        self._pulse = Pulse()
        self._is_told = False

    def run(self) -> int:
        """Starts Celery again whenever it ends by itself or is deaf, after growing pauses if it keeps on."""
        adopt_orphans()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)
        pause = FIRST_PAUSE
        while not self._is_told:
            began = time.monotonic()
            instance = Instance.new(Role.WORKER, self._settings.worker_concurrency)
            pid = self._start(instance)
            with Presence(self._settings, instance) as presence:
                status = self._watch(pid, presence)
            end_children()
            if self._is_told:
                return 1 if status == -signal.SIGKILL else 0
            pause = FIRST_PAUSE if time.monotonic() - began > STEADY_SECONDS else pause * 2
            LOG.error("worker_ended", status=status, again_in=min(pause, LONGEST_PAUSE))
            self._sleep(min(pause, LONGEST_PAUSE))
        return 0

    def _tell(self, *_: object) -> None:
        self._is_told = True

    def _start(self, instance: Instance) -> int:
        """Celery's process id. Forked before anything of Celery is imported: every start is a clean one."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            die_with_parent(parent)
            self._work(instance)
        return pid

    def _work(self, instance: Instance) -> None:
        from workers.app import make_celery, worker_arguments  # noqa: PLC0415 - not in the supervisor itself

        app = make_celery(self._settings, self._pulse, holder=instance.id)
        app.worker_main(worker_arguments(self._settings, self._pool))
        raise SystemExit(0)

    def _watch(self, pid: int, presence: Presence) -> int:
        """The status with which Celery ended; negative is the signal that ended it."""
        patience = RESENDS * self._settings.resend_seconds
        silence = Silence(self._pulse.last, patience=patience, grace=START_SECONDS)
        next_look = 0.0
        while (status := status_of(pid)) is None:
            if self._is_told:
                status = self._stop(pid)
                presence.depart()
                return status
            presence.tell()
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + self._settings.resend_seconds / 4
                if silence.is_deaf(presence.unanswered()):
                    LOG.error("worker_deaf", seconds=patience)
                    os.kill(pid, signal.SIGKILL)
            self._sleep(POLL_SECONDS)
        return status

    def _stop(self, pid: int) -> int:
        """Once is enough for Celery, and twice does no harm: a terminal tells the whole group."""
        os.kill(pid, signal.SIGTERM)
        patience = time.monotonic() + self._settings.shutdown_seconds + GRACE_SECONDS
        while (status := status_of(pid)) is None:
            if time.monotonic() > patience:
                LOG.error("worker_does_not_stop")
                os.kill(pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS / 4)
        return status

    def _sleep(self, seconds: float) -> None:
        """Until then, or until told to stop."""
        until = time.monotonic() + seconds
        while not self._is_told and time.monotonic() < until:
            time.sleep(min(POLL_SECONDS, seconds))
