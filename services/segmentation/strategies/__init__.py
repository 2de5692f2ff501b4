"""One file a strategy: an options class and a function that says where cuts are good."""
