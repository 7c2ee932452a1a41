"""People, their sessions and devices, and the audit trail: a file of their own."""
