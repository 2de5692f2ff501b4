"""The strategies of this version, found by their `Options` class, and how a request names one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from models.document import Document
from models.errors import InvalidOptions, StrategyUnavailable
from models.options import DEFAULT_STRATEGY, STRATEGY_NAMES, ChunkingOptions, validated
from services.segmentation.edges import Edge
from services.segmentation.plan import Flow, Plan
from services.segmentation.strategies import breakpoint as breakpoints
from services.segmentation.strategies import (
    cast,
    cluster,
    llm,
    perplexity,
    recursive,
    s2,
    section,
    sentence,
    topic,
)
from services.segmentation.tools import Tools

Planning = Callable[[Document, Any, Tools], Sequence[Flow] | Plan]
Edges = Callable[[Document, Tools, int], Sequence[Edge]]


class Strategy(Protocol):
    """The shape of a strategy's module; its docstring is the summary users read."""

    __doc__: str | None
    Options: type[ChunkingOptions]
    plan: Planning


STRATEGIES: Mapping[str, Any] = {
    "recursive": recursive,
    "sentence": sentence,
    "section": section,
    "s2": s2,
    "cast": cast,
    "breakpoint": breakpoints,
    "cluster": cluster,
    "perplexity": perplexity,
    "topic": topic,
    "llm": llm,
}
"""One line a strategy; explicit, so that a reader and a type checker see them all."""


@dataclass(frozen=True, slots=True)
class StrategyDescription:
    """A strategy as `GET /v1/strategies` shows it; `options_schema` is JSON Schema."""

    name: str
    summary: str
    available: bool
    options_schema: Mapping[str, Any]


def plan_of(name: str) -> Planning:
    """The planning function of a strategy; StrategyUnavailable when there is none of that name."""
    plan: Planning = _module(name).plan
    return plan


def edges_of(name: str) -> Edges | None:
    """What shows the graph of a page, for a strategy that makes one."""
    edges: Edges | None = getattr(_module(name), "edges", None)
    return edges


def parse_options(raw: Mapping[str, Any]) -> ChunkingOptions:
    """Options as a user types them; InvalidOptions points at the first field that is wrong."""
    name = raw.get("strategy", DEFAULT_STRATEGY)
    if not isinstance(name, str) or name not in STRATEGY_NAMES:
        names = ", ".join(STRATEGY_NAMES)
        raise InvalidOptions(f"strategy must be one of {names}", pointer="/strategy")
    options: ChunkingOptions = validated(_module(name).Options, raw)
    return options


def describe() -> list[StrategyDescription]:
    """Every strategy name there will be, with the options of those that exist."""
    return [_description(name) for name in STRATEGY_NAMES]


def _description(name: str) -> StrategyDescription:
    if name not in STRATEGIES:
        return StrategyDescription(name, "Not available in this version.", available=False, options_schema={})
    module = STRATEGIES[name]
    summary = " ".join((module.__doc__ or "").split())
    return StrategyDescription(
        name, summary, available=True, options_schema=module.Options.model_json_schema()
    )


def _module(name: str) -> Any:
    if name not in STRATEGIES:
        raise StrategyUnavailable(
            f"the strategy {name!r} is not available in this version", pointer="/strategy"
        )
    return STRATEGIES[name]
