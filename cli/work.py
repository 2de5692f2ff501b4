"""Where the command line does its work: plain text in this process, other formats in a child."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cli.files import File
from models.chat import ChatEndpoint
from models.document import Document
from models.limits import Limits

if TYPE_CHECKING:
    from services.inference.toolkit import Toolkit
    from services.runner.process import Child
    from services.runner.values import Request, Result

HEAD_BYTES = 4096


class How(NamedTuple):
    """Options of cutting and of reading, in their stored forms."""

    options: Mapping[str, Any]
    parsing: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the command: its limits, its tools and, once needed, its child process."""

    limits: Limits
    toolkit: "Toolkit"
    child: "Child"
    chat: ChatEndpoint | None = None

    def segment(self, file: File, path: Path, how: How, members: Path | None = None) -> "Result":
        """Chunks of one file, called by the name given; the files of an archive are written to `members`."""
        from services.runner.values import Request

        request = Request(path, _text(file.path), _text(file.name), how.options, parsing=how.parsing)
        request = replace(request, artifact_out=members, unpack=members is not None)
        return self._answer(request)

    def segment_and_keep(self, file: File, path: Path, how: How) -> tuple["Result", Document]:
        """Chunks of one file that is no archive, and the Document they were cut from."""
        from models import artifact
        from services.runner.values import Request

        with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
            out = Path(folder, "document")
            request = Request(path, _text(file.path), _text(file.name), how.options, parsing=how.parsing)
            result = self._answer(replace(request, artifact_out=out))
            return result, artifact.load(out.read_bytes(), most=self.limits.max_stored_bytes)

    def parse(self, file: File, path: Path, parsing: Mapping[str, Any]) -> Document:
        """The Document of one file."""
        from models import artifact
        from services.runner.values import Request

        with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
            out = Path(folder, "document")
            self._run(
                Request(path, _text(file.path), _text(file.name), None, artifact_out=out, parsing=parsing)
            )
            return artifact.load(out.read_bytes(), most=self.limits.max_stored_bytes)

    def _answer(self, request: "Request") -> "Result":
        return self._run(request) if self.chat is None else self._asking(request, self.chat)

    def _asking(self, request: "Request", chat: ChatEndpoint) -> "Result":
        """Parsed, asked about where the strategy wants it, cut."""
        from models import artifact
        from services.chat.asking import answered, asking, group_asked_for

        group = group_asked_for(request.options)
        if group is None:
            return self._run(request)
        with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
            out = request.artifact_out or Path(folder, "document")
            result = self._run(replace(request, options=None, artifact_out=out))
            if result.members:
                return result
            most = self.limits.max_stored_bytes
            document = artifact.load(out.read_bytes(), most=most)
            told = answered(document, group, asking(chat), chat.calls) or document
            out.write_bytes(artifact.dump(told, most=most))
            return self._run(replace(request, artifact_in=out, artifact_out=None))

    def _run(self, request: "Request") -> "Result":
        from services.runner.files import NamedFiles
        from services.runner.work import Means, plan, serve

        if needs_parser(request.source):
            result = self._read(replace(request, whole_up_to=self.limits.max_pages))
            return self._bound(request, result.page_count) if result.counted_only else result
        means = Means(NamedFiles(), self.limits, lambda _: None)
        return serve(request, plan(request, self.toolkit), means)

    def _read(self, request: "Request") -> "Result":
        return self.child.run(request, lambda _: True)

    def _bound(self, request: "Request", count: int) -> "Result":
        """Some pages at a time, as workers read long documents: reading pictures takes seconds a page."""
        from services.runner.values import PICTURES_AT_ONCE

        with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
            part, parts = Path(folder, "part"), Path(folder, "parts")
            with parts.open("wb") as joined:
                for first in range(1, count + 1, PICTURES_AT_ONCE):
                    pages = (first, min(first + PICTURES_AT_ONCE - 1, count))
                    self._read(replace(request, options=None, artifact_out=part, pages=pages))
                    joined.write(part.read_bytes())
            return self._read(replace(request, parts=parts))


@contextmanager
def bench() -> Iterator[Bench]:
    """Limits and folders from the settings; the child is gone at the end."""
    from services.inference.providers import Computing
    from services.inference.toolkit import Toolkit
    from services.infra.config import Settings
    from services.runner.process import Child

    settings = Settings()
    models = settings.models_dir or settings.data_dir / "models"
    child = Child(
        settings.limits,
        models=models,
        anywhere=True,
        computing=Computing(settings.provider_names, settings.inference_socket),
    )
    try:
        toolkit = Toolkit(models, anywhere=True, inference=settings.inference_socket)
        yield Bench(settings.limits, toolkit, child, settings.chat)
    finally:
        child.close()


def _text(name: str) -> str:
    """A file's name as text; bytes that are none become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def needs_parser(path: Path) -> bool:
    """Whether the bytes look like PDF, archive, image or markup: formats that may hang or eat memory."""
    from services.extraction.image_headers import image_kind
    from services.extraction.streams import packing_of
    from services.extraction.tar import is_tar

    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return (
        b"%PDF-" in head[:1024]
        or head.startswith((b"PK", b"BM"))
        or packing_of(head) is not None
        or is_tar(head)
        or image_kind(head) is not None
        or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    )
