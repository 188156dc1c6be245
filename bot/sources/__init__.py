"""1. Find out what is new: source due -> fetch -> entries -> articles found."""
