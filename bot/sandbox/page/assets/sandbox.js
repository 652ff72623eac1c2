// The sandbox's page: shows the state that the server keeps, and sends it taps. Words are set as text, never as HTML.
"use strict";

const find = (id) => document.getElementById(id);
const RADIOS_MAX = 7;
const INTRO_SHORT = 240;
const SHORT_MAX = 18;
const page = { room: document.body.dataset.me, view: "neutral", tab: "messages", drawn: new Map(), state: null, formShown: "", asked: 0 };

function make(tag, words, attributes) {
  const element = document.createElement(tag);
  if (words) element.textContent = words;
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

async function ask(path, body) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (body) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const data = await answer.json().catch(() => ({ error: "The sandbox does not answer. Start it again in the terminal." }));
  if (!answer.ok && !data.errors) throw new Error(data.error || "That did not work. Please try again.");
  return data;
}

function tell(words, isError) {
  find("said").textContent = words || "";
  find("said").classList.toggle("error", Boolean(isError));
}

async function act(path, body) {
  tell("");
  try {
    const data = await ask(path, { ...body, key: crypto.randomUUID() });
    await refresh();
    return data;
  } catch (error) {
    tell(error.message, true);
    await refresh().catch(() => {});
    return null;
  }
}

async function refresh() {
  const number = ++page.asked;
  const state = await ask(`/state?room=${encodeURIComponent(page.room)}&view=${page.view}`);
  if (number !== page.asked) return;
  page.state = state;
  find("now").textContent = state.now;
  drawRooms(state);
  drawPinned(state);
  drawLog(state);
  drawHome(state);
  drawForm(state);
  drawSide(state);
  document.body.classList.toggle("busy", Boolean(state.busy));
  const hadStop = document.activeElement === find("stop");
  find("stop").hidden = !state.busy;
  find("copy").hidden = Boolean(state.busy);
  if (hadStop && !state.busy) document.querySelector(".move").focus();
  find("progress").firstElementChild.style.width = state.busy ? `${Math.round(state.busy.share * 100)}%` : "0";
  if (state.busy) tell(`${state.busy.words} (${Math.round(state.busy.share * 100)}%)`);
}

// Conversations of two come while the page is open: each stands below the people who are in it.
function roomButton(room) {
  const known = document.querySelector(`.room[data-room="${CSS.escape(room.id)}"]`);
  if (known || room.kind !== "group") return known;
  const person = document.querySelector(`.room[data-room="${CSS.escape(room.of)}"]`);
  if (!person) return null;
  const button = make("button", "", { type: "button", class: "room shared", "data-room": room.id });
  button.append(make("span", room.name, { class: "room-name" }), make("span", "", { class: "unread", hidden: true }), make("span", room.organisation, { class: "room-org" }));
  button.addEventListener("click", () => goTo(room.id));
  const item = make("li", "");
  item.append(button);
  let last = person.parentElement;
  while (last.nextElementSibling?.querySelector(".room.shared")) last = last.nextElementSibling;
  last.after(item);
  return button;
}

function goTo(room) {
  page.room = room;
  tell("");
  look();
}

// Whoever looks at their own page sees it as it is now; a group and a channel have none.
function look() {
  const room = page.state?.rooms.find((each) => each.id === page.room);
  return page.tab === "home" && room?.kind === "person" ? act("/home", { room: page.room }) : refresh();
}

function drawRooms(state) {
  for (const room of state.rooms) {
    const button = roomButton(room);
    if (!button) continue;
    const isHere = room.id === page.room;
    button.setAttribute("aria-current", isHere ? "true" : "false");
    const unread = button.querySelector(".unread");
    unread.hidden = isHere || !room.unread;
    unread.textContent = room.unread ? `${room.unread}` : "";
    if (room.unread && !isHere) unread.append(make("span", " new", { class: "hidden" }));
  }
  find("room-title").textContent = state.room.name;
  find("room-about").textContent = state.room.about;
  const isPerson = state.room.kind === "person";
  const isHome = isPerson && page.tab === "home";
  find("tabs").hidden = !isPerson;
  for (const each of document.querySelectorAll(".tab")) each.setAttribute("aria-pressed", String((each.dataset.tab === "home") === isHome));
  find("composer").hidden = !isPerson || isHome;
  find("log").hidden = isHome;
  find("home").hidden = !isHome;
}

function drawPinned(state) {
  const bar = find("pinned");
  const message = state.room.pinned.at(-1);
  bar.hidden = !message;
  const source = message ? page.view + JSON.stringify(message) : "";
  if (!message || bar.dataset.source === source) return;
  bar.dataset.source = source;
  find("pinned-title").textContent = message.sections[0].text;
  const element = page.view === "slack" ? drawSlack(message) : drawMessage(message);
  find("pinned-body").replaceChildren(element);
}

function drawLog(state) {
  const log = find("log");
  const isNew = log.dataset.room !== state.room.id || log.dataset.view !== page.view;
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  if (isNew) {
    log.replaceChildren();
    page.drawn.clear();
    log.dataset.room = state.room.id;
    log.dataset.view = page.view;
  }
  log.querySelector(".empty")?.remove();
  if (!state.room.messages.length) log.append(make("p", state.room.empty, { class: "empty" }));
  let added = 0;
  for (const message of state.room.messages) {
    const drawn = page.drawn.get(message.id);
    const source = JSON.stringify(message);
    if (drawn && drawn.source === source) continue;
    const element = page.view === "slack" && !message.isTheirs ? drawSlack(message) : drawMessage(message);
    if (drawn) {
      const hadFocus = drawn.element.contains(document.activeElement);
      drawn.element.replaceWith(element);
      if (hadFocus) (element.querySelector("button") || log).focus({ preventScroll: true });
    } else {
      if (message.day && message.day !== log.dataset.day) log.append(make("p", message.day, { class: "day" }));
      log.append(element);
      added += 1;
    }
    if (message.day) log.dataset.day = message.day;
    page.drawn.set(message.id, { source, element });
  }
  if (isNew) log.dataset.day = state.room.messages.at(-1)?.day || "";
  if (isNew || (added && isAtEnd)) log.scrollTop = log.scrollHeight;
}

function drawHome(state) {
  const place = find("home");
  const home = state.room.home;
  const source = home ? state.room.id + page.view + JSON.stringify(home) : "";
  if (place.dataset.source === source) return;
  const isNew = !place.dataset.source?.startsWith(state.room.id + page.view);
  const at = isNew ? 0 : place.scrollTop;
  const hadFocus = place.contains(document.activeElement) && document.activeElement !== place;
  place.dataset.source = source;
  const element = make("article", "", { class: "page", "data-message": "home" });
  if (home && page.view === "slack") drawBlocks(element, home);
  else if (home) drawParts(element, home);
  place.replaceChildren(element);
  place.scrollTop = at;
  if (hadFocus) (element.querySelector(`[data-verb="${CSS.escape(page.opener?.verb || "")}"]`) || place).focus({ preventScroll: true });
}

function drawParts(place, message) {
  for (const section of message.sections) {
    if (section.text) place.append(drawSection(section));
    if (section.buttons.length) place.append(drawRow(message, section.buttons));
  }
}

function shell(message) {
  const kinds = ["message", message.isTheirs && "theirs", message.isWhisper && "whisper", message.isPinned && "pinned", message.thread && "thread"];
  const article = make("article", "", { class: kinds.filter(Boolean).join(" "), "data-message": message.id });
  const meta = make("p", "", { class: "meta" });
  meta.append(make("b", message.isTheirs ? "You" : "Milepost"), make("span", message.time));
  if (message.isPinned) meta.append(make("span", "Pinned"));
  if (message.thread) meta.append(make("span", "In the thread"));
  if (message.isWhisper) meta.append(make("span", "Only you can see this"));
  if (message.edits) meta.append(make("span", "Changed in place"));
  article.append(meta);
  return article;
}

function drawMessage(message) {
  const article = shell(message);
  let place = article;
  if (message.thread) {
    place = make("details", "");
    place.append(make("summary", message.sections[0].text));
    article.append(place);
  }
  for (const section of message.thread ? message.sections.slice(1) : message.sections) {
    if (section.text) place.append(drawSection(section));
    if (section.buttons.length) place.append(drawRow(message, section.buttons));
  }
  for (const file of message.attachments) article.append(drawFile(file));
  return article;
}

// What a table shows is not said in words as well.
function drawSection(section) {
  if (!section.table) return drawWords(section.text, `part ${section.style}`);
  return drawTable(section.table.caption, [section.table.columns, ...section.table.rows]);
}

// A link into this sandbox can be followed; every other address stays text.
function drawWords(text, kind) {
  const place = make("p", "", { class: kind });
  for (const part of text.split(/(https?:\/\/\S+)/)) {
    if (part.startsWith(`${location.origin}/`)) place.append(make("a", part, { href: part, target: "_blank", rel: "noopener" }));
    else place.append(document.createTextNode(part));
  }
  return place;
}

// The first row names the columns, the first cell of each other row names the row. Wide ones can be scrolled.
function drawTable(caption, [columns, ...rows]) {
  const place = make("div", "", { class: "table", role: "group", tabindex: "0", "aria-label": caption });
  const table = make("table", "");
  const head = make("tr", "");
  for (const name of columns) head.append(make("th", name, { scope: "col" }));
  const body = make("tbody", "");
  for (const [name, ...cells] of rows) {
    const row = make("tr", "");
    row.append(make("th", name, { scope: "row" }));
    for (const cell of cells) row.append(make("td", cell));
    body.append(row);
  }
  const top = make("thead", "");
  top.append(head);
  table.append(make("caption", caption), top, body);
  place.append(table);
  return place;
}

// A file can be saved, and a picture is shown as well: as a picture it can run nothing.
function drawFile(file) {
  const place = make("p", "", { class: "attachment" });
  const address = `data:${file.type};charset=utf-8,${encodeURIComponent(file.content)}`;
  if (file.type.startsWith("image/")) place.append(make("img", "", { src: address, alt: `The picture ${file.name}. The same stands in words above.` }));
  place.append(make("a", `Save ${file.name}`, { href: address, download: file.name }));
  return place;
}

function drawRow(message, buttons) {
  const row = make("div", "", { class: "row" });
  for (const button of buttons) {
    const element = make("button", button.label, { type: "button", class: button.isPrimary && "primary", "data-verb": button.verb });
    element.addEventListener("click", () => {
      page.opener = { message: message.id, verb: button.verb };
      act("/tap", { room: page.room, message: message.id, verb: button.verb, subject: button.subject, value: button.value });
    });
    row.append(element);
  }
  return row;
}

function drawSlack(message) {
  const article = shell(message);
  drawBlocks(article, message);
  return article;
}

function drawBlocks(article, message) {
  const buttons = message.sections.flatMap((section) => section.buttons);
  let next = 0;
  for (const block of message.slack.blocks) {
    const part = make("div", "", { class: "block" });
    part.append(make("p", block.type, { class: "block-type" }));
    if (block.text) part.append(make("p", block.text.text, { class: `part ${block.type === "header" ? "heading" : ""}` }));
    if (block.type === "data_table") part.append(drawTable(block.caption, block.rows.map((row) => row.map((cell) => cell.text))));
    if (block.type === "context") for (const each of block.elements) part.append(make("p", each.text, { class: "part small" }));
    if (block.type === "actions") {
      part.append(drawRow(message, buttons.slice(next, next + block.elements.length)));
      next += block.elements.length;
    }
    article.append(part);
  }
  return article;
}

function drawForm(state) {
  const place = find("form");
  const form = state.room.form;
  const notice = form ? null : state.room.notice;
  const source = form || notice ? state.room.id + JSON.stringify(form || notice) : "";
  if (source === page.formShown) return;
  page.formShown = source;
  place.hidden = !source;
  place.replaceChildren();
  place.onkeydown = (event) => { if (event.key === "Escape") putAway(); };
  if (notice) drawNotice(place, notice);
  if (!form) return;
  const element = make("form", "", { autocomplete: "off" });
  element.noValidate = true;
  place.append(make("h3", form.title, { id: "form-title", tabindex: "-1" }));
  if (form.intro) place.append(make("p", form.intro, { class: "intro" }));
  const fields = make("div", "", { class: "fields" });
  for (const field of form.fields) fields.append(drawField(field));
  const row = make("div", "", { class: "row" });
  const close = make("button", "Close", { type: "button" });
  close.addEventListener("click", () => putAway());
  row.append(make("button", form.submit, { type: "submit", class: "primary" }), close);
  element.append(fields, row);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    sendForm(element);
  });
  place.append(element);
  const isLong = form.intro.length > INTRO_SHORT;
  (isLong ? place.querySelector("h3") : place.querySelector("input, textarea, select, button")).focus();
  find("log").scrollTop = find("log").scrollHeight;
}

// Words over somebody's own page, where there is no conversation to say them in.
function drawNotice(place, notice) {
  const title = make("h3", "Milepost", { id: "form-title", tabindex: "-1" });
  const words = make("div", "", { class: "notice-words", "data-message": "notice" });
  drawParts(words, notice);
  const row = make("div", "", { class: "row" });
  const close = make("button", "Close", { type: "button" });
  close.addEventListener("click", () => putAway());
  row.append(close);
  place.append(title, words, row);
  title.focus();
}

function drawField(field) {
  const id = `field-${field.name}`;
  const hint = field.hint ? make("p", field.hint, { class: "hint", id: `${id}-hint` }) : null;
  const wrong = make("p", "", { class: "wrong", id: `${id}-wrong`, "data-wrong": field.name });
  const described = [hint && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" ");
  if (field.kind === "choice" && field.choices.length > RADIOS_MAX) return drawList(field, { id, hint, wrong, described });
  if (field.kind === "choice" || field.kind === "choices") {
    const isMany = field.kind === "choices";
    const chosen = isMany ? field.initial.split(",") : [field.initial];
    const set = make("fieldset", "", { class: "field wide", "aria-describedby": described });
    const legend = make("legend", field.label);
    if (!field.isRequired) legend.append(make("span", " optional", { class: "optional" }));
    set.append(legend);
    if (hint) set.append(hint);
    const isShort = field.choices.every((choice) => choice.label.length <= SHORT_MAX);
    const isLong = field.choices.length > RADIOS_MAX;
    const isGrouped = field.choices.some((choice) => choice.group);
    const options = make("div", "", { class: `options${isShort && !isGrouped ? " short" : ""}${isLong ? " long" : ""}` });
    let group = "";
    for (const choice of field.choices) {
      if (choice.group !== group) options.append(make("p", choice.group, { class: "group" }));
      group = choice.group;
      const label = make("label", "", { class: "option" });
      label.append(make("input", "", { type: isMany ? "checkbox" : "radio", name: field.name, value: choice.value, checked: chosen.includes(choice.value) }), make("span", choice.label));
      options.append(label);
    }
    set.append(options, wrong);
    return set;
  }
  const box = make("div", "", { class: field.kind === "text" && field.maxLength > 100 ? "field wide" : "field" });
  const attributes = { id, name: field.name, "aria-describedby": described };
  const isLong = field.kind === "text" && field.maxLength > 150;
  const input = make(isLong ? "textarea" : "input", "", isLong ? { ...attributes, rows: 2, maxlength: field.maxLength } : { ...attributes, type: field.kind, maxlength: field.kind === "text" && field.maxLength });
  input.value = field.initial;
  const label = make("label", field.label, { for: id });
  if (!field.isRequired) label.append(make("span", " optional", { class: "optional" }));
  box.append(label, input);
  if (hint) box.append(hint);
  box.append(wrong);
  return box;
}

// Many choices are one list to choose from: as radio buttons they would fill the form.
function drawList(field, { id, hint, wrong, described }) {
  const box = make("div", "", { class: "field wide" });
  const label = make("label", field.label, { for: id });
  if (!field.isRequired) label.append(make("span", " optional", { class: "optional" }));
  const list = make("select", "", { id, name: field.name, "aria-describedby": described });
  list.append(make("option", "Choose", { value: "" }));
  let place = list;
  for (const choice of field.choices) {
    if (choice.group && choice.group !== place.label) {
      place = make("optgroup", "", { label: choice.group });
      list.append(place);
    }
    place.append(make("option", choice.label, { value: choice.value, selected: choice.value === field.initial }));
  }
  box.append(label, list);
  if (hint) box.append(hint);
  box.append(wrong);
  return box;
}

// What was chosen of several comes as its values with a comma between.
function filledIn(element) {
  const fields = {};
  for (const [name, value] of new FormData(element)) fields[name] = name in fields ? `${fields[name]},${value}` : value;
  return fields;
}

async function sendForm(element) {
  const data = await act("/form", { room: page.room, fields: filledIn(element) });
  const errors = (data && data.errors) || {};
  for (const wrong of element.querySelectorAll("[data-wrong]")) wrong.textContent = errors[wrong.dataset.wrong] || "";
  const first = Object.keys(errors)[0];
  if (first) (element.elements[first]?.[0] || element.elements[first])?.focus();
  else if (data) backToTheCard();
}

async function putAway() {
  await act("/put-away", { room: page.room });
  backToTheCard();
}

function backToTheCard() {
  const card = page.opener && document.querySelector(`[data-message="${CSS.escape(page.opener.message)}"]`);
  const button = card && (card.querySelector(`[data-verb="${CSS.escape(page.opener.verb)}"]`) || card.querySelector("button"));
  (button || find("log")).focus({ preventScroll: true });
}

function drawSide(state) {
  fill(find("happened"), state.happened, (each) => {
    const item = make("li", "");
    item.append(make("time", each.at), document.createTextNode(` ${each.words}`));
    if (each.rule) item.append(make("span", each.rule, { class: "rule" }));
    return item;
  });
  fill(find("due"), state.due, (each) => {
    const item = make("li", "");
    item.append(make("time", each.at), document.createTextNode(` ${each.words}`));
    return item;
  });
  find("ledger").textContent = state.ledger;
  for (const button of document.querySelectorAll(".fault")) {
    button.setAttribute("aria-pressed", state.faults[button.dataset.fault] ? "true" : "false");
  }
  find("raw").textContent = JSON.stringify(state.raw, null, 2);
}

function fill(list, items, draw) {
  const source = JSON.stringify(items);
  if (list.dataset.source === source) return;
  list.dataset.source = source;
  list.replaceChildren(...items.map(draw));
  list.scrollTop = 0;
}

async function move(how) {
  tell("");
  try {
    await ask("/move", { how, room: page.room, key: crypto.randomUUID() });
    await follow();
  } catch (error) {
    tell(error.message, true);
  }
}

// Until the clock stands still: also after the page was loaded anew in the middle of a move.
async function follow() {
  do {
    await refresh();
    if (page.state.busy) await new Promise((done) => setTimeout(done, 250));
  } while (page.state.busy);
  tell(page.state.moved);
}

async function showTest() {
  try {
    find("test-text").value = JSON.stringify(await ask("/scenario"), null, 2);
    find("test").showModal();
    find("test-text").select();
  } catch (error) {
    tell(error.message, true);
  }
}

for (const button of document.querySelectorAll(".room")) {
  button.addEventListener("click", () => goTo(button.dataset.room));
}
for (const button of document.querySelectorAll(".move")) {
  button.addEventListener("click", () => (page.state?.busy ? tell("The clock is moving already.") : move(button.dataset.move)));
}
for (const button of document.querySelectorAll(".fault")) {
  button.addEventListener("click", async () => {
    const data = await act("/fault", { name: button.dataset.fault, room: page.room });
    if (data) tell(data.said);
  });
}
for (const button of document.querySelectorAll(".view:not(:disabled)")) {
  button.addEventListener("click", () => {
    page.view = button.dataset.view;
    for (const each of document.querySelectorAll(".view")) if (!each.disabled) each.setAttribute("aria-pressed", String(each === button));
    refresh();
  });
}
for (const button of document.querySelectorAll(".tab")) {
  button.addEventListener("click", () => { page.tab = button.dataset.tab; look(); });
}
find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("words").value;
  if (!text.trim()) return;
  find("words").value = "";
  act("/say", { room: page.room, text });
});
find("copy").addEventListener("click", showTest);
find("test-close").addEventListener("click", () => find("test").close());
find("test-copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(find("test-text").value).catch(() => find("test-text").select());
  find("test-copy").textContent = "Copied";
});
find("stop").addEventListener("click", () => ask("/stop", { key: crypto.randomUUID() }).catch((error) => tell(error.message, true)));
follow().catch((error) => tell(error.message, true));
