"""Embedders: what they are made from, how fast and how good they are."""
