"""What others may read of shipments, one module a reader."""
