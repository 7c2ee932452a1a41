"""The status rule: evidence and roads in, the status of every metre with its reasons out."""
