"""The Celery application. Messages are hints: acknowledged early, kept nowhere, safe to lose or repeat."""

from typing import Any

from celery import Celery, signals

from services.infra.broker import DOCUMENTS_QUEUE, transport
from services.infra.config import Settings
from workers.documents import register
from workers.process import Once, Process
from workers.pulse import Pulse
from workers.stopping import Stopping

MEMORY = "memory://"

HINTS_PER_DOCUMENT = 10
"""A process of the pool counts hints, many of which find nothing to claim; its parser counts documents."""

START_SECONDS = 60.0
"""Until a new process of the pool has come up; a loaded machine takes longer than the four that are usual."""


def make_celery(settings: Settings, pulse: Pulse | None = None, *, holder: str | None = None) -> Celery:
    """An application with every task, its broker from the settings (in memory when none is given).

    `holder` is the instance for which whoever watches over it gives signs of life.
    """
    url = settings.redis_url.get_secret_value() if settings.redis_url else MEMORY
    app = Celery("kerf", broker=url, set_as_current=False)
    app.conf.update(configuration(settings, url))
    stopping = Stopping()
    shared = pulse or Pulse()
    process = Once(lambda: Process(settings, stopping, shared, holder=holder))
    register(app, process)
    _listen(stopping, process, shared)
    return app


def configuration(settings: Settings, url: str) -> dict[str, Any]:
    """Celery's settings: nothing is stored in the broker but hints, nothing is fetched too early."""
    return {
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_default_queue": DOCUMENTS_QUEUE,
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "task_acks_late": False,
        "worker_prefetch_multiplier": 1,
        "worker_concurrency": settings.worker_concurrency,
        "worker_max_tasks_per_child": HINTS_PER_DOCUMENT * settings.child_max_tasks,
        "worker_proc_alive_timeout": START_SECONDS,
        "worker_max_memory_per_child": settings.child_max_rss_mb * 1024,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_send_task_events": False,
        "worker_soft_shutdown_timeout": settings.shutdown_seconds,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": transport(url),
    }


def worker_arguments(settings: Settings, pool: str) -> list[str]:
    """The command line of `celery worker`; what hints do not need (gossip, mingling, heartbeats) is off."""
    return [
        "--quiet",
        "worker",
        f"--loglevel={settings.log_level.upper()}",
        f"--pool={pool}",
        f"--concurrency={settings.worker_concurrency}",
        f"--queues={DOCUMENTS_QUEUE}",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def _listen(stopping: Stopping, process: Once, pulse: Pulse) -> None:
    """Celery's signals: a first beat when ready, jobs back on shutdown, close on exit, logging left to us."""

    def prepare(**_: object) -> None:
        """The parser of a new process of the pool starts now, and is warm when the first hint comes."""
        process().child.warm(lambda: False)

    def be_ready(**_: object) -> None:
        pulse.beat()

    def begin(**_: object) -> None:
        stopping.begin()

    def close(**_: object) -> None:
        process.close()

    def keep_logging(**_: object) -> None:
        """Being connected is what stops Celery from setting up its own."""

    signals.worker_process_init.connect(prepare, weak=False)
    signals.worker_ready.connect(be_ready, weak=False)
    signals.worker_shutting_down.connect(begin, weak=False)
    signals.worker_process_shutdown.connect(close, weak=False)
    signals.worker_shutdown.connect(close, weak=False)
    signals.setup_logging.connect(keep_logging, weak=False)
