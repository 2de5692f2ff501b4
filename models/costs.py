"""What a job is likely to cost: seconds of one slot of a worker, guessed before anything was read.

The guess orders magnitudes. What it is wrong by on a machine is measured (services.jobs.capacity).
Before it is read a document has a name and a size; once its pages are counted, each has its price.

Counting marks of pages in the bytes as they arrive was tried on 90 PDFs. It tells text a little better (off
by 1.5 instead of 1.8 at the median) and nothing of scans, which are most of the work and off by twenty. So a
worker corrects the guess when it knows how many pages there are, and whether their pictures must be read.
"""

from pathlib import PurePosixPath

MEGABYTE = 1 << 20

START = 0.05
"""Claiming, starting a process, storing the outcome; measured on notes of a few lines."""

PAGE = 0.025
"""A page of a PDF read and cut: 40 to 100 pages a second (docs/figures.md)."""

PICTURE = 3.0
"""A picture of one page whose text is read."""

TEXT_MEGABYTE = 2.0
PDF_MEGABYTE = 1.5
"""Contracts of 40 files: 12 KiB and 0.018 s a page. Scans have more bytes a page, and take longer."""

PACKED_MEGABYTE = 0.5
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"})
PACKED = frozenset({".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz"})


def of_upload(name: str, size: int) -> float:
    """Seconds for a document of this file name and so many bytes."""
    suffix, megabytes = PurePosixPath(name).suffix.lower(), size / MEGABYTE
    if suffix in PICTURES:
        return round(START + PICTURE + megabytes, 3)
    rate = PACKED_MEGABYTE if suffix in PACKED else PDF_MEGABYTE if suffix == ".pdf" else TEXT_MEGABYTE
    return round(START + rate * megabytes, 3)


def of_pages(pages: int, *, by_sight: bool = False) -> float:
    """Seconds for so many pages; `by_sight` where their pictures are read."""
    return round(START + (PICTURE if by_sight else PAGE) * pages, 3)
