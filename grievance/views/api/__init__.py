"""The same in JSON, for hotlines and partners."""
