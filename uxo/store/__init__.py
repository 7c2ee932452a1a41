"""The only room that opens a database: the log of events and the layers that follow from it."""
