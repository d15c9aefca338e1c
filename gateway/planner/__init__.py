"""Reads: which vendors are asked for what, how rows become customers, and where a page begins and ends."""
