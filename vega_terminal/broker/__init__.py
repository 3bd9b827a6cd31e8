"""Upstox over HTTP: sign-in dialog, code exchange, profile and market data, with every error named."""
