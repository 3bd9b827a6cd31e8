"""The guaranteed replay buffer: sealed tokens in `pending.journal` until the database has them.

Architecture rule 2: a token is here before anything else happens to it, then in SQLite, then struck here.
"""
