"""Concerns about companies: corrective actions with a date, measures with a hearing, and what is counted of them."""
