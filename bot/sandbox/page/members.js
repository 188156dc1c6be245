// Who is in a group or channel, and what its administrators may do about it; and the list of chats that a bot asks for.

import { $, avatar, h, nameOf } from "./dom.js";

const WORDS = { creator: "owner", administrator: "administrator", member: "member", restricted: "restricted" };

/** The part of the panel that tells who is here, for those who manage the chat: promote, demote, remove, add. */
export function members(door, chat) {
  const mine = chat && !chat.bot && door.standing(chat);
  if (!mine || !(mine.status === "creator" || mine.status === "administrator")) return [];
  const everybody = [...door.people, ...door.bots], present = chat.members.filter((one) => WORDS[one.status]);
  const away = everybody.filter((user) => !present.some((one) => one.user === user.id));
  return [
    h("h3", {}, chat.type === "channel" ? "Subscribers" : "Members"),
    h("ul", { class: "members" }, present.map((one) => row(door, chat, one, everybody.find((user) => user.id === one.user)))),
    away.length > 0 && add(door, chat, away),
  ].filter(Boolean);
}

function row(door, chat, member, user) {
  if (!user) return null;
  const act = (name, words) => h("button", { type: "button", "aria-label": `${words} ${nameOf(user)}`, onclick: () => door.act(name, { chat: chat.ref, user: user.id }) }, words);
  const standing = chat.type === "channel" && member.status === "member" ? "subscriber" : WORDS[member.status];
  const others = user.id !== door.me && member.status !== "creator";
  return h("li", {},
    avatar(nameOf(user), user.id),
    h("span", { class: "grow" }, h("bdi", {}, nameOf(user)), h("small", {}, user.username && door.bots.includes(user) ? `bot · ${standing}` : standing)),
    others && (member.status === "administrator" ? act("demote", "Demote") : act("promote", "Promote")),
    others && act("kick", "Remove"));
}

function add(door, chat, away) {
  const choice = h("select", { "aria-label": `Whom to add to ${chat.title}` }, away.map((user) => h("option", { value: user.id }, nameOf(user))));
  const put = (event) => (event.preventDefault(), door.act("add", { chat: chat.ref, user: Number(choice.value) }));
  return h("form", { class: "add", onsubmit: put }, choice, h("button", { type: "submit" }, "Add"));
}

/** A bot asks for a chat: the person picks one of theirs; resolves to the chat or null. */
export function pickChat(door, wanted) {
  const box = $("pick"), fits = door.chats().filter((chat) => !chat.bot && door.standing(chat) && (chat.type === "channel") === Boolean(wanted.chat_is_channel));
  return new Promise((done) => {
    const close = (chat) => (box.close(), done(chat));
    $("pick-list").replaceChildren(...fits.map((chat) => h("button", { type: "button", onclick: () => close(chat) }, avatar(chat.title, chat.id, chat.photo), h("bdi", {}, chat.title))), fits.length ? "" : h("p", {}, "You are in no chat of this kind."));
    box.oncancel = () => done(null);
    $("pick-close").onclick = () => close(null);
    box.showModal();
  });
}
