"""OCR and layout engines from their manifests, made where files may still be opened."""

from collections.abc import Sequence
from pathlib import Path

from models.errors import ModelError, ModelUnavailable
from services.extraction.sight import PageImage
from services.inference.catalogue import DETECTOR, LATIN
from services.inference.layout import LayoutReader
from services.inference.manifests import Task, manifests, named, recognizer_for
from services.inference.ocr import PageReader
from services.inference.ocr_recognition import recognizer
from services.inference.onnx import Model
from services.inference.providers import CPU

_SIDE = 64


def layout_reader(models: Path, providers: tuple[str, ...] = CPU) -> LayoutReader:
    """The detector of the last manifest: the installation's own, else the bundled one. It has run.

    ModelUnavailable, ModelError.
    """
    known = [manifest for manifest in manifests(models) if manifest.task is Task.LAYOUT]
    manifest = known[-1]
    if manifest.size is None or not manifest.labels:
        raise ModelUnavailable(f"the manifest of {manifest.name} says nothing of labels or size")
    network = Model(manifest.data(models), providers=providers)
    reader = LayoutReader(manifest.mark, network, manifest.labels, manifest.size)
    try:
        reader.regions(PageImage(_SIDE, _SIDE, bytes(_SIDE * _SIDE)))
    except (ValueError, IndexError) as error:
        raise ModelError(f"{manifest.name} has not the outputs of PicoDet for its size.") from error
    return reader


def page_reader(languages: Sequence[str], models: Path, providers: tuple[str, ...] = CPU) -> PageReader:
    """The engine that reads these languages, or all that the bundled one knows; ModelUnavailable, ModelError.

    It has been run once: nothing is left that would be loaded at its first page.
    """
    detection, recognition = named(DETECTOR, models), recognizer_for(languages, models)
    latin = True if languages and LATIN.issuperset(languages) else None
    reader = PageReader(
        name=f"{detection.mark}/{recognition.mark}",
        detector=Model(detection.data(models), providers=providers),
        recognizer=recognizer(Model(recognition.data(models), providers=providers)),
        latin=latin,
    )
    reader.warm()
    return reader
