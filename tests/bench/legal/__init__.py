"""Legal metadata and cross-references measured on annotated texts."""
