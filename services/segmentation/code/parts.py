"""Stretches of source code that need not be cut, and how good a cut before each would be."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from services.segmentation.plan import FORBIDDEN, REQUIRED, Evidence

Fits = Callable[[int, int], bool]
"""Whether what stands from start to end fits into one chunk."""


@dataclass(slots=True)
class Part:
    """Offsets `start <= i < end`, the evidence for a cut before them, and their depth in the syntax."""

    start: int
    end: int
    before: Evidence
    depth: int = 0


STEP = 0.02
"""What a level of nesting takes from the score of a cut."""

TOP = Evidence(0.95, "between declarations")
STATEMENT = Evidence(0.55, "between statements")
ELEMENT = Evidence(0.35, "between parts of an expression")
BETWEEN_IMPORTS = Evidence(0.3, "between imports")
LINE = Evidence(0.3, "line end")
INSIDE_BRACKETS = Evidence(0.15, "before a line that closes something")
INSIDE_LINE = Evidence(0.1, "inside a line")
INSIDE_TOKEN = Evidence(0.05, "inside a long line")
WINDOW = Evidence(REQUIRED, "between windows")
BELOW_HEADER = Evidence(FORBIDDEN, "between a declaration's head and its body")
BELOW_COMMENT = Evidence(FORBIDDEN, "between a declaration and what is said of it")


@lru_cache
def at_depth(evidence: Evidence, depth: int) -> Evidence:
    """The same evidence, weaker the deeper; never below a tenth of it."""
    score = evidence.score
    return evidence._replace(score=max(score / 10, score - STEP * depth))
