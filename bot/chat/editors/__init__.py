"""Editors push by hand: preview, publish, edit and take back, from a private chat."""
