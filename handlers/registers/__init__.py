"""Registers: read from what happened, with no entry form anywhere."""
