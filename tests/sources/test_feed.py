"""Feeds of every format, as they are meant and as they are sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import ParseError
from bot.model import Entry, SourceDocument, SourceKind
from bot.sources import complaints
from bot.sources.feed import parse_feed

BASE = "https://ex.org/news/feed.xml"


def feed(text: str | bytes, **hints: str) -> SourceDocument:
    return parse_feed(text.encode() if isinstance(text, str) else text, url=hints.pop("url", BASE), **hints)


def rss(items: str = "", channel: str = "") -> SourceDocument:
    return feed(f'<rss version="2.0" {NAMESPACES}><channel><title>T</title>{channel}{items}</channel></rss>')


def item(inside: str) -> Entry:
    (entry,) = rss(f"<item>{inside}</item>").entries
    return entry


def atom_entry(inside: str) -> Entry:
    (entry,) = feed(f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><entry>{inside}</entry></feed>').entries
    return entry


NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "atom": "http://www.w3.org/2005/Atom",
        "dc": "http://purl.org/dc/elements/1.1/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "georss": "http://www.georss.org/georss",
    }.items()
)


# ── formats ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rss_2_is_read_whole() -> None:
    document = rss(
        channel="<link>/</link><description>D</description><language>en-gb</language><ttl>30</ttl>"
        "<skipHours><hour>0</hour><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
        '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/news/feed.xml"/>',
        items="<item><title>One &amp;amp; <![CDATA[<b>two</b>]]></title><link>/a?x=1&amp;y=2</link><guid>g1</guid>"
        "<pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Text&lt;/p&gt;</description>"
        "<author>ann@ex.org (Ann Lee)</author><category>Politics</category><category>Trams</category>"
        "<comments>/a#comments</comments></item>",
    )
    assert document == SourceDocument(
        kind=SourceKind.FEED,
        format="rss20",
        title="T",
        url="https://ex.org/",
        description="D",
        language="en-gb",
        hub="https://hub.example/",
        topic="https://ex.org/news/feed.xml",
        ttl=timedelta(minutes=30),
        skip_hours=(0, 3),
        skip_days=("Sunday",),
        entries=(
            Entry(
                id="g1",
                url="https://ex.org/a?x=1&y=2",
                title="One & two",
                published=datetime(2026, 1, 1, 10, tzinfo=UTC),
                authors=("Ann Lee",),
                description="<p>Text</p>",
                tags=("Politics", "Trams"),
                comments="https://ex.org/a#comments",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("root", "name"),
    [
        ('<rss version="2.0"><channel>{}</channel></rss>', "rss20"),
        ('<rss version="0.91"><channel>{}</channel></rss>', "rss091"),
        ('<rss version="0.92"><channel>{}</channel></rss>', "rss092"),
        ("<rss><channel>{}</channel></rss>", "rss"),
        ("<rss>{}</rss>", "rss"),
        ('<channel href="http://ex.org/">{}</channel>', "cdf"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">{}</rdf:RDF>',
            "rss10",
        ),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://my.netscape.com/rdf/simple/0.9/">{}</rdf:RDF>',
            "rss090",
        ),
        ('<RSS version="2.0"><CHANNEL>{}</CHANNEL></RSS>', "rss20"),
        ('<rss xmlns="http://backend.userland.com/rss2" version="2.0"><channel>{}</channel></rss>', "rss20"),
        ('<Channel xmlns="http://purl.org/net/rss1.1#"><items>{}</items></Channel>', "rss"),
        ("<rss:rss><rss:channel>{}</rss:channel></rss:rss>", "rss"),
    ],
)
def test_every_dialect_of_rss_gives_its_items(root: str, name: str) -> None:
    document = feed(root.format("<item><title>One</title><link>http://ex.org/1</link></item>"))
    assert document.format == name
    assert [(entry.title, entry.url) for entry in document.entries] == [("One", "http://ex.org/1")]


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://ex.org/b/">
<title type="html">T &amp;amp; U</title><subtitle>S</subtitle><link href="."/><link rel="self" href="feed"/>
<link rel="hub" href="//hub.example/"/><author><name>Desk</name></author>
<entry xml:base="c/"><id>urn:1</id>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <i>b</i></div></title><link href="page.html"/>
<link rel="enclosure" type="audio/mpeg" length="12" href="a.mp3"/><link rel="replies" href="r"/>
<published>2026-01-01T10:00:00Z</published><updated>2026-01-02T10:00:00Z</updated>
<summary>5 &lt; 8</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>P</p> &amp; q</div></content>
<category term="t1" label="Tag one"/><category term="t2"/></entry></feed>"""


def test_atom_is_read_whole() -> None:
    document = feed(ATOM)
    assert (document.format, document.title, document.description) == ("atom10", "T & U", "S")
    assert (document.url, document.topic, document.hub) == (
        "https://ex.org/b/",
        "https://ex.org/b/feed",
        "https://hub.example/",
    )
    (entry,) = document.entries
    assert entry.url == "https://ex.org/b/c/page.html"
    assert entry.title == "A b"
    assert entry.authors == ("Desk",)
    assert (entry.description, entry.content) == ("5 &lt; 8", "<p>P</p> &amp; q")
    assert entry.tags == ("Tag one", "t2")
    assert entry.comments == "https://ex.org/b/c/r"
    assert [(e.url, e.mime, e.length, e.medium) for e in entry.enclosures] == [
        ("https://ex.org/b/c/a.mp3", "audio/mpeg", 12, "audio")
    ]
    assert document.language == "en"


def test_atom_0_3_and_base64_are_read() -> None:
    document = feed(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><tagline>Old</tagline><entry><title mode="escaped">'
        "&lt;b&gt;A&lt;/b&gt;</title><issued>2004-01-01</issued><modified>2004-01-02</modified>"
        '<content mode="base64" type="text/html">PHA+WDwvcD4=</content></entry></feed>'
    )
    assert (document.format, document.description) == ("atom03", "Old")
    (entry,) = document.entries
    assert (entry.title, entry.content) == ("A", "<p>X</p>")
    assert (entry.published, entry.modified) == (
        datetime(2004, 1, 1, tzinfo=UTC),
        datetime(2004, 1, 2, tzinfo=UTC),
    )
    assert atom_entry('<content type="application/octet-stream">not base64!</content>').content == "not base64!"


def test_a_single_atom_entry_is_a_feed_of_one() -> None:
    document = feed('<entry xmlns="http://www.w3.org/2005/Atom"><title>Only</title></entry>')
    assert [entry.title for entry in document.entries] == ["Only"]


def test_json_feed_is_read_whole() -> None:
    document = feed(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "T",
                "home_page_url": "/",
                "feed_url": "f.json",
                "description": "D",
                "language": "ur",
                "hubs": [{"type": "rssCloud", "url": "x"}, {"type": "WebSub", "url": "https://hub.example/"}],
                "authors": [{"name": "Desk"}],
                "items": [
                    {
                        "id": 7,
                        "url": "/a",
                        "title": "One",
                        "content_text": "5 < 8",
                        "summary": "S",
                        "date_published": "2026-01-01T10:00:00Z",
                        "image": "i.png",
                        "tags": ["x", 5, None],
                        "authors": [{"name": "Ann"}, "Bob", {}],
                        "attachments": [
                            {
                                "url": "a.mp3",
                                "mime_type": "audio/mpeg",
                                "size_in_bytes": 9,
                                "duration_in_seconds": 61.5,
                            },
                            {"mime_type": "audio/mpeg"},
                            "odd",
                        ],
                    },
                    {"id": "https://ex.org/2", "external_url": "https://else.example/", "content_html": "<p>x</p>"},
                    "odd",
                ],
            }
        )
    )
    assert (document.format, document.language, document.hub) == ("json11", "ur", "https://hub.example/")
    assert (document.url, document.topic) == ("https://ex.org/", "https://ex.org/news/f.json")
    one, two = document.entries
    assert (one.id, one.url, one.content, one.authors) == ("7", "https://ex.org/a", "5 &lt; 8", ("Ann", "Bob"))
    assert (one.image, one.tags) == ("https://ex.org/news/i.png", ("x", "5"))
    assert (one.enclosures[0].length, one.enclosures[0].duration, one.enclosures[0].medium) == (9, 61, "audio")
    assert (two.url, two.authors, two.content) == ("https://else.example/", ("Desk",), "<p>x</p>")
    assert feed('{"version": "https://jsonfeed.org/version/1", "items": []}').format == "json10"


# ── parts of an item ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>http://ex.org/1</link><guid>http://ex.org/2</guid>", "http://ex.org/1"),
        ("<guid>http://ex.org/2</guid>", "http://ex.org/2"),
        ('<guid isPermaLink="false">http://ex.org/2</guid>', None),
        ("<guid>abc</guid>", None),
        ("<link/><atom:link href='/3'/>", "https://ex.org/3"),
        ("<link href='http://ex.org/4'/>", "http://ex.org/4"),
        ("<link> \n http://ex.org/5\n </link>", "http://ex.org/5"),
        (
            "<link>http://p.example/x</link><feedburner:origLink>http://ex.org/6</feedburner:origLink>",
            "http://ex.org/6",
        ),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>http://[broken/</link>", "http://[broken/"),
        ("<link>//[broken/</link>", None),
        ("<enclosure url='http://ex.org/7.mp3' type='audio/mpeg'/>", "http://ex.org/7.mp3"),
        ("<atom:link rel='enclosure' href='http://ex.org/8.mp3'/>", "http://ex.org/8.mp3"),
        ("<link>page</link>", "https://ex.org/news/page"),
    ],
)
def test_the_link_of_an_item_is_found_wherever_it_stands(inside: str, url: str | None) -> None:
    assert item(inside).url == url


@pytest.mark.parametrize(
    ("inside", "authors"),
    [
        ("<author>ann@ex.org (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>Ann Lee &lt;ann@ex.org&gt;</author>", ("Ann Lee",)),
        ("<author>Ann</author><dc:creator>Bob</dc:creator><dc:creator>Bob</dc:creator>", ("Ann", "Bob")),
        ("<author><name>Ann</name><email>x@y.z</email></author>", ("Ann",)),
        ("<itunes:author>Cy</itunes:author>", ("Cy",)),
        ("<media:credit role='author'>Di</media:credit><media:credit role='photo'>Ed</media:credit>", ("Di",)),
        ("<author>ann@ex.org</author>", ("ann@ex.org",)),
        ("<author/>", ()),
    ],
)
def test_authors_are_names(inside: str, authors: tuple[str, ...]) -> None:
    assert item(inside).authors == authors


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<title>A &amp;amp;amp; B</title>", "A & B"),
        ("<title>5 &lt; 8, ticker &lt;BIGCO&gt;</title>", "5 < 8, ticker <BIGCO>"),
        ("<title>&lt;b&gt;Bold&lt;/b&gt; &amp;nbsp; move</title>", "Bold move"),
        ("<title><b>naked</b> markup</title>", "naked markup"),
        ("<title>a\n   b\u200b</title>", "a b"),
        ("<title/><media:title>From media</media:title>", "From media"),
        ("<dc:title>From DC</dc:title>", "From DC"),
        ("<title><![CDATA[ <script>x()</script>News ]]></title>", "News"),
        ("<title> </title>", None),
    ],
)
def test_titles_are_plain_text(inside: str, title: str | None) -> None:
    assert item(inside).title == title


def test_media_groups_thumbnails_captions_and_credits_are_read() -> None:
    entry = item(
        "<media:group><media:content url='s.mp4' type='video/mp4' fileSize='1,000' duration='90' width='320'/>"
        "<media:content url='l.mp4' medium='video' duration='1:30'><media:thumbnail url='l.jpg'/></media:content>"
        "<media:title>Clip</media:title><media:thumbnail url='t.jpg'/>"
        "<media:category>Sport</media:category></media:group>"
        "<media:content url='p.jpg' width='100'><media:description>The bridge</media:description></media:content>"
        "<media:content url='q.jpg' width='900'/><media:keywords>a, b،c</media:keywords><media:content/>"
        "<enclosure url='p.jpg' type='image/jpeg' length='77'/><georss:point>1 2</georss:point>"
    )
    files = {e.url.rpartition("/")[2]: e for e in entry.enclosures}
    assert list(files) == ["s.mp4", "l.mp4", "p.jpg", "q.jpg"]
    assert (files["s.mp4"].thumbnail, files["s.mp4"].duration, files["s.mp4"].length) == (
        "https://ex.org/news/t.jpg",
        90,
        1000,
    )
    assert (files["l.mp4"].thumbnail, files["l.mp4"].caption, files["l.mp4"].duration) == (
        "https://ex.org/news/l.jpg",
        "Clip",
        90,
    )
    assert (files["p.jpg"].caption, files["p.jpg"].mime, files["p.jpg"].length) == ("The bridge", "image/jpeg", 77)
    assert entry.image == "https://ex.org/news/q.jpg"
    assert entry.tags == ("Sport", "a", "b", "c")


@pytest.mark.parametrize(
    ("inside", "image"),
    [
        ("<image><url>/i.png</url></image><enclosure url='/e.png' type='image/png'/>", "https://ex.org/i.png"),
        ("<enclosure url='/e.png' type='image/png'/>", "https://ex.org/e.png"),
        (
            "<media:content url='/v.mp4' type='video/mp4'><media:thumbnail url='/v.jpg'/></media:content>",
            "https://ex.org/v.jpg",
        ),
        ("<media:thumbnail url='/t.jpg'/>", "https://ex.org/t.jpg"),
        ("<itunes:image href='/pod.jpg'/>", "https://ex.org/pod.jpg"),
        (
            "<description>&lt;img src='/p.gif' width='1'&gt;&lt;img alt='' src=\"/d.jpg\"&gt;</description>",
            "https://ex.org/d.jpg",
        ),
        ("<content:encoded><![CDATA[<p><img class=x src=/c.jpg></p>]]></content:encoded>", "https://ex.org/c.jpg"),
        ("<description>no picture</description>", None),
    ],
)
def test_the_picture_of_an_item_is_its_best(inside: str, image: str | None) -> None:
    assert item(inside).image == image


def test_podcasts_carry_duration_and_keywords() -> None:
    entry = item(
        "<enclosure url='/a.mp3' type='audio/mpeg' length='5'/><itunes:duration>1:01:01</itunes:duration>"
        "<itunes:keywords>one, two</itunes:keywords><itunes:summary>Sum</itunes:summary><itunes:title>It</itunes:title>"
    )
    assert (entry.enclosures[0].duration, entry.tags, entry.description, entry.title) == (
        3661,
        ("one", "two"),
        "Sum",
        "It",
    )
    assert item("<enclosure url='/a.mp3'/><itunes:duration>soon</itunes:duration>").enclosures[0].duration is None


def test_the_syndication_module_tells_the_rhythm() -> None:
    period = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    assert rss(channel=period).ttl == timedelta(hours=6)
    assert rss(channel="<sy:updatePeriod>sometimes</sy:updatePeriod>").ttl is None
    assert rss(channel="<ttl>nonsense</ttl>").ttl is None


def test_foreign_elements_do_not_stand_in_for_ours() -> None:
    text = "<x:description xmlns:x='http://x.example/'>wrong</x:description><description>right</description>"
    assert item(text).description == "right"


def test_rdf_items_take_their_identity_from_about() -> None:
    document = feed(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>http://ex.org/</link></channel>'
        '<item rdf:about="http://ex.org/1"><title>One</title><dc:date>2026-01-01</dc:date><dc:language>fr</dc:language>'
        "<dc:subject>S</dc:subject></item></rdf:RDF>"
    )
    (entry,) = document.entries
    assert (entry.id, entry.url, entry.language, entry.tags) == ("http://ex.org/1", "http://ex.org/1", "fr", ("S",))
    assert document.url == "http://ex.org/"


def test_atom_takes_the_best_of_several_links() -> None:
    assert atom_entry('<link rel="alternate" type="text/plain" href="/t"/><link type="text/html" href="/h"/>').url == (
        "https://ex.org/h"
    )
    assert atom_entry('<link rel="related" href="/r"/>').url == "https://ex.org/r"
    assert atom_entry('<content src="/video.mp4" type="video/mp4"/>').enclosures[0].medium == "video"
    assert atom_entry('<content src="/page" type="text/html"/>').url == "https://ex.org/page"
    assert atom_entry("<source><author><name>Wire</name></author></source>").authors == ("Wire",)
    assert (
        atom_entry("<link/><media:title>M</media:title><dc:title>D</dc:title><dc:language>hi</dc:language>").title
        == "M"
    )


# ── as they are sent ─────────────────────────────────────────────────────────────────────────────────────────────


GOOD = "<rss version='2.0'><channel><title>T</title><item><title>É</title><link>http://ex.org/1</link></item></channel></rss>"


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        b"\n\n  " + GOOD.encode(),
        b"<br/>Warning: mysql_connect() in <b>/x.php</b><br />\n<?xml version='1.0'?>" + GOOD.encode(),
        b"<?xml version='1.0' encoding='iso-8859-1'?>" + GOOD.encode("latin-1"),
        b"<?xml version='1.0' encoding='iso-8859-1'?>" + GOOD.encode("utf-8"),
        b"<?xml version='1.0' encoding='utf-8'?>" + GOOD.encode("cp1252"),
        b"<?xml version='1.0' encoding='no-such-charset'?>" + GOOD.encode("utf-8"),
        b"<?xml version='1.0' encoding='utf-16'?>" + GOOD.encode("utf-8"),
        ("<?xml version='1.0' encoding='utf-16'?>" + GOOD).encode("utf-16"),
        ("<?xml version='1.0'?>" + GOOD).encode("utf-16-le"),
        ("<?xml version='1.0'?>" + GOOD).encode("utf-16-be"),
        ("<?xml version='1.0'?>" + GOOD).encode("utf-32"),
        ("<?xml version='1.0' encoding='cp037'?>" + GOOD).encode("cp037"),
        GOOD.replace("É", "&Eacute;").encode(),
        GOOD.replace("É", "&#xC9;\x00\x0b").encode(),
        GOOD.replace("É", "&#201;&#0;&#99999999;").encode(),
        (
            '<!DOCTYPE rss [<!ENTITY e "&#201;"><!ENTITY o "É"><!ENTITY b "&e;&e;">]>' + GOOD.replace("É", "&o;")
        ).encode(),
        (
            '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">\n'
            + GOOD.replace("É", "&Eacute;")
        ).encode(),
        GOOD.replace("'2.0'", "2.0").encode(),
        GOOD.replace("</rss>", "").encode(),
        GOOD.replace("</channel></rss>", "<item><title>Cut").encode(),
        ("<?xml?xml version='1.0' ??>" + GOOD).encode(),
    ],
)
def test_a_feed_is_read_however_it_is_sent(data: bytes) -> None:
    document = feed(data)
    assert [(entry.title, entry.url) for entry in document.entries] == [("É", "http://ex.org/1")]


def test_the_header_s_charset_helps_where_nothing_else_does() -> None:
    text = GOOD.replace("É", "Привет")
    assert feed(text.encode("koi8-r"), charset="koi8-r").entries[0].title == "Привет"
    assert feed(text.encode("koi8-r"), charset="utf-8").entries[0].title != "Привет"
    japanese = "<?xml version='1.0' encoding='iso-2022-jp'?>" + GOOD.replace("É", "日本")
    assert feed(japanese.encode("iso-2022-jp")).entries[0].title == "日本"
    chinese = "<?xml version='1.0' encoding='gb2312'?>" + GOOD.replace("É", "中文")
    assert feed(chinese.encode("gb18030")).entries[0].title == "中文"


def test_a_few_bad_bytes_cost_only_their_characters() -> None:
    document = feed(GOOD.replace("É", "Émile Zola à Médan").encode().replace(b"Zola", b"Zo\xff\xfela"))
    assert document.entries[0].title == "Émile Zo\ufffd\ufffdla à Médan"
    assert any("characters" in problem for problem in document.problems)


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ("<title>Fish & Chips &foo; &nbsp;<3</title>", "Fish & Chips &foo; <3"),
        ("<title>a &#150; b</title><x:y>", "a – b"),
        ("<title><![CDATA[x & y &nbsp; z]]></title><unclosed>", "x & y z"),
        ("<title>one</title><description>a <b>c</description>", "one"),
    ],
)
def test_broken_xml_is_read_as_far_as_it_goes(broken: str, title: str) -> None:
    document = feed(f"<rss><channel><item>{broken}</item></channel></rss>")
    assert document.entries[0].title == title
    assert any("not well formed" in problem for problem in document.problems)


def test_no_file_and_no_entity_bomb_gets_into_an_entry() -> None:
    body = "<rss><channel><item><title>a &x; b</title></item></channel></rss>"
    secret = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>{body}'
    assert feed(secret).entries[0].title == "a &x; b"
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]><rss><channel><item><title>&l11;</title></item></channel></rss>'
    assert len(feed(bomb).entries[0].title or "") < 100


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SW-S03"),
        (b" \n ", "SW-S03"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "SW-S01"),
        (b"<html><head><title>News</title></head></html>", "SW-S01"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", "SW-S01"),
        (b"<html><form><input type=password name=p></form></html>", "SW-S02"),
        (b"<!doctype html><title>Just a moment...</title>", "SW-S09"),
        (b"hello, world", "SW-S04"),
        (b"\x89PNG\r\n\x1a\n", "SW-S04"),
        (b"<urlset><url><loc>http://ex.org/</loc></url></urlset>", "SW-S05"),
        (b"<<<", "SW-S06"),
        (b'{"a": 1}', "SW-S07"),
        (b"[1]", "SW-S07"),
        (b'{"items": [', "SW-S08"),
        (b"[" * 100_000, "SW-S08"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        feed(data)
    assert caught.value.problem.code == code


def test_oddities_are_told() -> None:
    assert rss().problems == ("The feed has no entries.",)
    assert rss("<item><title>a</title></item>").problems == (
        "No entry has a date that can be read.",
        "1 of 1 entries have no link.",
    )


def test_every_complaint_says_what_happened_one_cause_and_the_next_step() -> None:
    titles = set()
    for code in complaints.codes():
        problem = complaints.complaint(code, "where", detail="x")
        titles.add(problem.title)
        assert all(text.endswith(".") and "{" not in text for text in (problem.title, problem.cause, problem.fix))
    assert len(titles) == len(complaints.codes())
