"""The companies: what the association knows of each, and what was read of their cases."""
