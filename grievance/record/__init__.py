"""What is written and stays: events and their chain, one transaction a verb, sealed writings and files."""
