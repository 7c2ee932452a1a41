"""What to do next: ways over the network, and what to clear first; no input, output or clock."""
