"""Tests of the store on its file: what only SQLite has to answer for."""
