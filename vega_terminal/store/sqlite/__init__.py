"""The database as a file: opened, prepared, paused, recovered, replaced; one writer, one reader."""
