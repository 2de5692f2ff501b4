"""Document to chunks. Pure: models and tokenizers arrive as Tools."""
