// One bubble: a message, or the messages of an album.

import { avatar, bytes, clock, h, icon, nameOf, short, span } from "./dom.js";
import { rich, speech } from "./text.js";

const SERVICE = {
  new_chat_title: (m) => `The name is now “${m.new_chat_title}”`,
  new_chat_photo: () => "The picture was changed",
  delete_chat_photo: () => "The picture was removed",
  pinned_message: (m) => `Pinned “${summary(m.pinned_message, 40)}”`,
  new_chat_members: (m) => `${m.new_chat_members.map(nameOf).join(", ")} joined`,
  left_chat_member: (m) => `${nameOf(m.left_chat_member)} left`,
  forum_topic_created: (m) => `Topic “${m.forum_topic_created.name}” was created`,
  forum_topic_closed: () => "The topic was closed",
  forum_topic_reopened: () => "The topic was opened again",
  chat_shared: (m) => `${m.chat_shared.title ? `“${m.chat_shared.title}”` : "A chat"} was shared with the bot`,
  users_shared: () => "People were shared with the bot",
  migrate_to_chat_id: () => "The group became a supergroup",
};
const NOUNS = { photo: "Photo", video: "Video", animation: "GIF", document: "File", audio: "Audio", voice: "Voice message", sticker: "Sticker", video_note: "Video message", location: "Location", venue: "Place", contact: "Contact", poll: "Poll", dice: "Dice" };

export const service = (message) => Object.keys(SERVICE).find((name) => name in message);
export const serviceText = (message) => SERVICE[service(message)](message);

/** One line that stands for a message: in the list, in replies, in the pinned bar. */
export function summary(message, length = 120) {
  if (!message) return "";
  if (service(message)) return serviceText(message);
  const noun = NOUNS[Object.keys(NOUNS).find((name) => name in message)];
  const words = (message.text || message.caption || "").replace(/\s+/g, " ");
  const line = noun && words ? `${noun} · ${words}` : noun || words;
  return line.length > length ? line.slice(0, length - 1) + "…" : line;
}

/**
 * The element of one message or album.  `act` holds what a person can do: say, follow, press, choose, react, talk,
 * jump; `world` what the bubble has to know: me, and whether the chat is a group.
 */
export function bubble(messages, act, world) {
  const message = messages[0], told = messages.find((one) => one.caption) || message;
  const words = told.text || told.caption || "", tone = speech(words || message.card?.title || "");
  const own = !message.sender_chat && message.from && message.from.id === world.me;
  const pictures = messages.filter((one) => one.photo || one.video || one.animation);
  const body = h("div", { class: "bubble", dir: tone.dir });
  const text = words && h("div", { class: "text" + (bare(told) ? " big" : ""), lang: tone.lang }, rich(words, told.entities || told.caption_entities, act));
  const shots = pictures.length && media(pictures, told.show_caption_above_media, Boolean(text));
  const preview = previewOf(message, act);
  const keyboard = message.reply_markup && message.reply_markup.inline_keyboard;
  if (world.group && !own && message.from) body.append(h("span", { class: "who" }, message.sender_chat ? message.sender_chat.title : nameOf(message.from)));
  if (message.forward_origin && !message.is_automatic_forward) body.append(h("span", { class: "origin" }, `Forwarded from ${origin(message.forward_origin)}`));
  if (message.via_bot) body.append(h("span", { class: "origin" }, `via @${message.via_bot.username}`));
  if (message.reply_to_message) body.append(reply(message.reply_to_message, act));
  if (preview && preview.above) body.append(preview.node);
  body.append(...(told.show_caption_above_media ? [text, shots] : [shots, text]).filter(Boolean), ...things(message));
  if (preview && !preview.above) body.append(preview.node);
  const foot = meta(message, messages.length);
  if (shots && !text && !preview) foot.classList.add("over");
  (text && text === body.lastElementChild ? text : body).append(foot);
  if (message.reactions && message.reactions.length) body.append(reactions(message, act, world.me));
  if (message.comments && !keyboard) body.append(comments(message, act));
  const wide = preview || shots || keyboard;
  const node = h("article", { class: `msg${own ? " own" : ""}${wide ? " wide" : ""}`, id: `m${message.message_id}`, "aria-label": label(message, own) }, body);
  if (keyboard && keyboard.length) node.append(keys(message, keyboard, act));
  body.addEventListener("click", (event) => event.target.closest("a, button, code, summary, .spoiler, .foldable, video") || act.choose(message));
  return node;
}

const bare = (message) => message.text && !message.entities && /^(\p{Extended_Pictographic}[\ufe0f\u200d]*){1,3}$/u.test(message.text);
const label = (message, own) => `${own ? "You" : (message.sender_chat || {}).title || (message.from && nameOf(message.from)) || "Message"}, ${clock(message.date)}`;
const origin = (from) => from.sender_user_name || (from.chat || from.sender_chat || {}).title || nameOf(from.sender_user || {});

function reply(to, act) {
  const who = to.sender_chat ? to.sender_chat.title : to.from ? nameOf(to.from) : to.chat.title;
  return h("button", { class: "reply", type: "button", onclick: () => act.jump(to.message_id) }, h("b", {}, who || ""), summary(to));
}

function meta(message, count) {
  const foot = h("span", { class: "meta", dir: "ltr" });
  if (message.edit_date) foot.append(h("span", {}, "edited"));
  if (message.silent) foot.append(h("span", { title: "Sent without sound" }, icon("mute"), h("span", { class: "hidden" }, "silent")));
  if (message.author_signature) foot.append(message.author_signature);
  if (message.views) foot.append(h("span", { title: "Views" }, icon("eye"), h("span", { class: "hidden" }, "views "), " " + short(message.views)));
  foot.append(h("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date)));
  return foot;
}

function reactions(message, act, me) {
  const chips = message.reactions.map((one) => h("button", { type: "button", "aria-pressed": String(one.users.includes(me)), onclick: () => act.react(message, one.emoji) }, `${emoji(one.emoji)} ${one.count}`));
  return h("div", { class: "reacts" }, chips);
}

/** Old symbols (❤, ☺) become colourful. */
const emoji = (text) => (text.length === 1 ? text + "\ufe0f" : text);

function comments(message, act) {
  const count = message.comments.count;
  const words = count ? `${count} comment${count > 1 ? "s" : ""}` : "Leave a comment";
  return h("button", { class: "comments", type: "button", dir: "ltr", onclick: () => act.talk(message) }, icon("talk"), h("span", {}, words), icon("back"));
}

function previewOf(message, act) {
  const found = message.card, options = message.link_preview_options || {};
  if (!found) return null;
  const tone = speech(found.title || found.description || "");
  const small = options.prefer_small_media || !found.image;
  const picture = found.image && h("img", { src: found.image, alt: "", width: found.width, height: found.height });
  const lines = [h("span", { class: "site" }, found.site_name), h("b", {}, found.title), found.description && h("span", { class: "about" }, found.description)];
  const node = h("a", { class: `card${small ? " small" : ""}${options.show_above_text ? " above" : ""}`, href: found.url, dir: tone.dir, lang: tone.lang, target: "_blank", rel: "noopener noreferrer", onclick: act.follow }, small && picture, lines, !small && picture);
  return { node, above: options.show_above_text };
}

const ROWS = [[], [1], [2], [1, 2], [1, 3], [2, 3], [3, 3], [2, 2, 3], [2, 3, 3], [3, 3, 3], [2, 4, 4]];

/** A mosaic: in each row widths follow the pictures' own proportions, so that all of a row are equally high. */
function media(messages, below, more) {
  const box = h("div", { class: `media${below ? " after" : more ? "" : " last"}${messages.length === 1 ? " single" : ""}` });
  let at = 0;
  for (const count of ROWS[messages.length] || [messages.length]) {
    box.append(h("div", { class: "row" }, messages.slice(at, at + count).map(shot)));
    at += count;
  }
  return box;
}

function shot(message) {
  const film = message.video || message.animation, still = message.photo && message.photo.at(-1);
  const it = film || still, ratio = Math.min(2.4, Math.max(0.6, (it.width || 16) / (it.height || 9)));
  const name = message.caption || (film ? "Video" : "Photo");
  const node = film ? video(film, Boolean(message.animation), name) : h("a", { class: "shot", href: it.url, target: "_blank", "aria-label": `Open: ${name}` }, h("img", { src: it.url, alt: name }));
  node.style.flexGrow = ratio;
  node.style.aspectRatio = ratio;
  if (message.has_media_spoiler) {
    node.classList.add("veil");
    node.addEventListener("click", (event) => node.classList.contains("veil") && (event.preventDefault(), event.stopImmediatePropagation(), node.classList.remove("veil")), true);
  }
  return node;
}

function video(film, loop, name) {
  const player = h("video", { src: `${film.url}${film.thumbnail ? "" : "#t=0.5"}`, poster: film.thumbnail && film.thumbnail.url, preload: "metadata", playsinline: true, loop, tabindex: -1, "aria-label": name });
  player.muted = true;
  const badge = h("span", { class: "badge" }, loop ? "GIF" : span(film.duration || 0) + (film.file_size ? ` · ${bytes(film.file_size)}` : ""));
  const button = h("button", { class: "play", type: "button", "aria-label": `Play: ${name}` }, icon("play"));
  button.addEventListener("click", () => {
    button.remove();
    badge.remove();
    player.controls = true;
    player.removeAttribute("tabindex");
    player.play().catch(() => {});
    player.focus();
  });
  return h("div", { class: "shot" }, player, badge, button);
}

/** What is neither text nor picture. */
function things(m) {
  const file = m.document || m.audio || m.voice, place = m.venue ? m.venue.location : m.location;
  const row = (left, title, below, href) => h(href ? "a" : "div", { class: "thing", href, target: href && "_blank" }, left, h("span", {}, h("b", {}, title), h("small", {}, below)));
  const tile = (name) => h("span", { class: "avatar" }, icon(name));
  const out = [];
  if (file && !m.animation) out.push(row(tile(m.document ? "file" : "play"), file.file_name || file.title || NOUNS[m.voice ? "voice" : "audio"], [file.performer, file.duration && span(file.duration), file.file_size && bytes(file.file_size)].filter(Boolean).join(" · "), file.url));
  if (m.video_note || m.sticker) out.push(row(tile("play"), NOUNS[m.sticker ? "sticker" : "video_note"], (m.sticker || {}).emoji || ""));
  if (place) out.push(row(tile("pin"), m.venue ? m.venue.title : "Location", m.venue ? m.venue.address : `${place.latitude}, ${place.longitude}`));
  if (m.contact) out.push(row(avatar(m.contact.first_name, m.contact.user_id || 1), nameOf(m.contact), m.contact.phone_number));
  if (m.dice) out.push(h("div", { class: "text big" }, m.dice.emoji), h("span", {}, `${m.dice.value}`));
  if (m.poll) out.push(h("div", { class: "poll" }, h("b", {}, m.poll.question), h("small", {}, m.poll.is_anonymous ? "Anonymous poll" : "Poll"), h("ul", {}, m.poll.options.map((option) => h("li", {}, `${option.text} · ${option.voter_count}`)))));
  return out;
}

function keys(message, rows, act) {
  const one = (key, row, column) => {
    const style = key.style || "", words = h("span", {}, key.text);
    if (key.url || key.login_url) return h("a", { class: style, href: key.url || key.login_url.url, target: "_blank", rel: "noopener noreferrer", onclick: act.follow }, words, icon("out"));
    return h("button", { class: style, type: "button", onclick: (event) => act.press(message, key, event.currentTarget, row, column) }, words, key.copy_text && icon("copy"));
  };
  return h("div", { class: "keys" }, rows.map((row, at) => h("div", { class: "row" }, row.map((key, column) => one(key, at, column)))));
}
