"""Nouns: frozen values, options, errors and (in `tables`) rows. Imports nothing of ours but itself."""
