"""What in a text could show who complained. Knows no database."""
