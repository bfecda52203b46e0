"""The pages of the Secretariat and the custodians."""
