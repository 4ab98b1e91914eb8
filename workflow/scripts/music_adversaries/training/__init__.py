"""Training: the loop, its checkpoints, and the variants that train against adversaries."""
