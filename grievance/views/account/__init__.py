"""The pages that all staff have: signing in, people, keys, the calendar."""
