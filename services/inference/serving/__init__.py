"""One process that computes networks for all workers of a machine."""
