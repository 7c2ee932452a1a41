"""The web service: one router a resource, problems as RFC 9457, loopback only for now."""
