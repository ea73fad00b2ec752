"""Statistics of customers, plain arrays in, plain values out."""
