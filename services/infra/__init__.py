"""Adapters: settings, database, storage, broker."""
