"""Plain loops beside the workers: send hints, take back expired leases, deliver webhooks. Several may run."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.infra.broker import Broker
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.jobs.queue import Send, dispatch
from services.jobs.reconciling import Reconciled, reconcile
from workers import sweeping, webhooks

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]
LONGEST_BACKOFF = 10.0
POOL = 4


async def run(settings: Settings, sessions: Sessions, send: Send, stopping: asyncio.Event) -> None:
    """All loops until `stopping` is set; none of them ends because of an error."""

    async def relay() -> bool:
        async with sessions.begin() as session:
            sent = await dispatch(
                session, window=settings.dispatch_window, resend_after=settings.resend_after, send=send
            )
        return sent > 0

    async def reconciler() -> bool:
        async with sessions.begin() as session:
            found = await reconcile(session, rest=settings.lease)
        if found != Reconciled():
            LOG.info(
                "leases_expired", requeued=found.requeued, failed=found.failed, cancelled=found.cancelled
            )
        return False

    async def sender() -> bool:
        await webhooks.send(settings, sessions, policy, stopping)
        return False

    async def upkeep() -> bool:
        return await webhooks.keep_small(sessions, policy, keep=settings.webhook_log)

    async def sweeper() -> bool:
        return await sweeping.sweep(sessions, keep_versions=settings.keep_versions)

    policy = webhooks.policy_of(settings)

    async with asyncio.TaskGroup() as loops:
        loops.create_task(keep(relay, stopping, pause=settings.dispatch_interval_seconds))
        loops.create_task(keep(reconciler, stopping, pause=settings.reconcile_interval_seconds))
        loops.create_task(keep(sender, stopping, pause=settings.webhook_interval_seconds))
        loops.create_task(keep(upkeep, stopping, pause=webhooks.UPKEEP_SECONDS))
        loops.create_task(keep(sweeper, stopping, pause=sweeping.PAUSE_SECONDS))


async def keep(turn: Callable[[], Awaitable[bool]], stopping: asyncio.Event, *, pause: float) -> None:
    """Runs `turn` again and again: at once while it answers True, else after `pause` seconds.

    An error is logged and answered with growing pauses; Redis or Postgres may be gone as long as they like.
    """
    backoff = pause
    while not stopping.is_set():
        try:
            busy = await turn()
            backoff = pause
            await _sleep(0 if busy else pause, stopping)
        except Exception as error:  # noqa: BLE001 - a maintenance loop outlives whatever it meets
            backoff = min(2 * backoff, LONGEST_BACKOFF)
            _report(turn.__name__, error, backoff)
            await _sleep(backoff, stopping)


async def serve(settings: Settings, database_url: str, redis_url: str) -> None:
    """`kerf beat`: the loops with hints through the broker, until SIGINT or SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    engine = make_engine(database_url, pool_size=POOL)
    broker = Broker(redis_url)
    LOG.info("beat_started")
    try:
        await run(settings, make_sessions(engine), broker.send, stopping)
    finally:
        broker.close()
        await engine.dispose()
        LOG.info("beat_stopped")


def _report(name: str, error: Exception, backoff: float) -> None:
    """A server that is away is a line; anything else is a bug and logged whole."""
    expected = isinstance(error, BrokerError | OperationalError | InterfaceError | OSError)
    LOG.warning(
        "loop_failed",
        loop=name,
        error=type(error).__name__,
        again_in=backoff,
        exc_info=None if expected else error,
    )


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
