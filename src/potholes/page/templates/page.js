// What a script adds is in three files. Here: the theme switch and tables as CSV. All else is HTML.
(() => {
  "use strict";

  // theme: what the system says, until the switch is used
  const root = document.documentElement;
  const theme = document.getElementById("theme");
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

  // CSV as RFC 4180 has it; the byte order mark tells Excel that it is UTF-8
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?%?$/i;
  const cell = (text) => {
    const safe = /^[=+\-@\t\r]/.test(text) && !number.test(text) ? "'" + text : text; // no formula
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const csv = (table) =>
    "\ufeff" + [...table.rows].map((row) => [...row.cells].map((one) => cell(one.textContent.replaceAll("\u00a0", " "))).join(",") + "\r\n").join("");
  const fileName = (title) => {
    const words = title.replace(/^Numbers of: /, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
    return (words.replace(/^-|-$/g, "").slice(0, 80) || "table") + ".csv";
  };
  for (const box of document.querySelectorAll("details > .scroll")) {
    const table = box.querySelector("table");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "csv";
    button.textContent = "Download CSV";
    button.setAttribute("aria-label", "Download CSV: " + table.caption.textContent);
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv;charset=utf-8" }));
      link.download = fileName(table.caption.textContent);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
    box.before(button);
  }
})();
