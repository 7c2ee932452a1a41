"""Metres on the ground: projection, polylines, edges, validity and positions."""
