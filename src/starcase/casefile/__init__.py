"""Reading, writing, schema and template of ``case.toml``."""
