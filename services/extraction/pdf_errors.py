"""What MuPDF raises, as errors of ours."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from models.errors import CorruptDocument, KerfError, MemoryLimit
from services.extraction.cleaning import clean_line

T = TypeVar("T")
U = TypeVar("U")

_OUT_OF_MEMORY = ("malloc", "calloc", "realloc", "out of memory", "code=2:")


@contextmanager
def typed_errors() -> Iterator[None]:
    """What goes wrong inside is CorruptDocument or MemoryLimit."""
    try:
        yield
    except KerfError:
        raise
    except Exception as error:
        if is_memory(error):
            raise MemoryLimit from error
        raise CorruptDocument(f"The PDF is damaged: {clean_line(str(error))[:200]}") from error


def is_memory(error: Exception) -> bool:
    """MuPDF's failed allocations come as RuntimeError with its code 2, its binding's as SystemError."""
    message = str(error).lower()
    told = isinstance(error, RuntimeError) and any(mark in message for mark in _OUT_OF_MEMORY)
    return told or isinstance(error, MemoryError | SystemError)


def spared(read: Callable[[], T], otherwise: U) -> T | U:
    """What is read, or the other where it is broken: no reason to lose the pages."""
    try:
        return read()
    except Exception as error:
        if is_memory(error):
            raise MemoryLimit from error
        return otherwise
