"""Sections of an outline as units, and what chunks of them say."""
