"""Use cases on documents and their chunks."""
