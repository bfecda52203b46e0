"""The keys of a party: shares of them, new ones, and the ways back."""
