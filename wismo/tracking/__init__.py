"""Shipments and scans: where every parcel is."""
