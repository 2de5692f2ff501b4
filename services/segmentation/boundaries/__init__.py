"""Cuts that are found by scores of gaps: the units they lie between, and what scores make of them."""
