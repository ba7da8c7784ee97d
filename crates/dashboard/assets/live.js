// Puts what was asked for anew into a page that is being read: `hx-ext="patch" hx-swap="patch"`.
// Only what differs is changed, so that the keyboard stays where it is, what was opened stays open, and a live region says only news.
// Where nothing comes, `#behind` says since when, and what is on the page looks like it (`.stale`), until something comes again.

// A server that says nothing is not there either.
htmx.config.timeout = 8_000;

let since = new Date();

document.addEventListener("htmx:afterRequest", ({ target, detail: { xhr } }) => {
  const came = xhr.status >= 200 && xhr.status < 400;
  if (came) since = new Date();
  target.classList.toggle("stale", !came);
  const place = document.querySelector("#behind");
  const last = since.toISOString().slice(0, 19).replace("T", " ");
  const why = xhr.status === 0 ? "the server does not answer" : `the server answered ${xhr.status}`;
  const told = came ? "" : `Not brought up to date since ${last} UTC: ${why}.`;
  // It is read out whenever it is written.
  if (place.textContent === told) return;
  const notice = document.createElement("p");
  notice.className = "notice warn";
  notice.textContent = told;
  place.replaceChildren(...(came ? [] : [notice]));
});

htmx.defineExtension("patch", {
  isInlineSwap: () => false,
  handleSwap(style, target, came) {
    if (style !== "patch") return false;
    patch(target, came.querySelector(`#${target.id}`) ?? came);
    return [];
  },
});

/** Makes what is in `old` what is in `now`. */
function patch(old, now) {
  const came = [...now.childNodes];
  came.forEach((node, at) => {
    const there = old.childNodes[at];
    if (there === undefined) {
      old.append(node);
    } else if (there.nodeName !== node.nodeName) {
      there.replaceWith(node);
    } else if (node.nodeType !== Node.ELEMENT_NODE) {
      if (there.data !== node.data) there.data = node.data;
    } else {
      dress(there, node);
      patch(there, node);
    }
  });
  while (old.childNodes.length > came.length) old.lastChild.remove();
}

/** Gives an element another's attributes. Whether details are open is whoever reads' to say. */
function dress(old, now) {
  const kept = (name) => name === "open" && old.localName === "details";
  for (const { name } of [...old.attributes]) {
    if (!now.hasAttribute(name) && !kept(name)) old.removeAttribute(name);
  }
  for (const { name, value } of now.attributes) {
    if (old.getAttribute(name) !== value && !kept(name)) old.setAttribute(name, value);
  }
}
