"""Benchmarks: figures, never pass or fail. `make bench ARGS='--data FOLDER'` prints them."""
