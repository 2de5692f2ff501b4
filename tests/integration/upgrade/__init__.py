"""Two releases on one database."""
