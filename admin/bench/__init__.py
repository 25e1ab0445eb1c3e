"""Measurements beside a bare yardstick; nothing here is loaded by the service."""
