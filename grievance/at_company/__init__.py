"""What a company keeps for itself: sealed to its own key, and no word of it to anybody else."""
