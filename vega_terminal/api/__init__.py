"""The REST API: on loopback, behind a bearer token, over the same engine as the terminal."""
