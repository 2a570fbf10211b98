"""Every write to shipments and scans, one module a subject."""
