"""Reading the landing root: which files there are, and the physical lines in them."""
