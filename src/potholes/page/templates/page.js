"use strict";
// What a script adds: the theme switch, the threshold, a filter, enlarged photos. All else is HTML.
(() => {
  const get = (id) => document.getElementById(id);

  // theme: what the system says, until the switch is used
  const root = document.documentElement;
  const theme = get("theme");
  const dark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const name = () => { theme.textContent = dark() ? "Light" : "Dark"; };
  theme.hidden = false;
  theme.setAttribute("aria-label", "Switch between light and dark");
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  name();

  // threshold: confusion matrix, precision, recall and accuracy of two classes
  const share = (part, whole) => (whole ? (part / whole).toFixed(3) : "–");
  const percent = (part, whole) => (whole ? Math.round((100 * part) / whole) + "%" : "0%");
  if (get("slider")) {
    const { truth, said, threshold } = JSON.parse(get("threshold-data").textContent);
    const cells = [...get("confusion").querySelectorAll("td")];
    const show = (value, text) => {
      const counts = [0, 0, 0, 0]; // true negatives, false alarms, misses, hits
      truth.forEach((positive, index) => { counts[2 * positive + (said[index] >= value ? 1 : 0)] += 1; });
      const [right, alarms, missed, hits] = counts;
      const rows = [right + alarms, right + alarms, missed + hits, missed + hits];
      cells.forEach((cell, index) => {
        cell.querySelector("b").textContent = counts[index];
        cell.querySelector("span").textContent = percent(counts[index], rows[index]);
        const shade = rows[index] ? Math.min(4, Math.ceil((4 * counts[index]) / rows[index])) : 0;
        cell.className = (index % 3 ? "wrong" : "right") + " h" + shade;
      });
      get("precision").textContent = share(hits, hits + alarms);
      get("recall").textContent = share(hits, hits + missed);
      get("accuracy").textContent = share(right + hits, truth.length);
      get("threshold-value").textContent = text;
    };
    const input = get("threshold");
    input.addEventListener("input", () => show(Number(input.value), Number(input.value).toFixed(2)));
    get("threshold-reset").addEventListener("click", () => {
      input.value = threshold;
      show(threshold, threshold.toFixed(2));
    });
    show(threshold, threshold.toFixed(2));
    get("slider").hidden = false;
  }

  // filter of the mistakes
  const filter = get("filter-truth");
  if (filter) {
    const all = [...get("mistakes").children];
    filter.closest("p").hidden = false;
    filter.addEventListener("change", () => {
      const one = filter.options[filter.selectedIndex];
      let count = 0;
      for (const photo of all) {
        const fits = filter.selectedIndex === 0 || photo.dataset.truth === one.value;
        photo.hidden = !fits;
        count += fits ? 1 : 0;
      }
      get("filtered").textContent = count + " of " + all.length;
    });
  }

  // a click or Enter enlarges, arrow keys move on
  const dialog = get("large");
  let at = null;
  const open = (photo) => {
    const picture = photo.querySelector("img");
    at = photo;
    get("large-picture").src = picture.src;
    get("large-picture").alt = picture.alt;
    const map = photo.querySelector("details img");
    get("large-map").hidden = !map;
    if (map) get("large-map").src = map.src;
    get("large-caption").textContent = photo.querySelector("figcaption").innerText;
    if (!dialog.open) dialog.showModal();
  };
  const move = (step) => {
    const seen = [...at.parentElement.children].filter((photo) => !photo.hidden);
    const next = seen[seen.indexOf(at) + step];
    if (next) open(next);
  };
  for (const picture of document.querySelectorAll(".photo > img")) {
    const photo = picture.closest(".photo");
    picture.tabIndex = 0;
    picture.setAttribute("role", "button");
    picture.setAttribute("aria-label", "Enlarge " + picture.alt);
    picture.addEventListener("click", () => open(photo));
    picture.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open(photo);
      }
    });
  }
  get("before").addEventListener("click", () => move(-1));
  get("after").addEventListener("click", () => move(1));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") move(-1);
    if (event.key === "ArrowRight") move(1);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => at && at.querySelector("img").focus());
})();
