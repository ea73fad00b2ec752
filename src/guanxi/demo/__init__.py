"""A believable dealer to look at and try things on, played day by day through the real operations."""
