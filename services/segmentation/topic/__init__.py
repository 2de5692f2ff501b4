"""Where a text turns to another topic: evidence, the cheapest segments by it, and what they are called."""
