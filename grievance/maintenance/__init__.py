"""What nobody presses: the sweep, what dies on time, health, the doctor, backups."""
