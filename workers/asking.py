"""The strategy `llm`: a model is asked between parsing and cutting, because parsers reach no network."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from models import artifact
from models.chat import ChatEndpoint
from models.errors import Stage
from services.chat.asking import answered, group_asked_for
from services.chat.conversation import Conversation
from services.runner.values import Progress, Request, Result
from services.segmentation.boundaries.shifts import Ask
from workers.lease import Lease
from workers.process import Process

Run = Callable[[Request], Result]


def run_asking(process: Process, lease: Lease, request: Request, run: Run, made: Path) -> Result:
    """What `run` answers. Where a model is to be asked, the document is parsed, then asked about, then cut.

    A parsed form with new answers is written to `made`.
    """
    endpoint, group = process.settings.chat, group_asked_for(request.options)
    if endpoint is None or group is None:
        return run(request)
    parsed = request.artifact_in
    if parsed is None:
        result = run(replace(request, options=None))
        if result.members or result.counted_only or result.needs_eyes:
            return result
        parsed = made
    most = process.settings.limits.max_stored_bytes
    ask = _asking(process, endpoint, lease)
    document = answered(artifact.load(parsed.read_bytes(), most=most), group, ask, endpoint.calls)
    if document is not None:
        made.write_bytes(artifact.dump(document, most=most))
        parsed = made
    return run(replace(request, artifact_in=parsed, artifact_out=None, parts=None, whole_up_to=None))


def _asking(process: Process, endpoint: ChatEndpoint, lease: Lease) -> Ask:
    """Questions are counted as progress, and the lease is held meanwhile; Cancelled when it has ended."""
    conversation, numbers = Conversation(endpoint), count()

    def ask(question: str) -> str:
        progress = Progress(Stage.CHUNKING, next(numbers))
        return process.watched(conversation.ask(question), partial(lease.tick, progress))

    return ask
