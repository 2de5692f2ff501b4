"""Kerf's own sentence splitter: candidates, what is known of each, and two small ensembles of trees."""
