"""What `kerf doctor` examines. Each check says what it found and never raises."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cli.check_bucket import check_bucket
from cli.check_secrets import check_secret_key
from cli.check_traces import check_traces
from cli.findings import Finding, State
from models.errors import KerfError
from services.inference.providers import available, check_providers
from services.inference.weights import RANKS, minilm_tokenizer, rank_file
from services.infra import migrate
from services.infra.broker import Broker
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.postmaster import programs, running_url
from services.infra.tenancy import find_walls
from services.runner.sandbox import Wall, walls


async def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order of what depends on what."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    url = url or running_url(settings.data_dir / "postgres")
    models = settings.models_dir or settings.data_dir / "models"
    return [
        check_folder(settings.data_dir),
        await asyncio.to_thread(check_bucket, settings.storage_url),
        await check_database(url),
        await check_tenants(url),
        await check_secret_key(settings, url),
        await check_redis(settings.redis_url.get_secret_value() if settings.redis_url else None),
        await check_traces(),
        check_embedded(settings.data_dir / "postgres"),
        check_tokenizer(),
        check_computing(settings.provider_names),
        *(check_ranks(models, encoding) for encoding in RANKS),
        *map(check_wall, walls()),
    ]


def check_folder(folder: Path) -> Finding:
    """Documents can be kept."""
    try:
        nearest = next(path for path in (folder, *folder.parents) if path.exists())
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Finding("data folder", State.BROKEN, f"{folder} cannot be written: {error.strerror}")
    return Finding("data folder", State.GOOD, f"{folder} can be written")


async def check_database(url: str | None) -> Finding:
    """The database answers and has the schema of this version."""
    if url is None:
        return Finding("database", State.ABSENT, "KERF_DATABASE_URL is not set; `kerf up` brings its own")
    engine = make_engine(url)
    try:
        async with make_sessions(engine)() as session:
            found = await migrate.current(session)
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", State.BROKEN, str(error).splitlines()[0])
    finally:
        await engine.dispose()
    wanted = migrate.expected()
    if not migrate.fits(found):
        return Finding("database", State.BROKEN, f"at revision {found}, not {wanted}: run `kerf migrate`")
    if found != wanted:
        detail = f"answers, at revision {found} of a later version; this one has {wanted} and should follow"
        return Finding("database", State.GOOD, detail)
    return Finding("database", State.GOOD, f"answers, at revision {found}")


async def check_tenants(url: str | None) -> Finding:
    """The database itself keeps tenants apart."""
    name = "tenants"
    if url is None:
        return Finding(name, State.ABSENT, "no database to keep them apart")
    engine = make_engine(url)
    try:
        async with make_sessions(engine)() as session:
            walls = await find_walls(session)
    except (SQLAlchemyError, OSError):
        walls = None
    finally:
        await engine.dispose()
    if walls is None:
        return Finding(name, State.ABSENT, "no tables to keep them apart in")
    if not walls.stand:
        return Finding(
            name, State.BROKEN, f"this login may not take the role {walls.role}: run `kerf migrate`"
        )
    if not walls.may_take:
        detail = f"kept apart by row-level security, without the role {walls.role} (docs/operations.md)"
        return Finding(name, State.GOOD, detail)
    return Finding(name, State.GOOD, f"kept apart by row-level security, as role {walls.role}")


async def check_redis(url: str | None) -> Finding:
    """The broker answers."""
    if url is None:
        return Finding("redis", State.ABSENT, "KERF_REDIS_URL is not set; `kerf up` needs none")
    broker = Broker(url)
    try:
        good = await broker.is_reachable()
    finally:
        broker.close()
    return Finding("redis", State.GOOD if good else State.BROKEN, "answers" if good else "does not answer")


def check_embedded(folder: Path) -> Finding:
    """The programs of the embedded database are installed."""
    try:
        return Finding("embedded database", State.GOOD, f"programs in {programs(folder)}")
    except KerfError as error:
        return Finding("embedded database", State.ABSENT, error.detail)


def check_tokenizer() -> Finding:
    """The vocabulary of the default tokenizer is installed."""
    try:
        return Finding("tokenizer bert", State.GOOD, str(minilm_tokenizer()))
    except KerfError as error:
        return Finding("tokenizer bert", State.BROKEN, error.detail)


def check_computing(names: Sequence[str]) -> Finding:
    """Parsers can compute networks on what the setting names."""
    try:
        check_providers(names)
    except KerfError as error:
        return Finding("providers", State.BROKEN, error.detail)
    return Finding("providers", State.GOOD, f"{', '.join(names)} of {', '.join(available())}")


def check_ranks(models: Path, encoding: str) -> Finding:
    """A rank file of tiktoken has been pulled."""
    name = f"tiktoken:{encoding}"
    if rank_file(models, encoding).is_file():
        return Finding(name, State.GOOD, str(rank_file(models, encoding)))
    return Finding(name, State.ABSENT, f"to use it, run `kerf models pull {name}` once")


def check_wall(wall: Wall) -> Finding:
    """A part of the sandbox around parsers; without it Kerf works, less protected."""
    state = State.GOOD if wall.stands else State.ABSENT
    return Finding(f"sandbox: {wall.name}", state, wall.detail)
