"""The life of a process that reads one document: lock itself in, work, answer, end."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from models.limits import Limits
from services.extraction.seeing import Sight
from services.runner import sandbox
from services.runner.answers import Answers
from services.runner.files import OpenFiles
from services.runner.values import Request, Result
from services.runner.work import Means, Plan

MOST_OPEN = 256
"""No descriptor of the process that forks has a higher number."""

Serve = Callable[[Request, Plan | None, Means], Result]


@dataclass(frozen=True, slots=True)
class Errand:
    """One document, with everything opened and loaded that its process will not be able to open."""

    request: Request
    how: Plan | None
    files: OpenFiles
    limits: Limits
    sight: Sight


def live(errand: Errand, serve: Serve, output: int, parent: int) -> NoReturn:
    """Never returns: ends with 0 once an answer was given, whatever it was, and with 1 when none could be."""
    try:
        sandbox.die_with(parent)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        needed = errand.how.tools.descriptors if errand.how else ()
        _keep({output, *errand.files.descriptors.values(), *needed})
        answers = Answers(output)
        _answer(errand, serve, answers)
        os._exit(0)
    finally:
        os._exit(1)


def _answer(errand: Errand, serve: Serve, answers: Answers) -> None:
    try:
        sandbox.enter(errand.limits)
        means = Means(errand.files, errand.limits, answers.progress, errand.sight)
        answers.result(serve(errand.request, errand.how, means))
    except Exception as error:  # noqa: BLE001 - whatever it was, it is told and the process ends
        answers.failure(error)


def _keep(descriptors: set[int]) -> None:
    """Close all others; the standard streams lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    bounds = [2, *sorted(descriptors), MOST_OPEN]
    for low, high in pairwise(bounds):
        os.closerange(low + 1, high)
