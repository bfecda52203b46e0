"""Reads only: what a page shows of a case, and queues. Opens what the person's keys open, and nothing else."""
