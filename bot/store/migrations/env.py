"""Alembic's own command line is not used: `bot/store/upgrade.py` applies the migrations in this folder."""
