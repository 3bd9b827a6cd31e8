"""Approval on the phone: matching, listener, session, run, command."""
