"""The four laws over generated documents, for every strategy, tokenizer and size."""

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import laws
from models.document import Document
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options
from tests.generators import documents
from tests.support.strategies import tools_of

TOOLKIT = Toolkit(Path("no-models-here"))
SIZES = st.sampled_from([16, 17, 24, 40, 64, 512])


def option_sets(strategy: str) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {"strategy": st.just(strategy), "max_tokens": SIZES},
        optional={
            "tokenizer": st.sampled_from(["characters", "non_whitespace", "words", "bert"]),
            "overlap_tokens": st.integers(0, 8),
            "min_tokens": st.integers(0, 16),
            "heading_context": st.booleans(),
        },
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_strategy_obeys_the_laws_on_any_document(strategy: str, data: st.DataObject) -> None:
    document = data.draw(documents())
    options = parse_options(data.draw(option_sets(strategy)))
    result = pipeline.chunk(document, options, tools_of(TOOLKIT, options))
    assert result.coverage.covered == result.coverage.total
    again = pipeline.chunk(document, options, tools_of(TOOLKIT, options))
    assert again.chunks == result.chunks


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents(), data=st.data())
def test_without_overlap_no_code_point_is_in_two_chunks(
    strategy: str, document: Document, data: st.DataObject
) -> None:
    options = parse_options({"strategy": strategy, "max_tokens": data.draw(SIZES)})
    spans = [
        span
        for chunk in pipeline.chunk(document, options, tools_of(TOOLKIT, options)).chunks
        for span in chunk.spans
    ]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@settings(deadline=None)
@given(document=documents(paginated=True))
def test_generated_documents_are_what_extraction_must_deliver(document: Document) -> None:
    laws.check_document(document)
