"""The sandbox: it plays the platform over HTTP, for the trial and for tests only."""
