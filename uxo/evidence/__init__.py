"""The record of evidence: its columns as a table, and every event in its life."""
