"""Paper: turns the description of a printed sheet into PDF, xlsx or csv. Knows no form of its own."""
