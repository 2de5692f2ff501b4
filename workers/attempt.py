"""One attempt on one job: claim, parse with no transaction open, end it in one short transaction."""

import functools
import time
from contextlib import AbstractContextManager

import structlog
from structlog.contextvars import bound_contextvars

from models.errors import Cancelled, DeadlineExceeded, KerfError, Unavailable
from services.infra import tracing
from services.jobs.claims import Claim, Held
from services.jobs.ending import Ending
from services.jobs.failures import Failure
from services.jobs.finishing import confirm_cancel, fail, release
from services.jobs.ranges import RangeClaim, keep, take
from services.runner.values import Progress
from workers.lease import End, Lease
from workers.process import Process
from workers.ranges import sweep_ranges
from workers.segmenting import work
from workers.settle import DATABASE_AWAY, TRANSIENT, Verb, settle

LOG = structlog.get_logger(__name__)


def attempt(process: Process, hint: str) -> None:
    """Take the job or page range if it is there to be taken, and end the attempt in its row whatever happens.

    Nothing is claimed before a parser is warm: a worker that dies young, or a machine on which none gets
    warm, costs no attempt. Nor does a database that does not answer at the claim; the hint is sent again.
    """

    def goes_on() -> bool:
        process.beat()
        return not process.stopping.has_begun()

    is_warm = process.child.warm(goes_on)
    if process.stopping.has_begun():
        return
    if not is_warm:
        LOG.error("parser_not_warm", job=hint)
        return
    began = tracing.now()
    try:
        taken = process.run(_claim(process, hint))
    except TRANSIENT as error:
        LOG.warning("claim_failed", job=hint, error=type(error).__name__)
        return
    if taken is None:
        LOG.debug("nothing_to_claim", job=hint)
        return
    with bound_contextvars(**_names(taken)), _traced(taken, began) as span:
        tracing.past("claim", began, tracing.now())
        LOG.info("attempt_started")
        ending = _end(process, taken, _work(process, taken))
        span.tell({"kerf.ending": ending.value})
        LOG.info("attempt_ended", ending=ending.value)
    if not isinstance(taken, RangeClaim) and ending is Ending.SUCCEEDED:
        sweep_ranges(process)


def _names(taken: Claim) -> dict[str, str | int]:
    """What every line of an attempt tells."""
    part = {"range": taken.range_id} if isinstance(taken, RangeClaim) else {}
    names = {"job": taken.job_id, "document": taken.document_id, "tenant": taken.tenant_id}
    return {**names, **part, "attempt": taken.attempt}


def _traced(taken: Claim, began: int) -> AbstractContextManager[tracing.Span]:
    """The attempt as a span below the request that asked for the work."""
    attributes = {f"kerf.{name}": value for name, value in _names(taken).items()}
    return tracing.arriving("attempt", "consumer", taken.traceparent, attributes, began=began)


def _work(process: Process, taken: Claim) -> Verb | None:
    """Do the work; how the attempt ends. None when the job is somebody else's by now."""
    lease = lease_of(process, taken)
    try:
        return work(process, taken, lease)
    except Cancelled:
        return _stopped(taken, lease)
    except Unavailable as error:
        LOG.warning("parser_not_ready", detail=error.detail)
        return functools.partial(release, claim=taken, rest=process.settings.resend_after)
    except KerfError as error:
        return _failing(taken, error, lease.progress)
    except DATABASE_AWAY as error:  # asked for page ranges, it did not answer: the document is not to blame
        LOG.warning("work_interrupted", error=type(error).__name__)
        return functools.partial(release, claim=taken)
    except Exception:
        LOG.exception("attempt_crashed")
        return _failing(taken, KerfError(), lease.progress)


def lease_of(process: Process, taken: Claim) -> Lease:
    """The lease of a claim: each beat is a transaction of its own, and may not take longer than a third."""
    seconds = process.settings.lease_seconds

    def renew(progress: Progress) -> Held:
        return process.run(_beat(process, taken, progress), timeout=max(1.0, seconds / 3))

    return Lease(
        renew,
        seconds=seconds,
        stall_seconds=process.settings.stall_seconds,
        is_stopping=process.stopping.has_begun,
    )


def _stopped(taken: Claim, lease: Lease) -> Verb | None:
    match lease.end:
        case End.STOPPING:
            return functools.partial(release, claim=taken)
        case End.CANCELLING:
            return functools.partial(confirm_cancel, claim=taken)
        case End.STALLED:
            stalled = DeadlineExceeded("The parser made no progress for too long.")
            return _failing(taken, stalled, lease.progress)
        case _:
            return None


def _failing(taken: Claim, error: KerfError, reached: Progress | None = None) -> Verb:
    """The failure as the user may see it; what a bug of ours says stays in the log."""
    ours = error.code == KerfError.code  # what is said of a document may quote it: that is for its owner only
    LOG.warning(
        "attempt_failed", code=error.code, stage=error.stage, **({"detail": error.detail} if ours else {})
    )
    tracing.here().fail(error.code)
    shown = KerfError() if error.code == KerfError.code else error
    return functools.partial(fail, claim=taken, failure=Failure.of(shown, reached))


def _end(process: Process, taken: Claim, verb: Verb | None) -> Ending:
    """Settle; a bug in the ending itself fails the job, a cancel that came meanwhile is confirmed."""
    if verb is None:
        return Ending.LOST
    try:
        ending = _settled(process, taken, verb)
    except Exception:
        LOG.exception("ending_crashed")
        ending = _settled(process, taken, _failing(taken, KerfError()))
    if ending is Ending.CANCELLING:
        ending = _settled(process, taken, functools.partial(confirm_cancel, claim=taken))
    return ending


def _settled(process: Process, taken: Claim, verb: Verb) -> Ending:
    """Two leases of patience with the database, or the time there is for stopping."""
    began = time.monotonic()

    def give_up() -> bool:
        settings = process.settings
        stopping = process.stopping.has_begun()
        return time.monotonic() - began > (
            settings.shutdown_seconds if stopping else 2 * settings.lease_seconds
        )

    with tracing.span("finish"):
        return process.run(settle(process.sessions, taken, verb, give_up=give_up), timeout=None)


async def _claim(process: Process, hint: str) -> Claim | None:
    async with process.sessions.begin() as session:
        return await take(session, hint, lease=process.settings.lease, holder=process.holder)


async def _beat(process: Process, taken: Claim, progress: Progress) -> Held:
    async with process.sessions.begin() as session:
        return await keep(session, taken, lease=process.settings.lease, progress=progress)
