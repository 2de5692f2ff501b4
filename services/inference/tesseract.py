"""Tesseract as a second engine, where its library is installed (`apt-get install tesseract-ocr`).

The library is loaded into this process, with its data, before there is a document: no program is started, no
file is opened later, no thread either. Pages are read as they lie: it neither turns nor straightens them.
"""

import atexit
import ctypes
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_float, c_int, c_void_p
from dataclasses import dataclass
from typing import Any

from models.errors import ModelError, ModelUnavailable
from models.geometry import Box
from services.extraction.sight import PageImage, Seen, SeenLine, SeenWord

_LIBRARIES = ("libtesseract.so.5", "libtesseract.so.4", "libtesseract.5.dylib")
_DOTS = 200
_LINE, _WORD = 2, 3
_AUTOMATIC = 3
_TYPE_SIZE = 0.75
_PERCENT = 100.0
_DEFAULT = "en"
_CODES_TEXT = (
    "en eng de deu fr fra es spa it ita pt por nl nld pl pol cs ces sk slk ru rus uk ukr be bel bg "
    "bul el ell tr tur da dan sv swe no nor nb nor nn nor fi fin hu hun ro ron hr hrv sr srp sl slv "
    "lv lav lt lit et est ar ara he heb fa fas hi hin zh chi_sim ja jpn ko kor vi vie id ind th tha "
    "la lat ca cat ga gle is isl"
)
_WORDS = _CODES_TEXT.split()
CODES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
"""Names of Tesseract's data by ISO 639-1."""

_SIGNATURES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "TessVersion": (c_char_p, ()),
    "TessBaseAPICreate": (c_void_p, ()),
    "TessBaseAPIDelete": (None, (c_void_p,)),
    "TessBaseAPIInit3": (c_int, (c_void_p, c_char_p, c_char_p)),
    "TessBaseAPISetPageSegMode": (None, (c_void_p, c_int)),
    "TessBaseAPISetImage": (None, (c_void_p, c_char_p, c_int, c_int, c_int, c_int)),
    "TessBaseAPISetSourceResolution": (None, (c_void_p, c_int)),
    "TessBaseAPIRecognize": (c_int, (c_void_p, c_void_p)),
    "TessBaseAPIGetIterator": (c_void_p, (c_void_p,)),
    "TessBaseAPIClear": (None, (c_void_p,)),
    "TessResultIteratorGetPageIterator": (c_void_p, (c_void_p,)),
    "TessResultIteratorGetUTF8Text": (c_void_p, (c_void_p, c_int)),
    "TessResultIteratorConfidence": (c_float, (c_void_p, c_int)),
    "TessResultIteratorNext": (c_int, (c_void_p, c_int)),
    "TessResultIteratorDelete": (None, (c_void_p,)),
    "TessPageIteratorIsAtBeginningOf": (c_int, (c_void_p, c_int)),
    "TessPageIteratorBoundingBox": (c_int, (c_void_p, c_int, *[POINTER(c_int)] * 4)),
    "TessDeleteText": (None, (c_void_p,)),
}


@dataclass(frozen=True, slots=True)
class TesseractReader:
    """The engine behind `services.extraction.sight.Eyes`."""

    name: str
    library: Any
    handle: int

    def read(self, image: PageImage) -> Seen:
        """Lines in Tesseract's order; ModelError."""
        if not image.width or not image.height:
            return Seen(())
        api = self.library
        api.TessBaseAPISetImage(self.handle, image.pixels, image.width, image.height, 1, image.width)
        api.TessBaseAPISetSourceResolution(self.handle, _DOTS)
        try:
            if api.TessBaseAPIRecognize(self.handle, None):
                raise ModelError("Tesseract could not read the picture.")
            with self._results() as found:
                return Seen(tuple(self._lines(found)) if found else ())
        finally:
            api.TessBaseAPIClear(self.handle)

    @contextmanager
    def _results(self) -> Iterator[int | None]:
        found = self.library.TessBaseAPIGetIterator(self.handle)
        try:
            yield found
        finally:
            if found:
                self.library.TessResultIteratorDelete(found)

    def _lines(self, results: int) -> Iterator[SeenLine]:
        place = self.library.TessResultIteratorGetPageIterator(results)
        words: list[SeenWord] = []
        size = 0.0
        goes_on = True
        while goes_on:
            if words and self.library.TessPageIteratorIsAtBeginningOf(place, _LINE):
                yield SeenLine(tuple(words), 0, size)
                words = []
            if not words:
                line = self._box(place, _LINE)
                size = line.height * _TYPE_SIZE if line else 0.0
            word = self._word(results, place)
            words.extend([word] if word else [])
            goes_on = bool(self.library.TessResultIteratorNext(results, _WORD))
        if words:
            yield SeenLine(tuple(words), 0, size)

    def _word(self, results: int, place: int) -> SeenWord | None:
        box = self._box(place, _WORD)
        address = self.library.TessResultIteratorGetUTF8Text(results, _WORD)
        if not address:
            return None
        text = "".join((ctypes.string_at(address)).decode("utf-8", "replace").split())
        self.library.TessDeleteText(address)
        sure = self.library.TessResultIteratorConfidence(results, _WORD) / _PERCENT
        return SeenWord(text, box, min(max(float(sure), 0.0), 1.0)) if text and box else None

    def _box(self, place: int, level: int) -> Box | None:
        edges = [c_int() for _ in range(4)]
        if not self.library.TessPageIteratorBoundingBox(place, level, *map(byref, edges)):
            return None
        return Box(*(float(edge.value) for edge in edges))


def tesseract_reader(languages: Sequence[str]) -> TesseractReader:
    """The engine with the data of these languages, English without any; ModelUnavailable."""
    library = _library()
    wanted = "+".join(CODES.get(code, code) for code in languages or (_DEFAULT,))
    handle = library.TessBaseAPICreate()
    if not handle or library.TessBaseAPIInit3(handle, None, wanted.encode()):
        raise ModelUnavailable(f"Tesseract has no data for {wanted}", pointer="/ocr_languages")
    atexit.register(library.TessBaseAPIDelete, handle)  # else it complains when the process ends
    library.TessBaseAPISetPageSegMode(handle, _AUTOMATIC)
    version = library.TessVersion().decode()
    reader = TesseractReader(f"tesseract-{version}/{wanted}", library, handle)
    reader.read(PageImage(64, 64, bytes([255]) * 64 * 64))
    return reader


def _library() -> Any:
    """The library, told before it starts that it may use one thread."""
    os.environ["OMP_THREAD_LIMIT"] = "1"
    for name in _LIBRARIES:
        try:
            found = ctypes.CDLL(name)
        except OSError:
            continue
        for function, (result, arguments) in _SIGNATURES.items():
            getattr(found, function).restype = result
            getattr(found, function).argtypes = arguments
        return found
    raise ModelUnavailable("Tesseract is not installed here", pointer="/ocr_engine")
