"""Models as they are declared: what a file is, what it must hash to, where it lies or comes from."""

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import ModelUnavailable
from services.inference.catalogue import BUILT_IN

FOLDER = "networks"
MANIFESTS = "manifests"


class Task(StrEnum):
    """What a network is for."""

    DETECTION = "ocr-detection"
    RECOGNITION = "ocr-recognition"
    LAYOUT = "layout"
    SENTENCES = "sentences"
    EMBEDDING = "embedding"
    LANGUAGE = "language-model"


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    """One file of a network that has several; pulled once from `url`, or put there by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$")]
    sha256: Sha256
    url: str | None = None


class Placed(NamedTuple):
    """A file where it is, or will be once it is pulled."""

    path: Path
    sha256: str
    url: str | None


class Manifest(BaseModel):
    """One network. Its file is in an installed `package`, or is pulled once from `url`.

    One of several files names them in `files` instead; they lie in a folder of its name. `languages` are
    those a recognizer reads (ISO 639). Of a layout detector `labels` names the classes in order, and `size`
    is the height and width of its input in pixels. `threshold` is the least probability of a sentence's end;
    `longest` how many tokens a language model or an embedder reads at once. Of an embedder `pooling` says
    what is made of its subwords, `output` where they are, `prefix` what it wants before a text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    task: Task
    revision: Annotated[str, Field(max_length=100)]
    sha256: Sha256 | None = None
    files: tuple[Part, ...] = ()
    licence: Annotated[str, Field(max_length=200)]
    package: str | None = None
    file: str = ""
    url: str | None = None
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    threshold: Annotated[float, Field(ge=0, lt=1)] | None = None
    longest: Annotated[int, Field(ge=16, le=1 << 20)] | None = None
    pooling: Literal["mean", "cls", "last", "none"] = "mean"
    output: Annotated[str, Field(max_length=200)] | None = None
    prefix: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _has_one_file_or_several(self) -> Self:
        if (self.sha256 is None) == (not self.files):
            raise ValueError("either sha256 or files must be given")
        return self

    @property
    def mark(self) -> str:
        """Name and content: another file has another mark."""
        digests = "".join(part.sha256 for part in self.files)
        digest = self.sha256 or hashlib.sha256(digests.encode()).hexdigest()
        return f"{self.name}-{digest[:8]}"

    def path(self, models: Path) -> Path:
        """Where its file or folder is, or will be once it is pulled."""
        if self.files:
            return models / FOLDER / self.name
        if self.package is None:
            return models / FOLDER / f"{self.name}.onnx"
        spec = importlib.util.find_spec(self.package)
        folders = list(spec.submodule_search_locations or []) if spec else []
        return Path(folders[0] if folders else models, self.file)

    def placed(self, models: Path) -> list[Placed]:
        """Its files."""
        path = self.path(models)
        if self.sha256 is not None:
            return [Placed(path, self.sha256, self.url)]
        return [Placed(path / part.file, part.sha256, part.url) for part in self.files]

    def data(self, models: Path) -> bytes:
        """The bytes of its one file; ModelUnavailable when it is not there or another one."""
        return next(iter(self.contents(models).values()))

    def contents(self, models: Path) -> dict[str, bytes]:
        """The bytes of its files by their names; ModelUnavailable when one is not there or another one."""
        return {placed.path.name: self._content(placed) for placed in self.placed(models)}

    def _content(self, placed: Placed) -> bytes:
        try:
            found = placed.path.read_bytes()
        except OSError:
            raise ModelUnavailable(self._missing(placed)) from None
        if hashlib.sha256(found).hexdigest() != placed.sha256:
            raise ModelUnavailable(f"the file of {self.name} is not the one Kerf was pinned to")
        return found

    def _missing(self, placed: Placed) -> str:
        if self.package is not None:
            return f"{self.name} needs the package {self.package}, which is not installed"
        if placed.url is None:
            return f"{self.name} is not here: its file {placed.path.name} is missing"
        return f"{self.name} is not here: run `kerf models pull {self.name}` once"


def manifests(models: Path) -> list[Manifest]:
    """Those that Kerf knows, and those of the installation (`manifests/*.json` in the models folder)."""
    return [*(Manifest.model_validate(known) for known in BUILT_IN), *_own(models / MANIFESTS)]


def named(name: str, models: Path) -> Manifest:
    """The manifest of that name; ModelUnavailable."""
    found = next((known for known in manifests(models) if known.name == name), None)
    if found is None:
        raise ModelUnavailable(f"there is no model {name!r}")
    return found


def recognizer_for(languages: Sequence[str], models: Path) -> Manifest:
    """The first recognizer that reads all of these; ModelUnavailable when none does."""
    known = [manifest for manifest in manifests(models) if manifest.task is Task.RECOGNITION]
    found = next((manifest for manifest in known if set(languages) <= set(manifest.languages)), None)
    if found is None:
        together = ", ".join(languages)
        raise ModelUnavailable(f"there is no model that reads {together} together", pointer="/ocr_languages")
    return found


def _own(folder: Path) -> Iterator[Manifest]:
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            yield Manifest.model_validate_json(path.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise _unusable(path, f"{place}: {first['msg']}" if place else first["msg"]) from None
        except OSError as error:
            raise _unusable(path, error.strerror or str(error)) from None


def _unusable(path: Path, why: str) -> ModelUnavailable:
    return ModelUnavailable(f"the manifest {path.name} cannot be used: {why}")
