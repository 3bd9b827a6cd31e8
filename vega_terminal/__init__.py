"""VEGA Terminal: gets, proves and keeps the daily access tokens of the broker Upstox."""

__version__ = "0.1.0"
