"""A document as parts, each planned by one strategy under its own options."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from models.document import Document
from models.options import ChunkingOptions
from models.outline import Outline
from services.segmentation.choosing.masking import masked, within
from services.segmentation.choosing.region import Region
from services.segmentation.contexts import Contexts
from services.segmentation.part import Part
from services.segmentation.plan import Plan
from services.segmentation.registry import chooser_of, narrowed, plan_of
from services.segmentation.tools import Tools


def parts_of(document: Document, options: ChunkingOptions, tools: Tools) -> list[Part]:
    """One part, unless the options leave the choice to us."""
    choose = chooser_of(options.name)
    if choose is None:
        plan = _planned(document, options, tools)
        contexts = plan.contexts or _contexts(document, options, tools)
        return [Part(options, plan.flows, contexts, plan.notes, plan.links)]

    @cache
    def outline() -> Outline:
        from services.outline.outline import outline_of  # noqa: PLC0415 - its patterns take 0.1 s to compile

        return outline_of(document)

    regions = choose(document, outline)
    known = replace(tools, outline=lambda of: outline() if of is document else None)
    return list(_chosen(document, regions, options, known))


def _chosen(
    document: Document, regions: Sequence[Region], options: ChunkingOptions, tools: Tools
) -> Iterator[Part]:
    """The strategy with most of the text plans first: its contexts are those of all that have none."""
    by_strategy: dict[str, list[Region]] = {}
    for region in regions:
        by_strategy.setdefault(region.choice.strategy, []).append(region)
    shared: Contexts | None = None
    for own in sorted(by_strategy.values(), key=_size, reverse=True):
        choice, spans = own[0].choice, [region.span for region in own]
        how = narrowed(options, choice.strategy, choice.share)
        is_whole = len(by_strategy) == 1
        plan = _planned(document if is_whole else masked(document, spans), how, tools)
        shared = shared or plan.contexts or _contexts(document, options, tools)
        for region in own:
            flows = plan.flows if is_whole else [within(document, flow, region.span) for flow in plan.flows]
            contexts = plan.contexts or shared
            yield Part(how, flows, contexts, plan.notes, plan.links, region.choice.because)


def _planned(document: Document, options: ChunkingOptions, tools: Tools) -> Plan:
    made = plan_of(options.name)(document, options, tools)
    return made if isinstance(made, Plan) else Plan(made)


def _contexts(document: Document, options: ChunkingOptions, tools: Tools) -> Contexts:
    return Contexts(document, tools.tokenizer, options.max_tokens, wanted=options.heading_context)


def _size(regions: Sequence[Region]) -> int:
    return sum(region.span.end - region.span.start for region in regions)
