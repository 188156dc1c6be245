// The sandbox's page: chats as Telegram shows them, for whichever person of the world you are.

import { $, avatar, clock, copy, dayName, h, icon, nameOf, short, toast } from "./dom.js";
import { bubble, service, serviceText, summary } from "./message.js";
import { Behind } from "./behind.js";
import { Composer } from "./composer.js";
import { Door } from "./door.js";
import { speech, tell } from "./text.js";

const log = $("log");
const door = new Door();
const drawn = new Map(); // key of an item in the log → { stamp, node }
const typing = new Map(); // ref of a chat → when its typing ends
let open = null; // the chat that is shown
let chosen = null; // id of the message whose story the panel tells
let newest = 0; // the last message that was seen before the divider
let unread = 0; // arrived while the reader was further up

// ── who you are and which chats there are ───────────────────────────────────────────────────────────────────────

function drawPeople() {
  $("people").replaceChildren(...door.people.map((person) => h("button", { type: "button", "aria-pressed": String(person.id === door.me), onclick: () => become(person.id) }, avatar(person.first_name, person.id), h("span", {}, person.first_name), h("small", {}, door.role(person)))));
}

async function become(id) {
  door.become(id);
  drawPeople();
  drawChats();
  const still = open && door.chat(open.ref);
  if (still || !narrow()) await show((still || door.chats()[0] || {}).ref);
}

function drawChats() {
  const focus = document.activeElement && document.activeElement.dataset.ref;
  $("chats").replaceChildren(...door.chats().map((chat) => {
    const last = chat.messages.at(-1), unseen = door.unread(chat);
    const line = isTyping(chat) ? "typing…" : last ? (last.from && !chat.own && chat.type !== "private" && !last.sender_chat ? `${last.from.first_name}: ` : "") + summary(last) : chat.joined ? "No messages yet" : chat.type === "private" ? "Not started yet" : "Public channel";
    return h("li", {}, h("button", { type: "button", "data-ref": chat.ref, "aria-current": String(Boolean(open && open.ref === chat.ref)), onclick: () => show(chat.ref) },
      avatar(chat.title, chat.id, chat.photo),
      h("span", { class: "grow" },
        h("span", { class: "top" }, h("b", {}, h("bdi", {}, chat.title), muted(chat) && icon("mute")), last && h("time", {}, clock(last.date))),
        h("span", { class: "under" }, h("span", { class: "last", dir: speech(line).dir }, line), unseen ? h("span", { class: muted(chat) ? "count quiet" : "count" }, short(unseen), h("span", { class: "hidden" }, " unread")) : null))));
  }));
  $("nothing").textContent = door.people.length ? "Choose a chat to see it here." : "This world has nobody in it. Name people and chats in a world file: docs/sandbox.md shows how.";
  const waiting = door.chats().reduce((sum, chat) => sum + (muted(chat) ? 0 : door.unread(chat)), 0);
  document.title = waiting ? `(${waiting}) Sharewire sandbox` : "Sharewire sandbox";
  if (focus) $("chats").querySelector(`[data-ref="${focus}"]`)?.focus();
}

const narrow = () => matchMedia("(max-width: 719px)").matches;
const muted = (chat) => Boolean(localStorage.getItem(`mute ${chat.ref}`));
const isTyping = (chat) => (typing.get(chat.ref) || 0) > Date.now();

// ── one chat ────────────────────────────────────────────────────────────────────────────────────────────────────

async function show(ref) {
  const chat = ref && door.chat(ref);
  document.body.dataset.view = chat ? "chat" : "list";
  $("chat").hidden = !chat;
  if (!chat) return;
  const other = open !== chat;
  open = chat;
  history.replaceState(null, "", `#as=${door.me}&chat=${ref}`);
  newest = door.unread(chat) ? door.lastSeen(chat) : Infinity;
  unread = 0;
  if (other) {
    log.replaceChildren();
    drawn.clear();
    chosen = null;
    behind.world(chat);
  }
  await door.history(chat);
  if (open !== chat) return; // meanwhile another was chosen, or none
  door.see(chat);
  drawHeader();
  drawLog(true);
  composer.open(chat);
  drawChats();
  const divider = log.querySelector(".new");
  if (divider) divider.scrollIntoView({ block: "start" });
  else log.scrollTop = log.scrollHeight;
}

function drawHeader() {
  const words = { channel: "subscriber", supergroup: "member", group: "member" }[open.type];
  $("avatar").replaceWith(Object.assign(avatar(open.title, open.id, open.photo), { id: "avatar" }));
  $("title").textContent = open.title;
  $("subtitle").classList.toggle("typing", isTyping(open));
  $("subtitle").textContent = isTyping(open) ? "typing…" : words ? `${open.count} ${words}${open.count === 1 ? "" : "s"}` : "bot";
  const pin = open.messages.findLast((message) => open.pinned.includes(message.message_id));
  $("pinned").hidden = !pin;
  if (pin) $("pinned").replaceChildren(h("b", {}, "Pinned message"), summary(pin));
  $("pinned").onclick = () => pin && jump(pin.message_id);
  const leave = open.type === "channel" || !open.joined;
  $("door").hidden = !leave || open.writes;
  $("door").textContent = open.type === "private" ? "Start" : open.joined ? (muted(open) ? "Unmute" : "Mute") : "Join";
}

/** What the log shows, top to bottom: day pills, the divider, service lines and bubbles, each with a key and a stamp. */
function items() {
  const list = [];
  let day = "", divided = newest === Infinity;
  for (let at = 0; at < open.messages.length; at++) {
    const group = [open.messages[at]], first = group[0], name = dayName(first.date);
    while (first.media_group_id && open.messages[at + 1]?.media_group_id === first.media_group_id) group.push(open.messages[++at]);
    if (name !== day) list.push({ key: `day ${(day = name)}`, stamp: name, make: () => h("div", { class: "pill day" }, name) });
    if (!divided && first.message_id > newest && (divided = true)) list.push({ key: "new", stamp: "", make: () => h("div", { class: "new" }, "New") });
    list.push({ key: first.message_id, stamp: JSON.stringify(group), make: () => (service(first) ? h("div", { class: "pill" }, serviceText(first)) : bubble(group, act, { me: door.me, group: /group$/.test(open.type) })) });
  }
  if (!list.length) list.push({ key: "empty", stamp: open.ref, make: () => h("div", { class: "pill empty" }, open.type === "channel" ? "Posts appear here as they arrive." : "No messages here yet.") });
  return list;
}

function drawLog(quiet) {
  const stuck = log.scrollHeight - log.scrollTop - log.clientHeight < 80, kept = new Set();
  let place = log.firstElementChild;
  for (const item of items()) {
    const old = drawn.get(item.key);
    kept.add(item.key);
    if (old?.stamp !== item.stamp) {
      const node = item.make(), held = old?.node.contains(document.activeElement) && [...old.node.querySelectorAll("a, button")].indexOf(document.activeElement);
      if (old) old.node.replaceWith(node);
      else if (!quiet) node.classList.add("arrived");
      if (old?.node === place) place = node;
      drawn.set(item.key, { stamp: item.stamp, node });
      if (typeof held === "number" && held >= 0) (node.querySelectorAll("a, button")[held] || log).focus();
    }
    const { node } = drawn.get(item.key);
    if (node === place) place = place.nextElementSibling;
    else log.insertBefore(node, place);
    node.classList.toggle("chosen", chosen !== null && item.key === chosen);
  }
  for (const [key, { node }] of drawn) if (!kept.has(key)) vanish(key, node);
  if (stuck) log.scrollTop = log.scrollHeight;
  else if (!quiet) drawJump();
}

function vanish(key, node) {
  drawn.delete(key);
  node.classList.add("gone");
  setTimeout(() => node.remove(), 240);
}

function drawJump() {
  const away = log.scrollHeight - log.scrollTop - log.clientHeight > 240;
  if (!away) unread = 0;
  $("jump").hidden = !away;
  $("jump").setAttribute("aria-label", unread ? `To the newest message, ${unread} new` : "To the newest message");
  $("jump-count").textContent = unread || "";
}

async function scrolled() {
  drawJump();
  const chat = open;
  if (!chat || log.scrollTop > 60 || scrolled.busy) return;
  scrolled.busy = true;
  const high = log.scrollHeight;
  if ((await door.older(chat)) && open === chat) {
    drawLog(true);
    log.scrollTop += log.scrollHeight - high;
  }
  scrolled.busy = false;
}

function jump(id) {
  const node = $(`m${id}`) || [...drawn.values()].find((one) => one.node.id === `m${id}`)?.node;
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.remove("flash");
  void node.offsetWidth;
  node.classList.add("flash");
}

// ── what a person does ──────────────────────────────────────────────────────────────────────────────────────────

const act = {
  jump,
  say: (words) => composer.say(words),
  react: (message, emoji) => door.react(open, message, emoji),
  choose(message) {
    chosen = message.message_id;
    drawLog(true);
    behind.story(open, message);
  },
  talk(message) {
    show(message.comments.chat_ref).then(() => jump(message.comments.message_id));
  },
  /** Links into Telegram stay on this page; all others open in a tab of their own. */
  follow(event) {
    const target = new URL(event.currentTarget.href);
    if (target.hostname !== "t.me") return;
    const [name, id] = target.pathname.slice(1).split("/"), found = door.named(name);
    if (!found) return;
    event.preventDefault();
    const start = target.searchParams.get("start");
    show(found.ref).then(() => (start !== null ? composer.say(`/start ${start}`.trim()) : id && jump(Number(id))));
  },
  async press(message, key, button, row, column) {
    if (key.copy_text) return copy(key.copy_text.text);
    const query = key.switch_inline_query_current_chat ?? key.switch_inline_query;
    if (query !== undefined) return composer.fill(`@${door.bots.find((one) => one.id === (message.via_bot?.id || message.bot_id)).username} ${query}`);
    if (key.callback_data === undefined) return toast("This button does nothing in the sandbox.");
    button.classList.add("busy");
    button.setAttribute("aria-busy", "true");
    const answer = await door.press(open, message, row, column);
    button.classList.remove("busy");
    button.removeAttribute("aria-busy");
    if (answer) respond(answer);
  },
};

function respond(answer) {
  if (answer.url) return act.follow({ currentTarget: { href: answer.url }, preventDefault() {} });
  if (!answer.text) return;
  if (!answer.show_alert) return toast(answer.text);
  $("alert-text").textContent = answer.text;
  $("alert").showModal();
}

const composer = new Composer(door, { respond, show: (ref) => show(ref) });
const behind = new Behind(door, composer);

$("back").addEventListener("click", () => {
  document.body.dataset.view = "list";
  const button = $("chats").querySelector('[aria-current="true"]');
  open = null;
  drawChats();
  (button && $("chats").querySelector(`[data-ref="${button.dataset.ref}"]`))?.focus();
});
$("door").addEventListener("click", async () => {
  if (open.type === "private") return composer.say("/start");
  if (!open.joined) return door.join(open);
  localStorage.setItem(`mute ${open.ref}`, muted(open) ? "" : "yes");
  drawHeader();
  drawChats();
});
$("jump").addEventListener("click", () => log.scrollTo({ top: log.scrollHeight, behavior: "smooth" }));
log.addEventListener("scroll", scrolled, { passive: true });
addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && behind.close());

const theme = matchMedia("(prefers-color-scheme: dark)");
const paint = () => (document.documentElement.dataset.theme = localStorage.getItem("theme") || (theme.matches ? "dark" : "light"));
theme.addEventListener("change", paint);
$("theme-switch").addEventListener("click", () => {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  paint();
});

// ── what happens ────────────────────────────────────────────────────────────────────────────────────────────────

door.onchange = (kind, chat, fresh) => {
  if (kind === "world") return become(door.me);
  if (kind === "typing" && chat) {
    typing.set(chat.ref, Date.now() + 5000);
    setTimeout(() => (drawChats(), open && drawHeader()), 5100);
  }
  if (fresh && chat) {
    typing.delete(chat.ref);
    if (chat === open && document.hidden && newest === Infinity) newest = door.lastSeen(chat);
    if (chat === open) unread += 1;
  }
  behind.changed();
  draw.fresh ||= kind === "message";
  draw.again ||= kind !== "card";
  draw.timer ||= setTimeout(draw, 50);
};

/** At most twenty times a second, however much happens: the list of chats, and the open chat. */
function draw() {
  draw.timer = 0;
  if (open && door.chat(open.ref)) {
    drawHeader();
    drawLog(false);
    if (!document.hidden) door.see(open);
    const ready = composer.chat === open; // else it is still being opened
    if (ready && draw.fresh) composer.keys();
    else if (ready && draw.again) composer.open(open, true);
  }
  draw.fresh = draw.again = false;
  drawChats();
}

door.onlive = (live) => {
  $("live").textContent = live ? "live" : "connecting";
  $("live").classList.toggle("on", live);
};

setInterval(() => document.querySelectorAll("time[data-unix]").forEach(tell), 20_000);

async function begin() {
  paint();
  document.body.classList.add("ready");
  const wanted = new URLSearchParams(location.hash.slice(1));
  await door.begin(Number(wanted.get("as")) || wanted.get("as"));
  drawPeople();
  drawChats();
  const ref = wanted.get("chat");
  if (ref && door.chat(ref)) await show(ref);
  else if (!narrow()) await show(door.chats()[0]?.ref);
}

begin();
