"""The record of who looked at or changed what."""
