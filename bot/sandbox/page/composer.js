// Writing: the line at the bottom, the bot's commands and keyboards, and inline results while one types.

import { $, avatar, h, toast } from "./dom.js";
import { summary } from "./message.js";

const line = $("write"), popup = $("popup"), panel = $("reply-keys");

export class Composer {
  constructor(door, act) {
    Object.assign(this, { door, act, chat: null, turn: 0, folded: false });
    $("composer").addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    line.addEventListener("input", () => this.typed());
    line.addEventListener("keydown", (event) => this.key(event));
    popup.addEventListener("keydown", (event) => this.walk(event));
    popup.addEventListener("scroll", () => popup.scrollHeight - popup.scrollTop - popup.clientHeight < 80 && this.more?.());
    $("menu-button").addEventListener("click", () => (popup.hidden ? (this.commands(""), popup.querySelector("button")?.focus()) : this.close()));
    $("aim-close").addEventListener("click", () => (this.aim(), line.focus()));
    $("keys-button").addEventListener("click", () => ((this.folded = !this.folded), this.keys()));
  }

  /** Show what can be written in this chat by whoever one is. */
  open(chat, again) {
    if (!again) this.close();
    if (this.chat !== chat) {
      line.value = "";
      this.aim();
    }
    this.chat = chat;
    $("composer").hidden = !chat.writes;
    $("menu-button").hidden = !chat.bot || !chat.bot.commands.length;
    line.placeholder = chat.type === "channel" ? "Broadcast" : "Message";
    if (!again) this.folded = false;
    this.keys();
  }

  say(words) {
    if (!this.chat.writes) return toast("You cannot write here.");
    this.close();
    const { kind, message } = this.target || {};
    this.aim();
    if (kind === "edit") return this.door.edit(this.chat, message, words);
    return this.door.write(this.chat, words, message && { reply_to: message.message_id });
  }

  /** The next line answers a message ("reply") or replaces its text ("edit"); without a kind neither. */
  aim(kind, message) {
    this.target = kind && { kind, message };
    $("aim").hidden = !kind;
    if (!kind) return;
    $("aim-text").textContent = `${kind === "edit" ? "Edit" : "Reply to"}: ${summary(message, 80)}`;
    if (kind === "edit") line.value = message.text || message.caption;
    line.focus();
  }

  fill(words) {
    line.value = words;
    line.focus();
    this.typed();
  }

  async send() {
    const words = line.value.trim();
    if (!words) return;
    line.value = "";
    if (!(await this.say(words))) line.value = words;
  }

  key(event) {
    const first = popup.querySelector("button");
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (this.inline && first && !popup.hidden) first.click();
      else this.send();
    } else if (event.key === "ArrowUp" && !popup.hidden) {
      event.preventDefault();
      [...popup.querySelectorAll("button")].at(this.inline ? 0 : -1)?.focus();
    } else if (event.key === "Escape" && (!popup.hidden || this.target)) {
      event.preventDefault();
      if (popup.hidden) this.aim();
      else this.close();
    }
  }

  walk(event) {
    const buttons = [...popup.querySelectorAll("button")], at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") (buttons[at + 1] || line).focus();
    else if (event.key === "ArrowUp") (buttons[at - 1] || buttons[0]).focus();
    else return;
    event.preventDefault();
    if (event.key === "Escape") line.focus();
  }

  close() {
    popup.hidden = true;
    $("menu-button").setAttribute("aria-expanded", "false");
    this.more = this.inline = null;
    this.turn += 1;
  }

  typed() {
    const words = line.value, query = /^@(\w{3,32}) (.*)$/s.exec(words);
    const bot = query && this.door.bots.find((one) => one.inline && one.username.toLowerCase() === query[1].toLowerCase());
    if (bot) return this.ask(bot, query[2]);
    if (/^\/\w*$/.test(words) && this.chat.bot) return this.commands(words.slice(1));
    this.close();
  }

  commands(start) {
    const found = this.chat.bot.commands.filter((one) => one.command.startsWith(start));
    this.close();
    if (!found.length) return;
    this.show("Commands", found.map((one) => h("button", { type: "button", onclick: () => ((line.value = ""), this.say("/" + one.command), line.focus()) }, h("span", { class: "grow" }, h("b", {}, "/" + one.command), h("small", {}, one.description)))));
    $("menu-button").setAttribute("aria-expanded", "true");
  }

  show(label, nodes) {
    popup.setAttribute("role", "group");
    popup.setAttribute("aria-label", label);
    popup.replaceChildren(...nodes);
    popup.hidden = false;
  }

  // ── inline mode ───────────────────────────────────────────────────────────────────────────────────────────────

  async ask(bot, query, offset = "") {
    const turn = ++this.turn;
    this.inline = bot;
    await new Promise((done) => setTimeout(done, offset ? 0 : 250));
    if (turn !== this.turn) return;
    if (popup.hidden) this.show("Inline results", [h("p", {}, "Asking the bot…")]);
    const answer = await this.door.inline(this.chat, bot, query, offset);
    if (turn !== this.turn || !answer) return;
    const rows = answer.results.map((one) => this.result(bot, one));
    const lead = answer.button && h("button", { type: "button", class: "lead", onclick: () => this.lead(bot, answer.button) }, answer.button.text);
    if (offset) popup.append(...rows);
    else this.show("Inline results", [lead, ...rows, !rows.length && h("p", {}, answer.late ? "The bot has not answered." : "Nothing found.")].filter(Boolean));
    const from = answer.late ? offset : answer.next_offset; // a late page is asked for again
    this.more = from && (() => ((this.more = null), this.ask(bot, query, from)));
  }

  result(bot, one) {
    const title = one.title || one.first_name || one.caption || one.type;
    const picture = one.thumbnail_url ? h("img", { src: this.door.picture(one.thumbnail_url), alt: "" }) : avatar(title, one.id.length);
    const choose = async () => {
      this.close();
      line.value = "";
      await this.door.choose(this.chat, bot, one.id);
      line.focus();
    };
    return h("button", { type: "button", onclick: choose }, picture, h("span", { class: "grow" }, h("b", {}, title), h("small", {}, one.description || one.url || "")));
  }

  async lead(bot, button) {
    this.close();
    line.value = "";
    await this.act.show(this.door.privately(bot).ref);
    if (button.start_parameter) await this.say(`/start ${button.start_parameter}`);
  }

  // ── the bot's own keyboard under the line ─────────────────────────────────────────────────────────────────────

  keys() {
    const source = this.chat.messages.findLast((message) => message.keyboard), board = source?.keyboard;
    const rows = this.chat.writes && board && !board.remove_keyboard && board.keyboard;
    $("keys-button").hidden = !rows;
    $("keys-button").setAttribute("aria-expanded", String(Boolean(rows && !this.folded)));
    panel.hidden = !rows || this.folded;
    if (board?.input_field_placeholder) line.placeholder = board.input_field_placeholder;
    if (!rows) return;
    panel.replaceChildren(...rows.map((row) => h("div", { class: "row" }, row.map((key) => this.reply(typeof key === "string" ? { text: key } : key, board)))));
  }

  reply(key, board) {
    const press = async () => {
      const answer = await this.door.tap(this.chat, key);
      if (answer && board.one_time_keyboard) this.folded = true;
      this.keys();
    };
    return h("button", { type: "button", class: key.style, onclick: press }, key.text);
  }
}
