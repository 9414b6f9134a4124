"""Model storage, loading and admission."""
