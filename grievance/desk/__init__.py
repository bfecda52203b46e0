"""What the Secretariat's desk keeps for itself: saved views, templates."""
