// The people's door: what people see and do, over HTTP, and what happens, as a stream of events.

import { nameOf, toast } from "./dom.js";
import { pickChat } from "./members.js";

const BASE = location.pathname.replace(/[^/]*$/, "");
const PRESENT = new Set(["creator", "administrator", "member", "restricted"]);
const PAGE = 100; // messages asked for at once
const EVENTS = ["message", "edited", "deleted", "reaction", "pinned", "action", "member", "blocked", "unblocked", "commands", "note", "reset", "overflow"];

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(BASE + path, options || undefined);
  const value = answer.status === 204 ? null : await answer.json();
  if (value && value.ok === false) throw new Error(value.error);
  return value;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The address whose card a message shows: the one it names, or the first link in its text (as Telegram chooses). */
function previewed(message) {
  const options = message.link_preview_options || {};
  if (!message.text || options.is_disabled) return null;
  if (options.url) return options.url;
  const first = (message.entities || []).find((one) => one.type === "text_link" || one.type === "url");
  const url = first && (first.url || message.text.slice(first.offset, first.offset + first.length));
  return url && (/^[a-z]+:\/\//i.test(url) ? url : "http://" + url);
}

export class Door {
  constructor() {
    Object.assign(this, { me: 0, people: [], bots: [], all: new Map(), seen: new Map(), cards: new Map(), turn: Promise.resolve() });
    this.onchange = this.onlive = () => {};
  }

  async begin(wanted) {
    await this.load();
    this.me = (this.people.find((one) => one.id === wanted || one.key === wanted) || this.people[0] || {}).id;
    const stream = new EventSource(`${BASE}people/events?since=${this.last}`);
    stream.addEventListener("open", () => this.onlive(true));
    stream.addEventListener("error", () => this.onlive(false));
    for (const name of EVENTS) stream.addEventListener(name, (event) => (this.turn = this.turn.then(() => this.happen(name, JSON.parse(event.data))).catch(console.error)));
    addEventListener("pagehide", () => stream.close());
  }

  async load() {
    const state = await ask("people/state");
    this.last = state.last_event;
    this.people = state.users;
    this.bots = state.bots;
    this.all.clear();
    for (const view of state.chats) this.take(view);
  }

  /** Keep a chat as the door shows it; messages that are here already stay. */
  take(view) {
    const old = this.all.get(view.ref), bot = this.bots.find((one) => one.id === view.bot);
    const chat = old || { messages: view.last_message ? [view.last_message] : [], base: view.last_message?.message_id || 0, loaded: false };
    Object.assign(chat, view, { chat_id: view.id, count: view.member_count, bot, photo: view.photo_url && BASE + view.photo_url });
    if (bot) Object.assign(chat, { id: bot.id, title: nameOf(bot), owner: view.id });
    this.all.set(view.ref, chat);
    return chat;
  }

  // ── looking ───────────────────────────────────────────────────────────────────────────────────────────────────

  become(id) {
    this.me = id;
  }

  role(person) {
    const mine = [...this.all.values()].map((chat) => chat.members.find((one) => one.user === person.id)?.status);
    if (mine.includes("creator") || mine.includes("administrator")) return "admin";
    return [...this.all.values()].some((chat) => chat.owner === person.id && chat.started) ? "reader" : "subscriber";
  }

  /** The chats of whoever one is: private ones with every bot, one's groups and channels, public ones at the end. */
  chats() {
    for (const bot of this.bots) this.privately(bot);
    const found = [...this.all.values()].filter((chat) => (chat.bot ? chat.owner === this.me : this.standing(chat) || chat.username)).map((chat) => this.chat(chat.ref));
    const rank = (chat) => (chat.joined ? 1e12 : 0) + (chat.messages.at(-1)?.date || 0);
    return found.sort((a, b) => rank(b) - rank(a));
  }

  privately(bot) {
    const ref = `${bot.id}:${this.me}`;
    return this.all.get(ref) || this.take({ ref, id: this.me, type: "private", bot: bot.id, members: [], pinned: [], member_count: 2, started: false });
  }

  /** A chat with what this person may do in it. */
  chat(ref) {
    const chat = this.all.get(ref);
    if (!chat || (chat.bot && chat.owner !== this.me)) return null;
    const member = this.standing(chat);
    chat.joined = chat.bot ? chat.started : Boolean(member);
    chat.writes = chat.type === "channel" ? Boolean(member && (member.status === "creator" || member.rights?.includes("post_messages"))) : chat.joined && !chat.blocked;
    return chat;
  }

  standing(chat) {
    return chat.members.find((one) => one.user === this.me && PRESENT.has(one.status));
  }

  named(username) {
    const wanted = username.toLowerCase(), bot = this.bots.find((one) => one.username.toLowerCase() === wanted);
    return bot ? this.privately(bot) : [...this.all.values()].find((chat) => !chat.bot && chat.username?.toLowerCase() === wanted);
  }

  unread(chat) {
    const seen = this.seen.get(`${this.me} ${chat.ref}`) ?? chat.base;
    return chat.messages.filter((one) => one.message_id > seen && one.from?.id !== this.me).length;
  }

  lastSeen(chat) {
    return this.seen.get(`${this.me} ${chat.ref}`) ?? chat.base;
  }

  see(chat) {
    this.seen.set(`${this.me} ${chat.ref}`, chat.messages.at(-1)?.message_id || chat.base);
  }

  async history(chat) {
    if (chat.loaded) return;
    chat.loaded = true;
    chat.messages = await this.page(chat, "");
  }

  async older(chat) {
    if (chat.whole || !chat.messages.length) return false;
    const earlier = await this.page(chat, `&before=${chat.messages[0].message_id}`);
    chat.whole = earlier.length < PAGE;
    chat.messages.unshift(...earlier);
    return earlier.length > 0;
  }

  async page(chat, more) {
    const { messages } = await ask(`people/chats/${encodeURIComponent(chat.ref)}/messages?limit=${PAGE}${more}`);
    await Promise.race([Promise.all(messages.map((one) => this.card(one, chat, 600))), pause(600)]);
    return messages;
  }

  /** Fetch the card of a message's link; a late one comes as a change of its own. */
  async card(message, chat, wait) {
    const url = previewed(message);
    if (!url) return;
    if (this.cards.size > 500) this.cards.clear();
    if (!this.cards.has(url)) this.cards.set(url, ask(`page-preview?url=${encodeURIComponent(url)}`).catch(() => null));
    const before = Date.now();
    message.card = await this.cards.get(url);
    if (message.card && Date.now() - before > wait) this.onchange("card", chat);
  }

  async happen(kind, event) {
    let chat = this.all.get(event.chat);
    if (kind === "reset" || kind === "overflow") {
      await this.load();
      return this.onchange("world");
    }
    if (kind === "commands") this.bots = (await ask("people/state")).bots;
    if (kind === "member" || kind.endsWith("blocked") || kind === "commands" || (event.chat && (!chat || !chat.started))) await this.renew(event.chat);
    chat = this.all.get(event.chat);
    const message = event.message;
    if (message && chat) {
      if (kind === "edited") this.cards.delete(previewed(message));
      await Promise.race([this.card(message, chat, 300), pause(300)]);
      const at = chat.messages.findIndex((one) => one.message_id === message.message_id);
      if (at >= 0) chat.messages[at] = message;
      else if (kind === "message") chat.messages.push(message);
      if (chat.messages.length > 6 * PAGE) Object.assign(chat, { whole: false, messages: chat.messages.slice(-3 * PAGE) });
    }
    if (kind === "deleted") chat.messages = chat.messages.filter((one) => one.message_id !== event.message_id);
    if (kind === "pinned") chat.pinned = event.message_ids;
    const fresh = kind === "message" && message && message.from?.id !== this.me;
    this.onchange(kind === "action" ? "typing" : kind, chat, fresh);
    if (kind === "message" && message?.is_automatic_forward) this.recount(message);
  }

  /** A post got its place in the discussion group: show its comment bar. */
  async recount(message) {
    const { chat: origin, message_id: id } = message.forward_origin, channel = this.all.get(String(origin.id));
    const post = channel?.messages.find((one) => one.message_id === id);
    if (post && !post.comments) Object.assign(post, { comments: { chat_ref: message.chat_ref, message_id: message.message_id, count: 0 } });
    if (post) this.onchange("edited", channel);
  }

  async renew(ref) {
    if (ref) this.take((await ask(`people/chats/${encodeURIComponent(ref)}`)).chat);
    else for (const view of (await ask("people/state")).chats) this.take(view);
  }

  // ── doing ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Do something as this person; null, after saying why, when it cannot be done. */
  async act(name, body) {
    try {
      return await ask(`people/${name}`, { as: this.me, ...body });
    } catch (error) {
      toast(error.message);
      return null;
    }
  }

  write(chat, text, more) {
    const start = /^\/start(?: (\S+))?$/.exec(text);
    return start && chat.bot ? this.act("start", { bot: chat.bot.id, payload: start[1] || "" }) : this.act("send", { chat: chat.ref, text, ...more });
  }

  async press(chat, message, row, column) {
    const found = await this.act("press", { chat: chat.ref, message_id: message.message_id, row, column, wait: 20 });
    return found && found.answer;
  }

  inline(chat, bot, query, offset) {
    return this.act("inline", { bot: bot.id, query, offset, chat_type: chat.bot === bot ? "sender" : chat.type });
  }

  choose(chat, bot, result) {
    return this.act("choose", { chat: chat.ref, bot: bot.id, result_id: result });
  }

  join(chat) {
    return this.act("join", { chat: chat.ref });
  }

  leave(chat) {
    return this.act("leave", { chat: chat.ref });
  }

  edit(chat, message, text) {
    return this.act("edit", { chat: chat.ref, message_id: message.message_id, text });
  }

  remove(chat, message) {
    return this.act("delete", { chat: chat.ref, message_id: message.message_id });
  }

  block(chat) {
    return this.act(chat.blocked ? "unblock" : "block", { bot: chat.bot.id });
  }

  /** May this person change, or delete, a message? */
  may(chat, message, right) {
    const member = this.standing(chat) || {}, own = message.from?.id === this.me && !message.sender_chat;
    return own || member.status === "creator" || Boolean(member.rights?.includes(right)) || (chat.bot && right === "delete_messages");
  }

  react(chat, message, emoji) {
    const mine = message.reactions?.some((one) => one.emoji === emoji && one.users.includes(this.me));
    return this.act("react", { chat: chat.ref, message_id: message.message_id, emoji: mine ? "" : emoji });
  }

  /** A key of a reply keyboard: most say their own text. */
  async tap(chat, key) {
    if (key.request_chat) {
      const picked = await pickChat(this, key.request_chat);
      return picked && this.act("share", { bot: chat.bot.id, chat: picked.ref, text: key.text });
    }
    if (key.request_contact) return this.write(chat, "", { contact: { phone_number: "+1555010" + (this.me % 100), first_name: this.people.find((one) => one.id === this.me).first_name, user_id: this.me } });
    if (key.request_location) return this.write(chat, "", { location: { latitude: 12.5, longitude: -3.25 } });
    return this.write(chat, key.text);
  }

  picture(url) {
    return `${BASE}page-picture?url=${encodeURIComponent(url)}`;
  }

  // ── behind ────────────────────────────────────────────────────────────────────────────────────────────────────

  async story(chat, message) {
    const { notes } = await ask("people/notes"), { requests } = await ask("people/journal?limit=400");
    const { sends } = await ask(`people/ledger?limit=400&chat_id=${chat.chat_id}`);
    const made = new Set(sends.filter((one) => one.message_ids.includes(message.message_id)).map((one) => one.request));
    const about = (one) => made.has(one.id) || (one.params.message_id === String(message.message_id) && this.same(one.params.chat_id, chat));
    return {
      notes: notes.filter((one) => one.message_id === message.message_id && this.same(one.chat_id, chat)),
      calls: requests.filter(about),
    };
  }

  same(id, chat) {
    return String(id) === String(chat.chat_id) || String(id).toLowerCase() === `@${chat.username}`.toLowerCase();
  }

  titleOf(id) {
    return id && [...this.all.values()].find((chat) => this.same(id, chat) && (!chat.bot || chat.messages.length))?.title;
  }

  async lately() {
    const { notes } = await ask("people/notes"), { requests } = await ask("people/journal?limit=60");
    return { notes: notes.slice(-10).reverse(), calls: requests.filter((one) => one.method !== "getUpdates").slice(-20).reverse() };
  }
}
