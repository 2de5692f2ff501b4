"""Storms: real processes of ours killed while they work, and a checker that says what came of it."""
