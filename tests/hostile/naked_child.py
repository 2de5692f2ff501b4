"""A parser without seccomp and Landlock, as on a kernel that has neither: what holds then, holds by itself.

With `calls` it opens every address that its document names, which is what the walls are there for.
PDFs are drawn too, with their annotations, and everything that MuPDF lists of them is listed.
"""

import importlib
import re
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from services.runner import child, landlock, seccomp
from services.runner.values import Request, Result
from services.runner.work import Means, Plan, serve, source_of

WITHOUT = set(sys.argv[1:-1])
ADDRESS = re.compile(rb"http://([0-9.]+):([0-9]+)/|file://([!-'*-;=?-~]+)")


def everything(request: Request, how: Plan | None, means: Means) -> Result:
    """What the product does; then all that PyMuPDF does of its own accord when it is asked for all."""
    found = serve(request, how, means)
    if "calls" in WITHOUT:
        for host, port, path in set(ADDRESS.findall(source_of(request, means))):
            with suppress(OSError):
                if path:
                    Path(path.decode()).read_bytes()
                else:
                    socket.create_connection((host.decode(), int(port)), timeout=5).close()
    if found.media_type == "application/pdf":
        draw(source_of(request, means))
    return found


def draw(data: bytes) -> None:
    """Every page with its annotations, fonts, pictures, links, fields and embedded files."""
    opened: Any = importlib.import_module("pymupdf").open
    with opened(stream=data, filetype="pdf") as document:
        document.get_toc(simple=False)
        document.get_xml_metadata()
        document.embfile_names()
        for page in document:
            page.get_pixmap(dpi=36)
            page.get_links()
            for place in (*page.annots(), *page.widgets()):
                with suppress(Exception):
                    place.get_pixmap(dpi=36)
            for font in page.get_fonts(full=True):
                document.extract_font(font[0])
            for picture in page.get_images(full=True):
                with suppress(Exception):
                    document.extract_image(picture[0])


if __name__ == "__main__":
    if "walls" in WITHOUT:
        patch.object(seccomp, "is_available", lambda: False).start()
        patch.object(landlock, "version", lambda: 0).start()
    child.main(everything)
