// Shows a buyer's unread news where the shop's page has
//   <div data-wismo-feed="https://…/feed/<shop>/<token>.json" data-dismiss="Close"></div>
// Plain elements without styles: the page's own stylesheet dresses .wismo-item.
for (const place of document.querySelectorAll("[data-wismo-feed]")) {
  const feed = place.dataset.wismoFeed;

  const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text ?? "", ...more });

  const read = (item) =>
    fetch(feed.replace(/\.json$/, "/read"), {
      method: "POST",
      body: JSON.stringify({ ids: [item.id], until: item.at }),
      keepalive: true, // also while the page is being left
      credentials: "omit",
    });

  const shown = (item) => {
    const box = make("article", "", { className: "wismo-item", lang: item.language, dir: "auto" });
    const title = make("strong", item.title);
    const close = make("button", "×", { type: "button" });
    close.setAttribute("aria-label", `${place.dataset.dismiss ?? "Close"}: ${item.title}`);
    close.addEventListener("click", () => {
      read(item);
      box.remove();
      place.hidden = !place.childElementCount;
    });
    const link = /^https?:/.test(item.url) ? make("a", "", { href: item.url }) : make("span");
    link.append(title);
    link.addEventListener("click", () => read(item));
    const time = make("time", new Date(item.at).toLocaleString(item.language), { dateTime: item.at });
    box.append(link, make("p", item.body), time, close);
    return box;
  };

  fetch(feed, { credentials: "omit" })
    .then((answer) => (answer.ok ? answer.json() : { items: [], unread: 0 }))
    .then(({ items, unread }) => {
      place.replaceChildren(...items.filter((item) => !item.read).map(shown));
      place.hidden = !unread;
      place.dispatchEvent(new CustomEvent("wismo-feed", { bubbles: true, detail: { unread } }));
    })
    .catch(() => {}); // a shop's page goes on without it
}
