"""The vocabulary: frozen values and enums that cross borders between rooms.

Every word here is in docs/glossary.md and means the same in code, tables, commands and pages.  Times are aware
datetimes; durations are `timedelta`; addresses are absolute `str`.  This package depends on nothing of ours and does
nothing when imported.
"""

from bot.model.parts import Alternate, Enclosure, Entry, Extraction, Image, Link, SourceDocument, Video
from bot.model.rows import (
    Article,
    Channel,
    Decision,
    Delivery,
    Found,
    Json,
    Person,
    Post,
    Request,
    Rule,
    Source,
    Upload,
)
from bot.model.words import (
    Actions,
    ArticleState,
    Lane,
    Media,
    Outcome,
    Owner,
    PostKind,
    PostState,
    Preview,
    Role,
    SourceKind,
    Stage,
    UnknownPolicy,
)

__all__ = [
    "Actions",
    "Alternate",
    "Article",
    "ArticleState",
    "Channel",
    "Decision",
    "Delivery",
    "Enclosure",
    "Entry",
    "Extraction",
    "Found",
    "Image",
    "Json",
    "Lane",
    "Link",
    "Media",
    "Outcome",
    "Owner",
    "Person",
    "Post",
    "PostKind",
    "PostState",
    "Preview",
    "Request",
    "Role",
    "Rule",
    "Source",
    "SourceDocument",
    "SourceKind",
    "Stage",
    "UnknownPolicy",
    "Upload",
    "Video",
]
