"""Pages of observers and auditors."""
