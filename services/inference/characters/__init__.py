"""Sentences where marks, capitals or lines cannot be trusted: a network over words of hashed characters."""
