// Small things that every part of the page uses: elements, icons, times, the door.

export const $ = (id) => document.getElementById(id);

/** An element; properties that start with "on" are listeners, empty ones are left out. */
export function h(tag, props, ...kids) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...kids.flat(2).filter((kid) => kid || kid === 0));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = svg.appendChild(document.createElementNS(svg.namespaceURI, "use"));
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#" + name);
  return svg;
}

/** A coloured disc with the first letter, as Telegram draws whoever has no picture. */
export function avatar(title, id, photo) {
  const first = [...(title || "?").trim()][0] || "?";
  return h("span", { class: `avatar c${Math.abs(id) % 7}`, "aria-hidden": "true" }, photo ? h("img", { src: photo, alt: "" }) : first);
}

export function toast(words) {
  const box = $("toast");
  box.textContent = words;
  box.classList.add("on");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => box.classList.remove("on"), 3200);
}

export async function copy(words) {
  await navigator.clipboard.writeText(words);
  toast("Copied");
}

export const clock = (unix) => new Date(unix * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function dayName(unix) {
  const then = new Date(unix * 1000), days = (new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 864e5;
  if (days < 2 && days > -1) return Math.round(days) ? "Yesterday" : "Today";
  return then.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

export const short = (number) => (number < 1000 ? String(number) : `${Math.round(number / 100) / 10}K`);

export const span = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
export const bytes = (size) => (size < 1e6 ? `${Math.ceil(size / 1e3)} KB` : `${(size / 1e6).toFixed(1)} MB`);
export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");
