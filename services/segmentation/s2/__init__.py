"""Layout blocks as a graph of nearness on the page and likeness in meaning (S2, arXiv 2501.05485)."""
