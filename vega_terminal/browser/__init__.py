"""Drives the one visible browser through the broker's official login page. The only place for Selenium."""
