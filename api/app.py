"""Composition root of the API: the only file here that reads settings."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.types import Scope

from api import errors, openapi
from api.admission import COUNTED
from api.doorkeeper import Doorkeeper
from api.metrics import Metrics
from api.middleware import BodyLimits, Observation
from api.routes import (
    batches,
    capacity,
    chunks,
    documents,
    jobs,
    keys,
    limits,
    parsed,
    service,
    strategies,
    uploads,
    versions,
    webhook_actions,
    webhooks,
)
from api.state import Policy, Sessions, State
from api.tus import Tus, brings_bytes
from models.limits import Limits
from services.fetches.policy import FetchPolicy
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.peppers import Peppers
from services.infra.storage import Storage
from services.infra.stores import make_partials, make_storage
from services.infra.tenancy import Tenancy
from services.webhooks.own import Own
from services.webhooks.policy import WebhookPolicy

DESCRIPTION = """\
Upload a document, follow its job, read its chunks.

Every chunk's text is exactly the pieces of the document's canonical text at its `spans`; every non-blank
character of that text is in a chunk or in a declared drop. Errors are problem details (RFC 9457): decide by
`code`. Lists are read with `limit` and `cursor`. What is still running is answered with 202 and a job.
"""
TAGS = [
    {"name": "documents", "description": "Uploaded files."},
    {
        "name": "uploads",
        "description": "Large files, sent so that a lost connection costs little (tus 1.0.0).",
    },
    {"name": "chunks", "description": "What segmentation makes of them."},
    {"name": "batches", "description": "Many documents in one call."},
    {"name": "jobs", "description": "Work in progress and its outcome."},
    {"name": "strategies", "description": "Ways of cutting and their options."},
    {"name": "webhooks", "description": "Addresses that are told of outcomes."},
    {"name": "keys", "description": "API keys of the caller's tenant."},
    {"name": "service", "description": "Probes, metrics, version."},
]
UPLOADS, BATCHES = ("POST", "/v1/documents"), ("POST", "/v1/batches")
FORM_OVERHEAD = 1 << 20
JSON_BYTES = 64 << 10
IDLE_SECONDS = 30.0
SETTLING_SECONDS = 3600.0
"""A deploy that replaces one API process after the other is over by then."""

ROUTES = (
    documents,
    uploads,
    versions,
    parsed,
    chunks,
    jobs,
    batches,
    strategies,
    limits,
    capacity,
    keys,
    webhooks,
    webhook_actions,
)


def create_app(
    settings: Settings, *, sessions: Sessions | None = None, storage: Storage | None = None
) -> FastAPI:
    """The API as an ASGI application. What is not given is made at start-up and closed at shutdown.

    The broker plays no part: an upload is a row in the database, which the relay finds.
    """
    metrics = Metrics(settings.data_dir)
    app = FastAPI(
        title="Kerf",
        summary="Document ingestion and segmentation",
        description=DESCRIPTION,
        version=version("kerf"),
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        servers=[{"url": "/", "description": "This installation"}],
        openapi_tags=TAGS,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        lifespan=_lifespan(settings, metrics, sessions, storage),
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    for module in ROUTES:
        app.include_router(module.router, dependencies=[COUNTED], responses=openapi.problems(429))
    app.include_router(service.router)
    errors.install(app)
    app.add_middleware(BodyLimits, limit_of=_body_limits(settings.limits), idle_seconds=IDLE_SECONDS)
    app.add_middleware(Tus)
    app.add_middleware(Observation, metrics=metrics)
    app.openapi = _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it
    return app


def _lifespan(
    settings: Settings, metrics: Metrics, sessions: Sessions | None, storage: Storage | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        async with _database(settings, sessions) as ready:
            yield State(
                sessions=ready,
                storage=storage or make_storage(settings.storage_url, settings.objects_dir),
                partials=make_partials(settings.storage_url, settings.objects_dir),
                tenancy=Tenancy(ready),
                policy=_policy(settings),
                metrics=metrics,
                doorkeeper=Doorkeeper(ready),
            )

    return lifespan


@asynccontextmanager
async def _database(settings: Settings, given: Sessions | None) -> AsyncIterator[Sessions]:
    """Sessions that were given, or sessions of an engine that lives as long as the app."""
    if given is not None:
        yield given
        return
    if settings.database_url is None:
        raise LookupError("the API needs a database: set KERF_DATABASE_URL, or start `kerf up`")
    url = settings.database_url.get_secret_value()
    engine = make_engine(url, pool_size=settings.database_pool_size, max_overflow=0)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()


def _policy(settings: Settings) -> Policy:
    return Policy(
        limits=settings.limits,
        api_key_required=settings.api_key_required,
        peppers=Peppers.load(_secret(settings), settings.data_dir),
        webhooks=_webhooks(settings),
        fetching=_fetching(settings),
        quota=settings.quota,
        max_wait_seconds=settings.max_wait_seconds,
        settles_at=time.monotonic() + SETTLING_SECONDS,
        upload_lasts=settings.upload_lasts,
    )


def _secret(settings: Settings) -> str | None:
    return settings.secret_key.get_secret_value() if settings.secret_key else None


def _webhooks(settings: Settings) -> WebhookPolicy:
    return WebhookPolicy.load(
        secret_key=_secret(settings),
        data_dir=settings.data_dir,
        allow_private=settings.webhooks_allow_private,
        public_url=settings.public_url,
        port=settings.port,
    )


def _fetching(settings: Settings) -> FetchPolicy:
    own = Own.of(settings.port, settings.public_url)
    return FetchPolicy(settings.fetch_urls, settings.fetch_allow_private, own)


def _body_limits(limits: Limits) -> Callable[[Scope], int]:
    """Bodies are small JSON everywhere but at uploads, which may also have a form around the files."""
    larger = {
        UPLOADS: limits.max_bytes + FORM_OVERHEAD,
        BATCHES: limits.max_batch_bytes + batches.FORM_OVERHEAD,
    }

    def limit_of(scope: Scope) -> int:
        method, path = scope["method"], scope["path"]
        return limits.max_bytes if brings_bytes(method, path) else larger.get((method, path), JSON_BYTES)

    return limit_of


def _openapi(app: FastAPI) -> Callable[[], dict[str, Any]]:
    def found() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi.document(app)
        return app.openapi_schema

    return found
