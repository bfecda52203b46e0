"""Bytes in, bytes out. Knows neither Flask nor the database; every primitive comes from `cryptography`."""
