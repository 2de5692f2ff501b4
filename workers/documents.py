"""The task that works on documents."""

from collections.abc import Callable

from celery import Celery

from services.infra.broker import PROCESS_DOCUMENT
from workers.attempt import attempt
from workers.process import Process


def register(app: Celery, process: Callable[[], Process]) -> None:
    """Adds `documents.process` to an application; `process` gives what the OS process holds."""

    @app.task(name=PROCESS_DOCUMENT)  # type: ignore[untyped-decorator]  # Celery has no types
    def process_document(job_id: str) -> None:
        attempt(process(), job_id)
