"""Measurements beside the peers: `python -m bench NAME [--json]`."""
