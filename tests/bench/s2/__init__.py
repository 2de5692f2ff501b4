"""S2 held against gold sections, sidebars of made-up magazines, and its own cost."""
