"""Documents and parsers that mean harm."""
