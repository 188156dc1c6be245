"""Backups: one file with the database, sharewire.toml and the edited templates; and the way back, all or nothing."""
