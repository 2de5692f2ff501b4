"""What an engine is."""

from collections.abc import Callable, Iterable, Iterator

from models.sentence import Sentence

Engine = Callable[[str], Iterator[Sentence]]
"""Sentences of a text in order: trimmed, disjoint, and all that is not white space is in one of them."""

StreamEngine = Callable[[Iterable[str]], Iterator[Sentence]]
"""The same of a text that comes in parts."""
