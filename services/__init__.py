"""Verbs: the pure cores (extraction, segmentation), the adapters, and what composes them."""
