"""How code is cut: definitions kept whole, files given back, speed."""
