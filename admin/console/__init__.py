"""The staff console, `/admin`."""
