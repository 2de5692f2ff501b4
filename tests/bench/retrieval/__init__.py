"""Chunks by what a search finds with them, every strategy at the same mean size."""
