"""Words for rules: why an article was posted or not, and what is set for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.model import Stage
from bot.wording import N_, plural_

EXPLAIN_WHICH: Final = N_("Send /explain and an article's address, or answer one of its posts with /explain.")
EXPLAIN: Final = N_("<b>Why, or why not</b>\n{title}")
POSTED: Final = N_("✓ <b>{channel}</b>: posted. {reason}")
NOT_POSTED: Final = N_("✗ <b>{channel}</b>: not posted ({stage}). {reason}")
STAGES: Final[Mapping[Stage, str]] = {  # the step that decided
    Stage.SOURCE: N_("source"),
    Stage.BASELINE: N_("baseline"),
    Stage.READ: N_("read"),
    Stage.AGE: N_("age"),
    Stage.RULE: N_("rule"),
    Stage.LANGUAGE: N_("language"),
    Stage.DUPLICATE: N_("duplicate"),
    Stage.STORY: N_("story"),
    Stage.APPROVAL: N_("approval"),
    Stage.PACE: N_("pace"),
    Stage.QUIET: N_("quiet"),
    Stage.POSTED: N_("posted"),
    Stage.DELIVERY: N_("delivery"),
}
WITHDRAWN: Final = N_("It was withdrawn.")
OVERRIDE_WHERE: Final = N_("<b>For which channel?</b>\nWhat you choose next ends by itself.")
OVERRIDE_WHAT: Final = N_("<b>What shall be different in {channel} for a while?</b>")
OVERRIDE_UNTIL: Final = N_("<b>{channel}: {what}</b>\nUntil when?")
OVERRIDE_SET: Final = N_("<b>{channel}: {what}</b>\nuntil {when}. It ends by itself; /override ends it now.")
OVERRIDE_ENDED: Final = N_("<b>{channel}</b> is as it always is.")
OVERRIDE_NOW: Final = N_("{channel}: {what} until {when}")
NO_LIMITS: Final = N_("no limits")
SLOW: Final = N_("half an hour between posts")
NO_QUIET: Final = N_("no quiet hours")
QUIET: Final = N_("quiet, without sound")
HOLD: Final = N_("nothing goes out")
ASK: Final = N_("an editor has to say yes")
NO_ASK: Final = N_("no editor has to say yes")
ASK_UNTIL: Final = N_(
    "Until when, in <b>{channel}</b>? Answer with a time: 02:00, tomorrow 9, in 3 hours. Now it is {now}. "
    "/cancel stops this."
)
BUTTON_HOURS: Final = plural_("{count} hour", "{count} hours")
BUTTON_END: Final = N_("As always")

# ── making rules ─────────────────────────────────────────────────────────────────────────────────────────────────

RULES: Final = N_("<b>Rules</b>\nEach new article meets them from top to bottom.")
NO_RULES: Final = N_("There is no rule yet. A rule sends what it finds to a channel, or keeps it out.")
RULE_LINE: Final = N_("{number}. <b>{name}</b>: {about} → {where}")
KEPT_OUT: Final = N_("kept out of {channels}")
EVERYWHERE: Final = N_("every channel")
NOWHERE: Final = N_("nowhere yet")
RULE: Final = N_("<b>Rule “{name}”</b>")
NEW_RULE: Final = N_("<b>A new rule, not saved yet</b>")
CHANGED_RULE: Final = N_("<b>Rule “{name}”, not saved yet</b>")
GOES_TO: Final = N_("Goes to: {channels}")
STAYS_OUT: Final = N_("Kept out of: {channels}")
SOURCE: Final = N_("Source: {value}")
ANY: Final = N_("One of these words: {value}")
ALL: Final = N_("All of these words: {value}")
NOT: Final = N_("None of these words: {value}")
TITLE: Final = N_("In the headline: {value}")
TEXT: Final = N_("Anywhere in the text: {value}")
LANGUAGE: Final = N_("Language: {value}")
TAGS: Final = N_("Tag: {value}")
SOURCE_TAG: Final = N_("Tag of the source: {value}")
AUTHORS: Final = N_("Author: {value}")
YOUNGER: Final = N_("Younger than {value}")
OLDER: Final = N_("Older than {value}")
HOW: Final = N_("How: {value}")
BREAKING: Final = N_("breaking news, at once")
TOPIC: Final = N_("topic {number}")
REPEATS: Final = N_("also what another source told before")
TRIED: Final = N_("Tried on the articles of the last {days} days: {matched} of {total} would have matched.")
TRIED_NOTHING: Final = N_("There are no articles of the last {days} days to try it on.")
UNSEEN: Final = N_("In none of them: {words}")
EXAMPLES: Final = N_("For example: {titles}")
DECIDED: Final = N_("Decided in {file}, line {line}. Change it there, then run: sharewire config apply")
CHOOSE_WORDS: Final = N_("<b>Which words?</b>\nWhere shall I look for them?")
CHOOSE_AGE: Final = N_("<b>How old may it be?</b>")
CHOOSE_HOW: Final = N_("<b>How shall it be posted?</b>")
ASK_WORDS: Final = N_(
    "Which words? Put commas between them; one of them is enough.\n"
    "<code>ferry, night bus, -job ad, +harbour</code>\n"
    "With - it must not be there, with + it has to be; ferr* is the beginning of a word. /cancel stops this."
)
CHOOSE_ANY: Final = N_("<b>Which ones?</b> No tick means any.")
CHOOSE_CHANNELS: Final = N_("<b>Which channels?</b>")
ASK_NAMES: Final = N_("Which ones? Put commas between them; one is enough. /cancel stops this.")
ASK_AGE: Final = N_("How old? For example: under 2h, over 3d. /cancel stops this.")
ASK_TOPIC: Final = N_("Send me the link of any message in the topic, or 0 for none. /cancel stops this.")
ASK_NAME: Final = N_("How shall the rule be called? Letters, digits and dashes. /cancel stops this.")
NEEDS_ABOUT: Final = N_("Say first what it is about: words, a source, a language, a tag, an author or an age.")
NEEDS_TARGET: Final = N_("Say first which channels it is for.")
RULE_SAVED: Final = N_("<b>Rule “{name}” is saved.</b> It counts for every article that comes from now on.")
RULE_REMOVED: Final = N_("Rule “{name}” is deleted.")
RULE_GONE: Final = N_("This rule is no longer there. See /rules.")
TAKEN: Final = N_("{name} changed this a moment ago. Nothing of yours was saved; here it is now.")
SURE_RULE: Final = N_("<b>Delete the rule “{name}”?</b> What it sent stays in its channels.")
NOT_YOUR_CHANNEL: Final = N_("This rule is for a channel that is not yours. Ask the owner.")
BUTTON_NEW: Final = N_("New rule")
BUTTON_RULES: Final = N_("Rules")
BUTTON_WORDS: Final = N_("Words")
BUTTON_TYPE_IT: Final = N_("Type it")
BUTTON_SOURCES: Final = N_("Sources")
BUTTON_LANGUAGES: Final = N_("Languages")
BUTTON_TAGS: Final = N_("Tags")
BUTTON_AUTHORS: Final = N_("Authors")
BUTTON_AGE: Final = N_("Age")
BUTTON_HOW: Final = N_("How it is posted")
BUTTON_NAME: Final = N_("Name")
BUTTON_SENDS: Final = N_("Sends it")
BUTTON_KEEPS: Final = N_("Keeps it out")
BUTTON_SAVE: Final = N_("Save it")
BUTTON_DELETE: Final = N_("Delete")
BUTTON_IN_HEAD: Final = N_("Headline and summary")
BUTTON_IN_TITLE: Final = N_("Headline only")
BUTTON_IN_TEXT: Final = N_("Whole text")
BUTTON_CLEAR: Final = N_("None of them")
BUTTON_ANY_AGE: Final = N_("Any age")
BUTTON_TOPIC: Final = N_("Topic")
