"""Hints to workers: a task name and a job's id through the broker. Losing one costs time, never a job."""

import asyncio
from typing import Any

from celery import Celery

PROCESS_DOCUMENT = "documents.process"
DOCUMENTS_QUEUE = "documents"
MEMORY = "memory://"
TIMEOUT_SECONDS = 5.0


def transport(url: str) -> dict[str, Any]:
    """What sender and worker must agree on for a broker of this kind."""
    if url.startswith(MEMORY):
        return {"polling_interval": 0.01}
    return {
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 10,
    }


class Broker:
    """Sends hints by task name, without knowing the tasks; a silent broker is an error, not a wait."""

    def __init__(self, url: str) -> None:
        self._celery = Celery("kerf", broker=url, set_as_current=False)
        self._celery.conf.update(
            task_serializer="json",
            accept_content=["json"],
            task_ignore_result=True,
            broker_transport_options=transport(url),
            broker_connection_timeout=TIMEOUT_SECONDS,
            worker_hijack_root_logger=False,
        )

    async def send(self, job_id: str) -> None:
        """Names one job to whichever worker is free; raises what the transport raises when it is down."""
        await asyncio.to_thread(self._send, job_id)

    async def is_reachable(self) -> bool:
        """Whether the broker answers now."""
        return await asyncio.to_thread(self._answers)

    def close(self) -> None:
        """Closes the connections."""
        self._celery.close()

    def _send(self, job_id: str) -> None:
        self._celery.send_task(
            PROCESS_DOCUMENT, args=[job_id], queue=DOCUMENTS_QUEUE, retry=False, ignore_result=True
        )

    def _answers(self) -> bool:
        try:
            with self._celery.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=TIMEOUT_SECONDS)
        except Exception:  # noqa: BLE001 - every transport has errors of its own
            return False
        return True
