"""Reading of tables, columns and times from files."""
