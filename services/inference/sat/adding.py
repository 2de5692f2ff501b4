"""A network of one's own: copied into the models folder and pinned there."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from models.errors import InvalidInput, StorageError
from services.inference.manifests import MANIFESTS, Manifest, Task, manifests
from services.inference.sat.loading import TOKENIZER, from_folder, names_in


def add_folder(
    folder: Path, models: Path, known: Mapping[str, str | float], tokenizer: Path | None = None
) -> Path:
    """Copies what `names_in` the folder and writes its manifest, whose path is returned.

    `known` are the fields of the manifest that no file tells. InvalidInput, ModelUnavailable and ModelError
    before anything is written; StorageError.
    """
    from_folder(folder, tokenizer=tokenizer)
    sources = {name: folder / name for name in names_in(folder)}
    if tokenizer is not None:
        sources[TOKENIZER] = tokenizer
    manifest = _manifest(sources, known)
    target = models / MANIFESTS / f"{manifest.name}.json"
    if any(other.name == manifest.name for other in manifests(models)):
        raise InvalidInput(f"there is a model {manifest.name} already")
    try:
        manifest.path(models).mkdir(parents=True, exist_ok=True)
        for name, source in sources.items():
            shutil.copyfile(source, manifest.path(models) / name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(manifest.model_dump_json(indent=2, exclude_defaults=True) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{models} cannot be written: {error.strerror}") from error
    return target


def _manifest(sources: Mapping[str, Path], known: Mapping[str, str | float]) -> Manifest:
    files = []
    for name, source in sources.items():
        with source.open("rb") as content:
            files.append({"file": name, "sha256": hashlib.file_digest(content, "sha256").hexdigest()})
    try:
        return Manifest.model_validate({**known, "task": Task.SENTENCES, "files": files})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidInput(f"{first['loc'][0]}: {first['msg']}") from None
