"""People, receipts and sessions: who somebody is, and which keys they hold."""
