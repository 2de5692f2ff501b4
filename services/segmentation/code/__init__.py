"""Source code: its languages, its syntax trees, and where it may be cut."""
