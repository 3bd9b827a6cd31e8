"""The guaranteed replay buffer: what the database does not have yet, sealed in `pending.journal`.

Architecture rule 2: a token is here before anything else happens to it, then in SQLite, then struck here.
Everything else comes here as a note when the database does not take it.
"""
