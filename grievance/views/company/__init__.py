"""The companies' pages: what was referred to them, and nothing else."""
