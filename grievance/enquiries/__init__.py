"""Questions to the Secretariat outside any case: asked, answered, and read by both sides alone."""
