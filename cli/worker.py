"""`kerf worker`."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.environment import check_providers, database_url, fail, read_settings, start_logs


class Pool(StrEnum):
    """How a worker runs several documents at a time."""

    PREFORK = "prefork"
    THREADS = "threads"
    SOLO = "solo"


Concurrency = Annotated[
    int | None,
    typer.Option("--concurrency", "-c", min=1, help="Documents at a time.", show_default="processors"),
]


def worker(
    concurrency: Concurrency = None,
    pool: Annotated[
        Pool, typer.Option("--pool", help="Processes, threads, or none of either.")
    ] = Pool.PREFORK,
) -> None:
    """Work on documents: a supervised Celery worker; hints come from Redis, jobs from the database."""
    from workers.supervisor import Supervisor

    settings = read_settings(worker_concurrency=concurrency)
    check_providers(settings)
    start_logs(settings)
    database_url(settings)
    if settings.redis_url is None:
        fail("KERF_REDIS_URL is not set; without Redis use `kerf up`")
    raise typer.Exit(Supervisor(settings, pool.value).run())
