"""The road network."""
