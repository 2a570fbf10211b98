"""What this machine can do: the door and the pipeline, measured on real processes and real databases."""
