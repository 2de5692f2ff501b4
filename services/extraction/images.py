"""Images as documents of pages, one for each image in a file."""

from models.errors import CorruptDocument, PageTooLarge
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.image_headers import Size, image_kind, sizes
from services.extraction.pdf import read_pdf
from services.extraction.raw import RawPaper
from services.extraction.seeing import BLIND, Sight
from services.extraction.values import Progress, ignore


def read_image(
    data: bytes, limits: Limits = DEFAULT_LIMITS, progress: Progress = ignore, sight: Sight = BLIND
) -> RawPaper:
    """Its pages, one for each image in the file, upright, with the words that `sight` reads in them.

    PageTooLarge beyond `max_pixels`, TooManyPages, and the errors of `read_pdf`.
    """
    kind = image_kind(data)
    if kind is None:
        raise CorruptDocument("This is no image.")
    _check(list(sizes(data, kind, limits)), limits)
    return read_pdf(data, limits, progress, sight, kind=kind.value)


def _check(sizes: list[Size], limits: Limits) -> None:
    if not sizes:
        raise CorruptDocument("The image does not say how large it is.")
    for width, height in sizes:
        if width * height > limits.max_pixels:
            raise PageTooLarge(f"The image has {width} by {height} pixels; {limits.max_pixels} are allowed.")
