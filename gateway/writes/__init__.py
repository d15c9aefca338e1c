"""Writes: what a change becomes at each source, how it is sent, taken back and told."""
