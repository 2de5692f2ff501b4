"""Sentence engines behind one function: text → trimmed spans with probabilities."""
