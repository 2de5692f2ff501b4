"""Document → Outline: the tree of numbered and named parts. Pure, as the cores above it are."""
