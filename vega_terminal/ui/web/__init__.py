"""The same terminal in a web page: served on loopback alone, opened with a token.

A page is one WebSocket, and behind it one process with one terminal: whoever closes the page hangs up.
"""
