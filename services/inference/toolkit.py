"""Tools for segmentation, each loaded on first use and kept for the life of the process."""

from dataclasses import dataclass, field
from pathlib import Path

from models.options import ChunkingOptions
from services.inference.sentences import nupunkt_spans
from services.inference.tokenizers import load_tokenizer
from services.segmentation.tools import Tokenizer, Tools


@dataclass(frozen=True, slots=True)
class Toolkit:
    """`models` holds pulled files; `anywhere` lets `hf:PATH` name any file (the CLI's own user)."""

    models: Path
    anywhere: bool = False
    _loaded: dict[str, Tokenizer] = field(default_factory=dict)

    def tokenizer(self, name: str) -> Tokenizer:
        """The tokenizer, or TokenizerUnavailable."""
        if name not in self._loaded:
            self._loaded[name] = load_tokenizer(name, self.models, anywhere=self.anywhere)
        return self._loaded[name]

    def tools(self, options: ChunkingOptions) -> Tools:
        """What segmentation needs under these options."""
        return Tools(tokenizer=self.tokenizer(options.tokenizer), sentences=nupunkt_spans)
