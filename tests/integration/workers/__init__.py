"""Real workers, relays and reconcilers as processes."""
