"""Terminals attached to a server on a scripted engine, over a real socket."""
