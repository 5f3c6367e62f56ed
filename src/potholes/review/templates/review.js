// Labels photos by keys or buttons. What was done is kept in this browser and in the CSV alone.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
  const { classes, photos } = data;
  const at = (id) => document.getElementById(id);
  const SKIPPED = -1; // else null: nothing yet, or the index of a class
  const KEYS = classes.length === 2 ? ["F", "J"] : classes.slice(0, 9).map((_, index) => String(index + 1));
  let labels = photos.map(() => null);
  let steps = []; // each a list of [photo, what it was before], for undo
  let now = 0;

  // kept under the page's own contents: another page, even of the same name, has other labels
  const key = "potholes-review-" + data.id;
  const trouble = (text) => { at("trouble").textContent = text; at("trouble").hidden = false; };
  const known = (label) => label === null || (Number.isInteger(label) && label >= SKIPPED && label < classes.length);
  const keep = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ labels, steps }));
    } catch {
      trouble("This browser does not remember your labels: save labels.csv before you close the page.");
    }
  };
  const recall = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (kept && kept.labels.length === photos.length && kept.labels.every(known)) ({ labels, steps } = kept);
    } catch {
      trouble("This browser does not remember labels, or they are damaged. Load a saved labels.csv to go on.");
    }
  };

  const open = (from) => {
    for (let step = 0; step < photos.length; step += 1) {
      const index = (from + step) % photos.length;
      if (labels[index] === null) return index;
    }
    return from % photos.length;
  };
  const word = (label) => (label === null ? "" : label === SKIPPED ? "skipped" : classes[label]);
  const change = (changes) => {
    steps.push(changes.map(([index]) => [index, labels[index]]));
    for (const [index, label] of changes) labels[index] = label;
    keep();
  };
  const give = (label) => {
    change([[now, label]]);
    const told = word(label);
    now = open(now + 1);
    show(told + ". ");
  };
  const undo = () => {
    const last = steps.pop();
    if (!last) return;
    for (const [index, before] of last) labels[index] = before;
    now = last[0][0];
    keep();
    show("Undone. ");
  };
  const move = (by) => {
    now = (now + by + photos.length) % photos.length;
    show("");
  };

  // what is on the screen
  const button = (parent, text, hint, action) => {
    const made = document.createElement("button");
    made.type = "button";
    if (hint) {
      const cap = document.createElement("kbd");
      cap.textContent = hint;
      made.append(cap, " ");
    }
    const name = document.createElement("bdi");
    name.textContent = text;
    made.append(name);
    made.addEventListener("click", action);
    parent.append(made);
    return made;
  };
  const answers = classes.map((name, index) => button(at("answers"), name, KEYS[index], () => give(index)));
  const tiles = photos.map((photo, index) => {
    const item = document.createElement("li");
    at("all").append(item);
    const tile = button(item, "", "", () => { now = index; show(""); at("one").scrollIntoView(); });
    const image = document.createElement("img");
    image.loading = "lazy";
    image.alt = "";
    image.src = photo.picture;
    tile.prepend(image);
    return tile;
  });
  const show = (told) => {
    const photo = photos[now];
    const done = labels.filter((label) => label !== null && label !== SKIPPED).length;
    const skipped = labels.filter((label) => label === SKIPPED).length;
    const place = "Photo " + (now + 1) + " of " + photos.length;
    at("picture").src = photo.picture;
    at("picture").alt = place + ", " + photo.path;
    at("place").textContent = place + ":";
    at("name").textContent = photo.path;
    at("said").textContent = "The model says " + photo.predicted + " (" + photo.probability.toFixed(2) + ")";
    at("said").hidden = !at("tell").checked;
    at("undo").disabled = steps.length === 0;
    at("save").disabled = done === 0;
    answers.forEach((one, index) => one.setAttribute("aria-pressed", String(labels[now] === index)));
    tiles.forEach((tile, index) => {
      const state = word(labels[index]);
      tile.querySelector("bdi").textContent = index + 1 + (state ? " " + state : "");
      tile.classList.toggle("done", labels[index] !== null);
      tile.setAttribute("aria-label", "Photo " + (index + 1) + ", " + (state || "no label yet"));
      if (index === now) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    });
    const rest = done + skipped === photos.length ? " All done: save labels.csv." : "";
    at("progress").textContent =
      told + done + " of " + photos.length + " labelled" + (skipped ? ", " + skipped + " skipped." : ".") + rest;
  };

  // CSV as RFC 4180 has it, with a byte order mark for Excel; text that a spreadsheet would run as
  // a formula gets an apostrophe, as in every table of the project
  const cell = (value) => {
    const text = /^[=+\-@\t\r']/.test(value) ? "'" + value : String(value);
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const csv = () => {
    const rows = photos.flatMap((photo, index) => {
      const label = labels[index];
      if (label === null || label === SKIPPED) return [];
      return [[photo.path, classes[label], photo.predicted, photo.probability, data.model, photo.sha256]];
    });
    return "\ufeff" + [data.columns, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
  };
  const parse = (text) => {
    const rows = [];
    let row = [], value = "", quoted = false;
    const end = () => { row.push(value.replace(/^'/, "")); value = ""; };
    for (let index = 0; index < text.length; index += 1) {
      const one = text[index];
      if (quoted) {
        if (one !== '"') value += one;
        else if (text[index + 1] === '"') { value += one; index += 1; } else quoted = false;
      } else if (one === '"') quoted = true;
      else if (one === ",") end();
      else if (one === "\n") { end(); rows.push(row); row = []; } else if (one !== "\r") value += one;
    }
    if (value || row.length) { end(); rows.push(row); }
    return rows;
  };
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    link.download = "labels.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const load = async (file) => {
    const [header = [], ...rows] = parse((await file.text()).replace(/^\ufeff/, ""));
    const column = (name) => header.map((one) => one.trim().toLowerCase()).indexOf(name);
    const [path, label, sha256] = ["path", "label", "sha256"].map(column);
    if (path < 0 || label < 0) {
      trouble(file.name + " has no columns path and label: it is no labels.csv of this page.");
      return;
    }
    const places = new Map(photos.map((photo, index) => [photo.path, index]));
    const found = rows.flatMap((row) => {
      const index = places.get(row[path]), given = classes.indexOf(row[label]);
      const same = index !== undefined && (sha256 < 0 || !row[sha256] || row[sha256] === photos[index].sha256);
      return same && given >= 0 ? [[index, given]] : [];
    });
    if (found.length) {
      change(found);
      now = open(0);
    }
    const others = rows.length - found.length;
    at("trouble").hidden = true;
    if (others) trouble(others + " of " + rows.length + " lines are of other photos or classes than this page's.");
    show(found.length + " labels loaded. ");
  };

  at("undo").addEventListener("click", undo);
  at("skip").addEventListener("click", () => give(SKIPPED));
  at("before").addEventListener("click", () => move(-1));
  at("after").addEventListener("click", () => move(1));
  at("tell").addEventListener("change", () => show(""));
  at("save").addEventListener("click", save);
  at("load").addEventListener("change", (event) => { if (event.target.files.length) load(event.target.files[0]); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.matches("input[type=file], select, textarea")) return;
    const pressed = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const index = KEYS.indexOf(pressed) >= 0 ? KEYS.indexOf(pressed) : "123456789".indexOf(pressed);
    const action = { U: undo, Backspace: undo, S: () => give(SKIPPED), ArrowLeft: () => move(-1), ArrowRight: () => move(1) }[pressed];
    if (index >= 0 && index < Math.min(classes.length, 9)) give(index);
    else if (action) action();
    else return;
    event.preventDefault();
  });
  recall();
  now = open(0);
  show("");
})();
