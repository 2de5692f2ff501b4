"""Which strategy fits which part of a document, and why."""
