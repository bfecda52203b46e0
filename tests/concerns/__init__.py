"""Concerns about companies."""
