"""Job Tracker Pro: a self-hosted assistant for people who look for work."""

__version__ = "0.1.0"
