"""`kerf up` and the store it brings along."""
