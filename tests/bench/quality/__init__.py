"""How well documents are read: our predictions and those of peers, scored by the sets' own scorers."""
