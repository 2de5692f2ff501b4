"""Benchmarks: figures, never pass or fail. `make bench DATA=folder` prints them."""
