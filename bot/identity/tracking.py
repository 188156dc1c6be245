"""Query parameters and fragments that say where a reader came from, and nothing about what is read.

Names are public knowledge from the analytics vendors' own documentation, miniflux and Firefox's query stripping list.
"""

from __future__ import annotations

import re

_NAMES = frozenset(
    "fbclid gclid dclid gclsrc gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igshid igsh mibextid "
    "sfnsn srsltid rb_clickid wickedid irclickid cjevent sscid epik obclid dicbo tblci ndclid zanpid awc clickid "
    "gad_source gad_campaignid s_kwcid ef_id rdt_cid scclid mbid cndid bxid esrc fb_action_ids fb_action_types "
    "fb_ref fb_source fb_comment_id action_object_map action_type_map action_ref_map __tn__ __cft__ __xts__ "
    "__twitter_impression ref_src ref_url _openstat _branch_match_id _branch_referrer _ga _gl _gid gs_l gs_lcp "
    "sca_esv ved usg ei mc_cid mc_eid mc_tc mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking oly_anon_id "
    "oly_enc_id vero_id vero_conv _ke _kx _bhlid __s __readwiselocation ml_subscriber ml_subscriber_hash dm_i "
    "dm_t elqtrack elqtrackid elqaid elqat elqcampaignid mkwid mkcid nr_email_referer sc_cid sc_campaign "
    "sc_channel sc_content sc_medium sc_outcome sc_geo sc_country s_cid sb_referer_host inf_contact_key trk "
    "trkinfo trkcampaign trackid tracking_id campaign_id campaign_medium campaign_name campaign_source "
    "campaign_term campaign_content campaign cmp cmpid icid ncid ocid intcid intcmp int_cmp wt_mc wt_zmc xtor "
    "xtref xts echobox rss rssfeed ftcamp fromrss feedname smid smtyp taid fbaid ito wprov guccounter "
    "guce_referrer guce_referrer_sig soc_src soc_trk spm scm socialreferrer sharetype share_source tpcc tpclid "
    "ns_mchannel ns_source ns_campaign ns_linkname ns_fee partner_ref referringsource r_source cm_mmc cm_ven "
    "cm_cat cm_pla cm_ite cm_lm cm_re trc_source algoliaqueryid queryid spjobid spmailingid spreportid spuserid "
    "mailid mailing_id nl_id __source smclient smconv tag_id wpsrc src_medium linkid_src wpisrc wpmm hss_channel "
    "hss_meta replytocom doing_wp_cron zarsrc gidzl noredirect yptr spot_im_redirect_source cn-track jsessionid "
    "phpsessid".split()
)
_PREFIXES = (
    "utm_", "utm-", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "hmb_", "itm_", "ga_", "at_", "bsft_", "ss_",
    "pd_rd_", "pf_rd_", "_x_tr_", "aff_", "xng_", "stm_", "wt.", "__cft__", "fb_", "gad_", "vero_", "oly_", "elq",
    "dv_", "mct_", "iterable_",
)  # fmt: skip
# Names that mean something else elsewhere; only with such a value do they say "from our feed".
_SOMETIMES = frozenset(
    "ref referer referrer source src from via s ch cid partner feature origin channel traffic_source platform "
    "medium feed sr_share linkid sh share shared ft utm output_type".split()
)
_FROM = re.compile(
    r"(?:rss|feed|atom|newsletter|e?mail|twitter|tw|facebook|fb|whatsapp|telegram|tg|instagram|linkedin|reddit|"
    r"social|share[ds]?|homepage|home|hp|nl|push|amp|youtu\.be|google|google_news|gnews|flipboard|pocket|msn|"
    r"apple_news|yahoo|bing|hackernews|addthis|copylink|copy|web_share|app|front)(?:$|[\W_].*)",
    re.I | re.S,
)
_HOST = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/?$")
_FRAGMENT = re.compile(
    r"(?:(?:xtor|echobox|utm_\w+|mtm_\w+|pk_\w+|at_\w+|ref|rss|feed|source|fbclid|gclid|link_time|sp|intcid|ftag)=.*"
    r"|:~:.*|:?~?text=.*|rss|xtor.*)$",
    re.I | re.S,
)
_VERSIONS = frozenset(
    "output outputtype ot template tpl mode view type format _format service version variant layout page platform "
    "f".split()
)
# What viewers and caches of AMP pages add of their own, and what says which of the two a reader came from.
# Other dresses of one article: for paper, for a small screen (`m=1` of Blogger), on one page.
_DRESSES = frozenset(
    "print printable printview printerfriendly m mobile nomobile ismobile singlepage single_page pagewanted".split()
)
_VIEWS = frozenset("view format output outputtype layout mode version".split())
_AMP_NAMES = frozenset(
    "amp_js_v amp_gsa amp_tf amp_ct amp_kit amp_r amp_lite amp_latest_update_time ampshare usqp aoh noamp".split()
)


def is_tracking(name: str, value: str) -> bool:
    """Whether a query parameter (decoded) only tracks."""
    name = name.casefold()
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    if name in _SOMETIMES and (
        _FROM.match(value) or (name in ("ref", "referrer", "referer", "source") and _HOST.match(value))
    ):
        return True
    return (name.startswith("sf") and _SPROUT.fullmatch(name) is not None) or _says_rss(name, value.casefold())


_SPROUT = re.compile(r"sf\d{6,12}")  # Sprout Social's number of a post


def _says_rss(name: str, value: str) -> bool:
    return value.startswith(("rss_", "rss-")) or (value == "rss" and name not in ("format", "type", "output"))


def is_tracking_fragment(fragment: str) -> bool:
    return _FRAGMENT.match(fragment) is not None


def is_amp(name: str, value: str) -> bool:
    """Whether a query parameter asks for another dress of the article, mostly AMP: `amp`, `amp=1`, `outputType=amp`,
    `ot=ot.AMPPageLayout`, `print=1`, `m=1`."""
    name, value = name.casefold(), value.casefold()
    if name in ("amp", "_amp", "isamp"):
        return value not in ("0", "false")
    if name in _AMP_NAMES:
        return True
    if name in _DRESSES:
        return value in ("", "0", "1", "true", "false", "yes", "y", "on", "all")
    if name in _VIEWS and value in ("print", "printable", "mobile"):
        return True
    return name in _VERSIONS and re.match(r"(?:ot\.)?amp(?:$|art$|page|html|[_-])", value) is not None
