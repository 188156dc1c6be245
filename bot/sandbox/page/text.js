// Text with entities → elements.  Offsets and lengths count UTF-16 units, which is what JavaScript's strings do.

import { copy, h, icon } from "./dom.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** The direction of a text by its first strong letter, and its language where the letters tell. */
export function speech(text) {
  const strong = /[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff])/.exec(text);
  const rtl = Boolean(strong && strong[1]);
  const urdu = /[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]/.test(text);
  return { dir: rtl ? "rtl" : "ltr", lang: urdu ? "ur" : rtl ? "ar" : /[\u0900-\u097f]/.test(text) ? "hi" : undefined };
}

/** `act.say(text)` is called for a pressed command, `act.follow(event)` for a pressed link. */
export function rich(text, entities, act) {
  const list = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length || (a.type === "date_time") - (b.type === "date_time"));
  let next = 0;
  const part = (from, to) => {
    const out = document.createDocumentFragment();
    let at = from;
    while (next < list.length && list[next].offset < to) {
      const entity = list[next++];
      const start = Math.max(at, entity.offset), end = Math.min(to, entity.offset + entity.length);
      if (end <= start) continue;
      const before = text.slice(at, start), block = BLOCKS.has(entity.type);
      out.append(block && before.endsWith("\n") ? before.slice(0, -1) : before);
      out.append(wrap(entity, part(start, end), text.slice(start, end), act));
      at = block && text[end] === "\n" && end < to ? end + 1 : end;
    }
    out.append(text.slice(at, to));
    return out;
  };
  return part(0, text.length);
}

function wrap(entity, inside, words, act) {
  const link = (href) => h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick: act.follow }, inside);
  switch (entity.type) {
    case "bold": case "italic": case "underline": case "strikethrough": return h(PLAIN[entity.type], {}, inside);
    case "url": return link(/^[a-z]+:\/\//i.test(words) ? words : "http://" + words);
    case "text_link": return /^(https?|tg):/i.test(entity.url) ? link(entity.url) : inside;
    case "email": return link("mailto:" + words);
    case "phone_number": return link("tel:" + words.replace(/[^+\d]/g, ""));
    case "mention": return link("https://t.me/" + words.slice(1));
    case "bot_command": return h("a", { href: "#", onclick: (event) => (event.preventDefault(), act.say(words)) }, inside);
    case "hashtag": case "cashtag": case "text_mention": return h("span", { class: "tag" }, inside);
    case "code": return h("code", { title: "Press to copy", onclick: () => copy(words) }, inside);
    case "pre": return h("pre", { "data-language": entity.language, tabindex: 0 }, h("code", {}, inside));
    case "spoiler": return spoiler(inside);
    case "blockquote": return h("blockquote", {}, inside);
    case "expandable_blockquote": return folded(inside);
    case "date_time": return moment(entity, words);
    default: return inside;
  }
}

function spoiler(inside) {
  const node = h("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Hidden text, press to show" }, inside);
  const open = () => {
    node.classList.add("open");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", open);
  node.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), open()));
  return node;
}

function folded(inside) {
  const button = h("button", { class: "fold", type: "button", "aria-expanded": "false", "aria-label": "Whole quote" }, icon("down"));
  const quote = h("blockquote", { class: "foldable folded" }, inside, button);
  quote.addEventListener("click", (event) => {
    if (!event.target.closest("a")) button.setAttribute("aria-expanded", String(!quote.classList.toggle("folded")));
  });
  return quote;
}

/** A moment in the reader's own zone: "r" is relative; w week day, d/D short or long date, t/T short or long time. */
function moment(entity, words) {
  const when = new Date(entity.unix_time * 1000), format = entity.date_time_format || "";
  const node = h("time", { datetime: when.toISOString(), title: when.toLocaleString() }, words);
  const long = format.includes("D"), parts = {};
  if (format === "r") {
    node.dataset.unix = entity.unix_time;
    tell(node);
    return node;
  }
  if (format.includes("w")) parts.weekday = "long";
  if (/d/i.test(format)) Object.assign(parts, { day: "numeric", month: long ? "long" : "short", year: long ? "numeric" : undefined });
  if (/t/i.test(format)) Object.assign(parts, { hour: "2-digit", minute: "2-digit", second: format.includes("T") ? "2-digit" : undefined });
  if (format) node.textContent = new Intl.DateTimeFormat([], parts).format(when);
  return node;
}

/** Say again how long ago a relative moment was. */
export function tell(node) {
  const seconds = node.dataset.unix - Date.now() / 1000, size = Math.abs(seconds);
  const [unit, long] = size < 3600 ? ["minute", 60] : size < 86400 ? ["hour", 3600] : ["day", 86400];
  const words = new Intl.RelativeTimeFormat([], { numeric: "auto" }).format(Math.round(seconds / long), unit);
  node.textContent = size < 50 ? "just now" : words;
}
