"""How well the tree of numbered parts is found."""
