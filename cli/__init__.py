"""The `kerf` command."""
