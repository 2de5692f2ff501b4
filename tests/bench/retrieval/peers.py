"""Other chunkers of prose, of requirements-peers.txt, without overlap; each is loaded when it is asked for.

The semantic ones are given an embedder of ours.
"""

# mypy: ignore-errors

from tests.bench.retrieval.pieces import Chunker, Pieces, piece
from tests.bench.retrieval.ranking import Embeds, Floats

MINILM = "minilm"
AT_ALL = 180
"""Characters of a chunk of chonkie's if it were cut at every place it thinks of."""


def fixed(text: str, limit: int) -> Pieces:
    """So many characters each."""
    return [piece(start, min(len(text), start + limit)) for start in range(0, len(text), limit)]


def langchain(text: str, limit: int) -> Pieces:
    """LangChain's recursive splitter."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=limit, chunk_overlap=0, add_start_index=True)
    found = ((d.metadata["start_index"], d.page_content) for d in splitter.create_documents([text]))
    return [piece(start, start + len(content)) for start, content in found]


def text_splitter(text: str, limit: int) -> Pieces:
    """semantic-text-splitter; by characters, in spite of its name."""
    from semantic_text_splitter import TextSplitter

    found = TextSplitter(limit).chunk_indices(text)
    return [piece(start, start + len(content)) for start, content in found]


def chonkie_recursive(text: str, limit: int) -> Pieces:
    """With its own rules."""
    from chonkie import RecursiveChunker

    return _of_chonkie(RecursiveChunker("character", limit), text)


def chonkie_sentence(text: str, limit: int) -> Pieces:
    """Whole sentences."""
    from chonkie import SentenceChunker

    return _of_chonkie(SentenceChunker("character", limit), text)


def chonkie_semantic(embeds: Embeds) -> Chunker:
    """Cut at the lowest similarities; the limit sets how many; its other settings as they come."""

    def cut(text: str, limit: int) -> Pieces:
        from chonkie import SemanticChunker
        from chonkie.embeddings import BaseEmbeddings

        class Ours(BaseEmbeddings):
            dimension = 384

            def embed(self, text: str) -> Floats:
                return embeds(MINILM)([text])[0]

            def embed_batch(self, texts: list[str]) -> list[Floats]:
                return list(embeds(MINILM)(texts))

            def get_tokenizer(self) -> str:
                return "character"

        return _of_chonkie(SemanticChunker(Ours(), threshold=min(0.99, AT_ALL / limit)), text)

    return cut


def langchain_semantic(embeds: Embeds) -> Chunker:
    """LangChain's SemanticChunker; the limit says into how many chunks the text is to fall."""

    def cut(text: str, limit: int) -> Pieces:
        from langchain_core.embeddings import Embeddings
        from langchain_experimental.text_splitter import SemanticChunker

        class Ours(Embeddings):
            def embed_documents(self, texts: list[str]) -> Floats:
                return embeds(MINILM)(texts)

            def embed_query(self, text: str) -> Floats:
                return embeds(MINILM)([text])[0]

        splitter = SemanticChunker(Ours(), number_of_chunks=max(1, round(len(text) / limit)))
        return _found_again(text, splitter.split_text(text))

    return cut


def _of_chonkie(chunker: object, text: str) -> Pieces:
    return [piece(one.start_index, one.end_index) for one in chunker(text)]


def _found_again(text: str, contents: list[str]) -> Pieces:
    """Where texts stand that differ from it in white space alone."""
    black = [at for at, letter in enumerate(text) if not letter.isspace()]
    pieces, first = [], 0
    for content in contents:
        after = first + sum(not letter.isspace() for letter in content)
        if after > first:
            pieces.append(piece(black[first], black[after - 1] + 1))
        first = after
    return pieces


def peers(embeds: Embeds) -> dict[str, Chunker]:
    """By name; the first is what others are compared with."""
    return {
        "langchain": langchain,
        "fixed": fixed,
        "semantic-text-splitter": text_splitter,
        "chonkie recursive": chonkie_recursive,
        "chonkie sentence": chonkie_sentence,
        "chonkie semantic": chonkie_semantic(embeds),
        "langchain semantic": langchain_semantic(embeds),
    }
