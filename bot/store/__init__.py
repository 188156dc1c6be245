"""What is remembered: schema, migrations, and one module of queries per noun.

Functions take the open transaction first (`await store.articles.latest(tx, limit=10)`), never open one themselves and
never wait on anything but the database.
"""
