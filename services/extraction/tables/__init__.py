"""Tables of paginated files: found by their rulings or by the white space between their columns."""
