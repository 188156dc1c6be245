"""The archive's search: `index_article` when an article was read, `search` when somebody asks."""

from bot.store.search.alike import find_alike
from bot.store.search.bulk import begin_bulk, end_bulk, put_in_order
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
    "begin_bulk",
    "end_bulk",
    "find_alike",
    "forget",
    "index_article",
    "index_articles",
    "parse_query",
    "put_in_order",
    "search",
]
