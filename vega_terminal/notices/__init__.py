"""Who is told when a person is needed, or when things got worse; loaded where something happened."""
