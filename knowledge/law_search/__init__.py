"""Search in statutes: an index of fields, then a learned ranking of the likeliest articles."""
