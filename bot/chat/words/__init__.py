"""The English texts of all that is said in chat, each the key of its translations; a module for each kind of person.

HTML of Telegram's kind; values are escaped by whoever fills them in.
"""
