// A click or Enter enlarges a photo, arrow keys move on among those that are seen.
(() => {
  "use strict";
  const get = (id) => document.getElementById(id);
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
    const seen = [...at.parentElement.querySelectorAll(".photo:not([hidden])")];
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
