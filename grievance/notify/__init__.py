"""Mail to staff and companies: that something waits, never what."""
