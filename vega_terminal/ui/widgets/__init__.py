"""Widgets: each shows one view value and decides nothing."""
