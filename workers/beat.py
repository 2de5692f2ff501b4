"""Plain loops beside the workers: hints, expired leases, webhooks, documents from URLs. Several may run."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services import rates
from services.infra.broker import Broker
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.stores import make_partials, make_quarantine
from services.jobs.presence import Instance, Role, Vitals, appear, leave, pause
from services.jobs.queue import Send, dispatch
from services.jobs.reconciling import Reconciled, reconcile
from services.jobs.settling import settle
from services.webhooks.policy import WebhookPolicy
from workers import blobs, fetches, sweeping, uploads, webhooks
from workers.erasing import Eraser
from workers.processes import memory_of
from workers.signs import Signs

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]
LONGEST_BACKOFF = 10.0
POOL = 4
WATCHED = ("relay", "reconciler", "batches", "upkeep", "sweeper", "eraser")
"""Loops whose rounds end by themselves: how long ago is a metric. The sender has one round without an end."""


async def run(
    settings: Settings,
    sessions: Sessions,
    send: Send,
    stopping: asyncio.Event,
    *,
    beside: Instance | None = None,
) -> None:
    """All loops until `stopping` is set; none of them ends because of an error.

    They give signs of life for themselves, and for the worker `beside` them in the same process.
    """
    there = [Instance.new(Role.BEAT), *([beside] if beside else [])]
    turns = Turns(settings, sessions, send, stopping, there, webhooks.policy_of(settings))
    watched = partial(keep, stopping=stopping, ended=turns.signs.note)
    async with asyncio.TaskGroup() as loops:
        loops.create_task(watched(turns.presence, pause=pause(settings.lease)))
        loops.create_task(watched(turns.relay, pause=settings.dispatch_interval_seconds))
        loops.create_task(watched(turns.reconciler, pause=settings.reconcile_interval_seconds))
        loops.create_task(watched(turns.sender, pause=settings.webhook_interval_seconds))
        loops.create_task(watched(turns.fetcher, pause=settings.fetch_interval_seconds))
        loops.create_task(watched(turns.batches, pause=settings.webhook_interval_seconds))
        loops.create_task(watched(turns.upkeep, pause=webhooks.UPKEEP_SECONDS))
        loops.create_task(watched(turns.sweeper, pause=sweeping.PAUSE_SECONDS))
        loops.create_task(watched(turns.eraser, pause=sweeping.PAUSE_SECONDS))
        loops.create_task(keep(turns.presence, stopping, pause=pause(settings.lease)))
        loops.create_task(keep(turns.relay, stopping, pause=settings.dispatch_interval_seconds))
        loops.create_task(keep(turns.reconciler, stopping, pause=settings.reconcile_interval_seconds))
        loops.create_task(keep(turns.sender, stopping, pause=settings.webhook_interval_seconds))
        loops.create_task(keep(turns.upkeep, stopping, pause=webhooks.UPKEEP_SECONDS))
        loops.create_task(keep(turns.sweeper, stopping, pause=sweeping.PAUSE_SECONDS))
        loops.create_task(keep(turns.uploads, stopping, pause=sweeping.PAUSE_SECONDS))
        loops.create_task(keep(turns.eraser, stopping, pause=sweeping.PAUSE_SECONDS))
        if settings.sweep_blobs != "off":
            turn = blobs.Rounds(settings, sessions).turn
            loops.create_task(watched(turn, pause=blobs.PAUSE_SECONDS))
    await depart(sessions, there)


@dataclass(frozen=True)
class Turns:
    """One round of each loop; True asks for the next one at once."""

    settings: Settings
    sessions: Sessions
    send: Send
    stopping: asyncio.Event
    there: Sequence[Instance]
    policy: WebhookPolicy
    signs: Signs = field(default_factory=lambda: Signs(WATCHED))

    async def presence(self) -> bool:
        """Signs of life; the memory of the process is told once."""
        memory = await asyncio.to_thread(memory_of, os.getpid())
        for instance in self.there:
            held = memory if instance is self.there[-1] else 0
            vitals = Vitals(held, self.signs.ages() if instance.role is Role.BEAT else {})
            async with self.sessions.begin() as session:
                await appear(session, instance, lease=self.settings.lease, vitals=vitals)
        return False

    async def relay(self) -> bool:
        """Hints to the workers."""
        async with self.sessions.begin() as session:
            sent = await dispatch(
                session,
                window=self.settings.dispatch_window,
                resend_after=self.settings.resend_after,
                send=self.send,
                max_running=self.settings.quota.max_running,
            )
        return sent > 0

    async def reconciler(self) -> bool:
        """Jobs back from workers that are gone."""
        async with self.sessions.begin() as session:
            found = await reconcile(session, lease=self.settings.lease)
        if found != Reconciled():
            LOG.info(
                "leases_expired", requeued=found.requeued, failed=found.failed, cancelled=found.cancelled
            )
        return False

    async def sender(self) -> bool:
        """Webhooks that are due."""
        await webhooks.send(self.settings, self.sessions, self.policy, self.stopping)
        return False

    async def batches(self) -> bool:
        """Events of batches whose last job has ended."""
        async with self.sessions.begin() as session:
            return await settle(session) > 0

    async def fetcher(self) -> bool:
        """Documents whose bytes are to be fetched."""
        await fetches.fetch(self.settings, self.sessions, self.stopping)
        return False

    async def upkeep(self) -> bool:
        """The log of webhooks stays small, and so does what is known of the rates of keys."""
        async with self.sessions.begin() as session:
            await rates.forget(session)
        return await webhooks.keep_small(self.sessions, self.policy, keep=self.settings.webhook_log)

    async def sweeper(self) -> bool:
        """Old versions go."""
        return await sweeping.sweep(self.sessions, keep_versions=self.settings.keep_versions)

    async def uploads(self) -> bool:
        """Uploads that nobody went on with go."""
        partials = make_partials(self.settings.storage_url, self.settings.objects_dir)
        await uploads.sweep(self.sessions, partials, strangers=self.settings.sweep_blobs == "remove")
        return False

    async def eraser(self) -> bool:
        """Tenants whose erasure has begun go."""
        quarantine = make_quarantine(self.settings.storage_url, self.settings.objects_dir)
        partials = make_partials(self.settings.storage_url, self.settings.objects_dir)
        return await Eraser(self.sessions, quarantine, partials).go_on()


async def depart(sessions: Sessions, there: Sequence[Instance]) -> None:
    """The instances end; if the database does not hear it, their silence will tell."""
    try:
        async with sessions.begin() as session:
            for instance in there:
                await leave(session, instance)
    except (SQLAlchemyError, OSError) as error:
        LOG.debug("departure_unheard", error=type(error).__name__)


async def keep(
    turn: Callable[[], Awaitable[bool]],
    stopping: asyncio.Event,
    *,
    pause: float,
    ended: Callable[[str], None] = lambda _: None,
) -> None:
    """Runs `turn` again and again: at once while it answers True, else after `pause` seconds.

    `ended` hears its name after each round without an error.
    An error is logged and answered with growing pauses; Redis or Postgres may be gone as long as they like.
    """
    backoff = pause
    while not stopping.is_set():
        try:
            busy = await turn()
            backoff = pause
            ended(turn.__name__)
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
