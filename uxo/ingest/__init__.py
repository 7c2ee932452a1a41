"""Readers of evidence and places: records, and a report of what was mended or refused and why."""
