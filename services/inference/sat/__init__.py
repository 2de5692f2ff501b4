"""Segment any Text (SaT, arXiv 2406.16678): subword networks that tell where sentences end."""
