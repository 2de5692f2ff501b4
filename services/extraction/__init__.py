"""Bytes to Document. Pure: no files, no network, no database."""
