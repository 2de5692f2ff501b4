"""Settings: read once from `KERF_…` variables by an entry point, handed down as plain values."""

import os
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.chat import ChatEndpoint
from models.limits import LEAST_MEMORY_MB, Limits
from models.quotas import Quota
from services.infra.secrets import SHORTEST_KEY
from services.infra.stores import S3_URL
from services.infra.urls import psycopg_url, web_origin

PREFIX = "KERF_"
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Bound = Annotated[int, Field(ge=0)]
"""0 is no bound."""


def default_data_dir() -> Path:
    """`$XDG_DATA_HOME/kerf`, or `~/.local/share/kerf`."""
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "kerf"


def default_concurrency() -> int:
    """As many documents at a time as this process may use processors."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


class Settings(BaseSettings):
    """Every setting with its default. `KERF_MAX_PAGES=500` sets `max_pages`; empty means not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    # Stores. Without a database URL `kerf up` starts its own PostgreSQL under data_dir.
    database_url: SecretStr | None = Field(default=None, description="postgresql://user:password@host/name")
    database_pool_size: Count = Field(default=10, description="Connections each process keeps open.")
    redis_url: SecretStr | None = Field(default=None, description="Broker of the workers; redis://host/0")
    data_dir: Path = Field(default_factory=default_data_dir, description="Documents and embedded stores.")
    storage_url: str | None = Field(
        default=None, description="Documents in a bucket instead; s3://bucket/prefix, with AWS_… beside it."
    )
    models_dir: Path | None = Field(default=None, description="Tokenizer files; data_dir/models if not set.")
    providers: str = Field(
        default="CPUExecutionProvider", description="What ONNX Runtime computes networks on, the best first."
    )
    inference_socket: Path | None = Field(
        default=None, description="Where `kerf inference` listens; workers leave embedding to it."
    )

    # HTTP.
    public_url: str | None = Field(default=None, description="Where others reach the API; https://host")
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port of the API; 0 takes a free one.")
    api_key_required: bool = Field(default=True, description="Refuse requests without an API key.")
    drain_seconds: Annotated[float, Field(ge=0)] = Field(
        default=0, description="Time `kerf serve` still answers when stopping, while not ready."
    )

    # Limits of one document.
    max_upload_mb: Count = Field(default=200, description="MiB of one upload.")
    max_batch_mb: Count = Field(default=1024, description="MiB of one batch.")
    max_pages: Count = Field(default=10_000, description="Pages of one document.")
    max_members: Count = Field(default=5_000, description="Documents in one archive.")
    parse_memory_mb: Annotated[int, Field(ge=LEAST_MEMORY_MB)] = Field(
        default=1024, description="MiB of memory the process that reads a document may take."
    )
    parse_deadline_seconds: Positive = Field(default=600, description="Time for one document.")

    # One tenant's share of the installation, where `kerf tenants quota` says nothing else.
    tenant_max_running: Bound = Field(default=0, description="Jobs of a tenant worked on at a time; 0: any.")

    tenant_max_queued: Bound = Field(default=0, description="Jobs of a tenant that wait; 0: any.")
    tenant_max_mb: Bound = Field(default=0, description="MiB of all documents of a tenant; 0: any.")
    tenant_pages_per_day: Bound = Field(default=0, description="Pages read for a tenant; 0: any.")
    tenant_pages_per_month: Bound = Field(default=0, description="Pages read for a tenant; 0: any.")
    tenant_max_uploads: Bound = Field(
        default=1000, description="Resumable uploads that wait for bytes; 0: any."
    )
    requests_per_minute: Bound = Field(default=0, description="Requests of one API key; 0: any.")
    max_wait_seconds: Positive = Field(
        default=21_600, description="Uploads are refused while the work that waits takes longer."
    )

    # Jobs.
    lease_seconds: Positive = Field(default=30, description="A worker silent this long has lost its job.")
    stall_seconds: Positive = Field(default=120, description="Give up after this long without progress.")
    dispatch_window: Count = Field(default=20, description="Hints on their way to workers at a time.")
    dispatch_interval_seconds: Positive = Field(default=0.5, description="Pause between relay rounds.")
    resend_seconds: Positive = Field(default=60, description="A hint unanswered this long is sent again.")
    reconcile_interval_seconds: Positive = Field(default=5, description="Pause between reconciler rounds.")
    keep_versions: Count = Field(default=10, description="Versions of a document that stay readable.")

    # What is kept for a time.
    upload_hours: Positive = Field(default=24, description="Hours to go on with a resumable upload.")
    sweep_blobs: Literal["off", "report", "remove"] = Field(
        default="report", description="What is done with stored bytes of deleted documents."
    )
    sweep_grace_hours: Annotated[float, Field(ge=1)] = Field(
        default=24, description="How long they are kept for somebody who may still need them."
    )

    # Workers.
    worker_concurrency: Count = Field(default_factory=default_concurrency, description="Documents at a time.")
    range_pages: Count = Field(default=100, description="Pages read at a time in PDFs that have more.")
    child_max_tasks: Count = Field(default=100, description="Documents before a parser is replaced.")
    child_max_rss_mb: Count = Field(default=512, description="MiB at rest before a parser is replaced.")
    shutdown_seconds: Positive = Field(default=10, description="Time to hand jobs back when stopping.")

    # Webhooks.
    secret_key: SecretStr | None = Field(
        default=None, description="Seals webhook secrets; the file secret.key in data_dir if not set."
    )
    webhook_log_days: Annotated[int, Field(ge=7)] = Field(
        default=30, description="Days that what was delivered is remembered."
    )
    webhooks_allow_private: bool = Field(default=False, description="Allow receivers on private addresses.")
    webhook_timeout_seconds: Positive = Field(default=15, description="Total time of one delivery attempt.")
    webhook_interval_seconds: Positive = Field(default=0.5, description="Pause between sender rounds.")

    # Documents from URLs.
    fetch_urls: bool = Field(default=True, description="Fetch documents from URLs that callers name.")
    fetch_allow_private: bool = Field(default=False, description="Allow plain HTTP and private addresses.")
    fetch_timeout_seconds: Positive = Field(default=600, description="Total time of one attempt to fetch.")
    fetch_concurrency: Count = Field(default=16, description="Documents fetched at a time by each beat.")
    fetch_interval_seconds: Positive = Field(default=0.5, description="Pause between fetcher rounds.")

    # The language model of the strategy `llm`: none without a URL and a model.
    chat_url: str | None = Field(default=None, description="OpenAI-compatible; https://host/v1")
    chat_model: str | None = Field(default=None, description="Its name there.")
    chat_key: SecretStr | None = Field(default=None, description="Sent as a bearer token.")
    chat_allow_private: bool = Field(default=False, description="Allow plain HTTP and private addresses.")
    chat_calls: Count = Field(default=200, description="Questions about one document.")
    chat_seconds: Positive = Field(default=300, description="Time for all questions about one document.")

    # Logs.
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info")
    log_format: Literal["text", "json"] = Field(default="text", description="Lines for people or machines.")

    @field_validator("database_url")
    @classmethod
    def _database_url_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        return value and SecretStr(psycopg_url(value.get_secret_value()))

    @field_validator("secret_key")
    @classmethod
    def _secret_key_is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value and any(len(key.strip()) < SHORTEST_KEY for key in value.get_secret_value().split(",")):
            raise ValueError(f"each key has at least {SHORTEST_KEY} characters")
        return value or None

    @field_validator("storage_url")
    @classmethod
    def _storage_url_is_a_bucket(cls, value: str | None) -> str | None:
        if value and not S3_URL.fullmatch(value):
            raise ValueError("a bucket is written s3://bucket/prefix")
        return value or None

    @field_validator("public_url")
    @classmethod
    def _public_url_is_web(cls, value: str | None) -> str | None:
        if value:
            web_origin(value)
        return value or None

    @field_validator("chat_url", "chat_model", "chat_key")
    @classmethod
    def _empty_is_none(cls, value: str | SecretStr | None) -> str | SecretStr | None:
        return value or None

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level_in_any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @cached_property
    def lease(self) -> timedelta:
        """How long a claim holds without a beat."""
        return timedelta(seconds=self.lease_seconds)

    @cached_property
    def webhook_log(self) -> timedelta:
        """How long what was delivered is remembered."""
        return timedelta(days=self.webhook_log_days)

    @cached_property
    def sweep_grace(self) -> timedelta:
        """How long unused bytes are left alone, twice."""
        return timedelta(hours=self.sweep_grace_hours)

    @cached_property
    def upload_lasts(self) -> timedelta:
        """How long a resumable upload waits for its next byte, or is remembered when it is complete."""
        return timedelta(hours=self.upload_hours)

    @cached_property
    def resend_after(self) -> timedelta:
        """How long a hint may stay unanswered."""
        return timedelta(seconds=self.resend_seconds)

    @cached_property
    def limits(self) -> Limits:
        """What one document may take."""
        return Limits(
            max_bytes=self.max_upload_bytes,
            max_pages=self.max_pages,
            max_members=self.max_members,
            memory_mb=self.parse_memory_mb,
            max_batch_bytes=self.max_batch_mb << 20,
            deadline_seconds=self.parse_deadline_seconds,
        )

    @cached_property
    def quota(self) -> Quota:
        """What a tenant may have of the installation."""
        return Quota(
            max_running=self.tenant_max_running or None,
            max_queued=self.tenant_max_queued or None,
            max_bytes=self.tenant_max_mb << 20 or None,
            requests_per_minute=self.requests_per_minute or None,
            pages_per_day=self.tenant_pages_per_day or None,
            pages_per_month=self.tenant_pages_per_month or None,
            max_uploads=self.tenant_max_uploads or None,
        )

    @cached_property
    def chat(self) -> ChatEndpoint | None:
        """The language model that may be asked."""
        if not (self.chat_url and self.chat_model):
            return None
        return ChatEndpoint(
            url=self.chat_url,
            model=self.chat_model,
            key=self.chat_key.get_secret_value() if self.chat_key else None,
            allow_private=self.chat_allow_private,
            calls=self.chat_calls,
            seconds=self.chat_seconds,
        )

    @cached_property
    def provider_names(self) -> tuple[str, ...]:
        """The execution providers, one by one."""
        return tuple(name for part in self.providers.split(",") if (name := part.strip()))

    @cached_property
    def max_upload_bytes(self) -> int:
        """The upload limit in bytes."""
        return self.max_upload_mb << 20

    @cached_property
    def objects_dir(self) -> Path:
        """Where the bytes and parsed forms of documents are kept."""
        return self.data_dir / "objects"
