"""What is learned from parcels that arrived, and from those still under way."""
