"""Pictures of pages as Kerf sees them: words, blocks, chunks, the graph of `s2`. Pure: values to SVG."""
