"""Routes and least-risk ways: plans over a network and its status, without input or output."""
