"""The strategies of this version, found by their `Options` class, and how a request names one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from models.document import Document
from models.errors import InvalidOptions
from models.options import DEFAULT_STRATEGY, ChunkingOptions, validated
from models.outline import Outline
from services.segmentation.choosing.region import Region
from services.segmentation.edges import Edge
from services.segmentation.plan import Flow, Plan
from services.segmentation.strategies import (
    auto,
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
from services.segmentation.strategies import breakpoint as breakpoints
from services.segmentation.tools import Tools

Planning = Callable[[Document, Any, Tools], Sequence[Flow] | Plan]
Choosing = Callable[[Document, Callable[[], Outline]], Sequence[Region]]
Edges = Callable[[Document, Tools, int], Sequence[Edge]]


class Strategy(Protocol):
    """The shape of a strategy's module; its docstring is the summary users read.

    One that leaves planning to others has a function `choose` instead of `plan`.
    """

    __doc__: str | None
    Options: type[ChunkingOptions]
    plan: Planning


STRATEGIES: Mapping[str, Any] = {
    "auto": auto,
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
    options_schema: Mapping[str, Any]


def plan_of(name: str) -> Planning:
    """The planning function of a strategy."""
    plan: Planning = STRATEGIES[name].plan
    return plan


def edges_of(name: str) -> Edges | None:
    """What shows the graph of a page, for a strategy that makes one."""
    edges: Edges | None = getattr(STRATEGIES[name], "edges", None)
    return edges


def chooser_of(name: str) -> Choosing | None:
    """What a strategy that plans nothing itself chooses others with."""
    choose: Choosing | None = getattr(STRATEGIES[name], "choose", None)
    return choose


def narrowed(options: ChunkingOptions, name: str, share: float) -> ChunkingOptions:
    """The options of another strategy, as far as these say them; drawn to `share` of the cap by default."""
    kind: type[ChunkingOptions] = STRATEGIES[name].Options
    own = options.model_dump(include=set(kind.model_fields) - {"strategy"})
    if share < 1 and options.target_tokens is None:
        own["target_tokens"] = max(1, options.min_tokens, int(share * options.max_tokens))
    return kind.model_validate(own)


def parse_options(raw: Mapping[str, Any]) -> ChunkingOptions:
    """Options as a user types them; InvalidOptions points at the first field that is wrong."""
    name = raw.get("strategy", DEFAULT_STRATEGY)
    if not isinstance(name, str) or name not in STRATEGIES:
        raise InvalidOptions(f"strategy must be one of {', '.join(STRATEGIES)}", pointer="/strategy")
    options: ChunkingOptions = validated(STRATEGIES[name].Options, raw)
    return options


def describe() -> list[StrategyDescription]:
    """Every strategy with its options."""
    return [
        StrategyDescription(
            name, " ".join((module.__doc__ or "").split()), module.Options.model_json_schema()
        )
        for name, module in STRATEGIES.items()
    ]
