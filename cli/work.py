"""Where the command line does its work: plain text in this process, other formats in a child."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.document import Document
from models.limits import Limits

if TYPE_CHECKING:
    from services.inference.toolkit import Toolkit
    from services.runner.process import Child
    from services.runner.values import Request, Result

HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the command: its limits, its tools and, once needed, its child process."""

    limits: Limits
    toolkit: "Toolkit"
    child: "Child"

    def segment(self, name: str, path: Path, options: Mapping[str, Any]) -> "Result":
        """Chunks of one file, called by the name given."""
        from services.runner.values import Request

        return self._run(Request(path, Path(name).name, _text(name), options))

    def parse(self, name: str, path: Path) -> Document:
        """The Document of one file."""
        from models import artifact
        from services.runner.values import Request

        with tempfile.TemporaryDirectory(prefix="kerf-") as folder:
            out = Path(folder, "document")
            self._run(Request(path, Path(name).name, name, None, artifact_out=out))
            return artifact.load(out.read_bytes())

    def _run(self, request: "Request") -> "Result":
        from services.runner.files import NamedFiles
        from services.runner.work import Means, plan, serve

        if needs_parser(request.source):
            return self.child.run(request, lambda _: True)
        means = Means(NamedFiles(), self.limits, lambda _: None)
        return serve(request, plan(request, self.toolkit), means)


@contextmanager
def bench() -> Iterator[Bench]:
    """Limits and folders from the settings; the child is gone at the end."""
    from services.inference.toolkit import Toolkit
    from services.infra.config import Settings
    from services.runner.process import Child

    settings = Settings()
    models = settings.models_dir or settings.data_dir / "models"
    child = Child(settings.limits, models=models, anywhere=True)
    try:
        yield Bench(settings.limits, Toolkit(models, anywhere=True), child)
    finally:
        child.close()


def _text(name: str) -> str:
    """A file's name as text; bytes that are none become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def needs_parser(path: Path) -> bool:
    """Whether the bytes look like PDF, an archive or markup: formats that may hang or eat memory."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return (
        b"%PDF-" in head[:1024] or head.startswith(b"PK") or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    )
