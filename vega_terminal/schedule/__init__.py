"""Files about the daily warm-up: the calendars, and what came of the last one. None holds a secret."""
