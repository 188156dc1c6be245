"""2. Read what was found: article found -> fetch page -> extract, summarise -> article ready."""
