"""What stands in the database, table by table."""
