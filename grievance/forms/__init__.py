"""What a form asks for: one description from which pages, the server and the refusals come."""
