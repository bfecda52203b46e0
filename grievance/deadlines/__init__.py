"""Time limits: which there are, pure dates, rows, what holds them, holidays and outages."""
