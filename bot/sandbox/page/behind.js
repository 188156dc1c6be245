// Behind a post: which source, which decision, which call of the Bot API, and how long it took.

import { $, clock, h, icon } from "./dom.js";
import { members } from "./members.js";
import { summary } from "./message.js";

const body = $("behind-body");

export class Behind {
  constructor(door, composer) {
    Object.assign(this, { door, composer, chat: null, message: null });
    $("inspect-close").addEventListener("click", () => this.close());
    $("inspect-open").addEventListener("click", () => this.show());
  }

  show() {
    document.body.dataset.panel = "on";
    $("inspect-close").focus();
  }

  close() {
    if (!("panel" in document.body.dataset)) return;
    delete document.body.dataset.panel;
    $("inspect-open").focus();
  }

  /** Nothing is chosen: what the bots have asked lately. */
  world(chat = this.chat) {
    Object.assign(this, { chat, message: null });
    this.draw();
  }

  story(chat, message) {
    Object.assign(this, { chat, message });
    this.draw();
    if (getComputedStyle($("inspect-close")).display !== "none") this.show();
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), 300);
  }

  async draw() {
    const { chat, message } = this;
    const story = message ? await this.door.story(chat, message) : await this.door.lately();
    if (message !== this.message) return;
    if (!message && body.contains(document.activeElement) && document.activeElement.tagName === "SELECT") return; // being chosen from
    const held = body.querySelectorAll("details[open]").length;
    body.replaceChildren(...(message ? this.one(message, story) : this.all(story)));
    if (held && message) body.querySelectorAll("details").forEach((node, at) => (node.open = at < held));
  }

  one(message, story) {
    const { door, chat, composer } = this, button = (words, act) => h("button", { type: "button", onclick: act }, words);
    const write = (kind) => () => (this.close(), composer.aim(kind, message));
    const acts = [
      ...["👍", "❤\ufe0f", "🔥"].map((emoji) => h("button", { type: "button", "aria-label": `React with ${emoji}`, onclick: () => door.react(chat, message, emoji.replace("\ufe0f", "")) }, emoji)),
      chat.writes && chat.type !== "channel" && button("Reply", write("reply")),
      (message.text || message.caption) && door.may(chat, message, "edit_messages") && button("Edit", write("edit")),
      door.may(chat, message, "delete_messages") && button("Delete", () => (door.remove(chat, message), this.world())),
      chat.bot && button(chat.blocked ? "Unblock the bot" : "Block the bot", () => door.block(chat)),
      chat.joined && !chat.bot && button(`Leave ${chat.title}`, () => door.leave(chat)),
      button("Show everything", () => this.world()),
    ];
    return [
      h("h3", {}, summary(message, 70)),
      h("div", { class: "actions" }, acts),
      story.notes.length && h("h3", {}, "How it came here"),
      h("ol", { class: "steps" }, story.notes.map(step)),
      story.calls.length && h("h3", {}, "Calls of the Bot API"),
      ...story.calls.map((one) => call(one)),
      h("h3", {}, "The message"),
      json("As people's apps get it", message),
    ].filter(Boolean);
  }

  all(story) {
    return [
      ...members(this.door, this.chat),
      story.notes.length && h("h3", {}, "Lately"),
      h("ol", { class: "steps" }, story.notes.map(step)),
      h("h3", {}, "Calls of the Bot API"),
      ...(story.calls.length ? story.calls.map((one) => call(one, this.door.titleOf(one.params.chat_id))) : [h("p", {}, "No bot has called yet. Choose a message to see what happened behind it.")]),
    ].filter(Boolean);
  }
}

function step(note) {
  const ms = note.ms === undefined ? "" : ` · ${Math.round(note.ms)} ms`;
  return h("li", { class: note.problem ? "bad" : "" }, h("span", { class: "told" }, note.text), h("small", {}, `${note.at ? clock(note.at) : ""}${ms}`));
}

function call(entry, where) {
  const failed = entry.status >= 400, size = Object.keys(entry.files).length;
  const told = [h("b", {}, entry.method), where && " · ", where && h("bdi", {}, where), failed && ` · ${entry.description}`];
  const ms = entry.status ? `${entry.ms.toFixed(entry.ms < 10 ? 1 : 0)} ms` : "under way";
  const node = json([...told, h("small", {}, ` · ${ms}`)], { ...unpacked(entry.params), ...(size ? { files: entry.files } : {}) });
  node.classList.toggle("bad", failed);
  return node;
}

/** Parameters that carry JSON are shown as what they are. */
function unpacked(params) {
  const read = (value) => {
    try {
      return /^[[{]/.test(value) ? JSON.parse(value) : value;
    } catch {
      return value;
    }
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, read(value)]));
}

function json(title, value) {
  return h("details", {}, h("summary", {}, ...[title].flat().filter(Boolean)), h("pre", { tabindex: 0, dir: "ltr" }, JSON.stringify(value, null, 1)));
}
