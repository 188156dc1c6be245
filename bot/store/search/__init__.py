"""The archive's search: `index_article` when an article was read, `search` when somebody asks."""

from bot.store.search.alike import find_alike
from bot.store.search.find import COUNTED, Order, Results, search
from bot.store.search.index import forget, index_article, index_articles
from bot.store.search.query import Hint, HintKind, Query, parse_query

__all__ = [
    "COUNTED",
    "Hint",
    "HintKind",
    "Order",
    "Query",
    "Results",
    "find_alike",
    "forget",
    "index_article",
    "index_articles",
    "parse_query",
    "search",
]
