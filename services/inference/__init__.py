"""Models, tokenizers and sentence splitters, loaded on first use."""
