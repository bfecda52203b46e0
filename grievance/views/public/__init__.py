"""The complainants' pages: no account, no script."""
