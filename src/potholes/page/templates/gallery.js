// The threshold and the filters: what is called of each test photo, and which photos are seen.
(() => {
  "use strict";
  const get = (id) => document.getElementById(id);
  const { classes, truth, called, said, threshold } = JSON.parse(get("answers").textContent);
  const photos = [...document.querySelectorAll(".photo[data-row]")].map((figure) => ({
    figure,
    row: Number(figure.dataset.row),
    called: figure.querySelector(".called bdi"),
    number: figure.querySelector(".number"),
    delivered: figure.querySelector(".number").textContent,
    flag: figure.querySelector(".flag"),
  }));
  const gallery = photos.filter((photo) => photo.figure.parentElement.id === "gallery");
  let now = called[0]; // the chosen backbone's answers at the threshold

  // filters: all that is not chosen counts as "all"
  const chosen = (id) => (get(id) ? get(id).value : "");
  const by = () => Number(chosen("filter-by")); // whose answers are looked at
  const answers = () => (by() ? called[by()] : now);
  const filter = () => {
    if (!gallery.length) return;
    const [kind, label, answer] = ["kind", "truth", "called"].map((id) => chosen("filter-" + id));
    let count = 0;
    for (const { figure, row } of gallery) {
      const [is, call] = [truth[row], answers()[row]];
      const right = is === call ? "right" : "wrong";
      const fits =
        (!kind || kind === right || kind === is + ">" + call) &&
        (!label || Number(label) === is) && (!answer || Number(answer) === call);
      figure.hidden = !fits;
      count += fits ? 1 : 0;
    }
    get("filtered").textContent =
      count + " of " + gallery.length + " shown" +
      (count ? (kind ? "; “all photos” shows the others too" : "") : ": no photo fits. Choose another kind or class.");
  };
  if (gallery.length) {
    for (const heading of get("gallery").querySelectorAll("h4")) heading.hidden = true;
    for (const list of document.querySelectorAll(".filters select")) list.addEventListener("change", () => show());
    document.querySelector(".filters").hidden = false;
  }

  // threshold: counts and scores of two classes, and the answer on each photo
  const wrong = (row) => answers()[row] !== truth[row];
  const share = (part, whole) => (whole ? (part / whole).toFixed(3) : "–");
  const percent = (part, whole) => (whole ? Math.round((100 * part) / whole) + "%" : "0%");
  const matrix = () => {
    const counts = [0, 0, 0, 0]; // true negatives, false alarms, misses, hits
    truth.forEach((positive, row) => { counts[2 * positive + now[row]] += 1; });
    const [right, alarms, missed, hits] = counts;
    const rows = [right + alarms, right + alarms, missed + hits, missed + hits];
    [...get("confusion").querySelectorAll("td")].forEach((cell, index) => {
      cell.querySelector("b").textContent = counts[index];
      cell.querySelector("span").textContent = percent(counts[index], rows[index]);
      const shade = rows[index] ? Math.min(4, Math.ceil((4 * counts[index]) / rows[index])) : 0;
      cell.className = (index % 3 ? "wrong" : "right") + " h" + shade;
    });
    get("precision").textContent = share(hits, hits + alarms);
    get("recall").textContent = share(hits, hits + missed);
    get("accuracy").textContent = share(right + hits, truth.length);
  };
  const captions = () => {
    for (const photo of photos) {
      const { figure, row, number } = photo;
      const other = by() && gallery.includes(photo); // the random ones above stay the chosen backbone's
      const call = other ? called[by()][row] : now[row];
      photo.called.textContent = classes[call];
      // a probability is known of the chosen backbone; one below a half would read as a mistake
      const moved = said.length ? "(" + classes[1] + " " + (said[row] / 10000).toFixed(2) + ")" : "";
      number.textContent = other ? "" : call === called[0][row] ? photo.delivered : moved;
      figure.classList.toggle("wrong", call !== truth[row]);
      photo.flag.hidden = call === truth[row];
    }
  };
  const told = () => {
    if (!gallery.length || !get("moved")) return;
    const changed = truth.map((_, row) => row).filter((row) => now[row] !== called[0][row]);
    const worse = changed.filter(wrong).length;
    const is = worse === 1 ? " photo is" : " photos are";
    const moved =
      "At threshold " + text + ", instead of the delivered " + delivered + ": " +
      worse + is + " newly wrong, " + (changed.length - worse) + " newly right. ";
    const all = truth.filter((_, row) => wrong(row)).length;
    const here = gallery.filter(({ row }) => wrong(row)).length;
    const name = by() ? get("filter-by").selectedOptions[0].textContent + ", at its own threshold: " : "";
    get("moved").textContent =
      (by() || text === delivered ? "" : moved) + name + all + (all === 1 ? " mistake" : " mistakes") +
      (here < all ? ", " + here + " of them on this page." : ".");
  };
  const controls = [...document.querySelectorAll(".threshold")].map((box) => ({
    input: box.querySelector("input"), output: box.querySelector("output"), reset: box.querySelector("button"),
  }));
  const delivered = controls.length ? controls[0].output.textContent : "";
  let text = delivered;
  const show = () => {
    captions();
    told();
    filter();
  };
  const move = (to) => { // the step nearest to the delivered threshold is that one
    text = to;
    const least = Math.round(Number(text) * 10000);
    now = text === delivered ? called[0] : said.map((p) => (p >= least ? 1 : 0));
    for (const { input, output } of controls) {
      input.value = text;
      output.textContent = text;
    }
    matrix();
    show();
  };
  for (const { input, reset } of controls) {
    input.addEventListener("input", () => move(Number(input.value).toFixed(2)));
    reset.addEventListener("click", () => move(delivered));
  }
  if (controls.length) {
    move(delivered);
    get("slider").hidden = false;
  } else filter();
})();
