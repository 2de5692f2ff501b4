"""Tests. A package, so that folders named like ours do not shadow the sources."""
