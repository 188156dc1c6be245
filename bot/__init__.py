"""Sharewire carries articles from sources to Telegram channels, each exactly once and on time.

The story reads in the folder names: sources/ -> articles/ -> posts/ -> channels/.  See docs/architecture.md.
"""
