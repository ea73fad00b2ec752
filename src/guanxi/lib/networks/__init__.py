"""Who reaches whom: people and the probabilities with which one leads to another."""
