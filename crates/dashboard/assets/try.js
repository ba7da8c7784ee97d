// Lets anybody try this server from the browser: the page's tabs, and what is in them.

import { Exchanges } from "./try-calls.js";
import { Dialogue } from "./try-dialogue.js";
import { Speakers } from "./try-speakers.js";

const page = document.getElementById("try");
const by = (name) => document.getElementById(`try-${name}`);

by("shell").prepend(`URL=${window.location.origin}\n`);
const dialogue = new Dialogue(page, new Exchanges(by("exchanges")));
new Speakers(by("panel-speakers"), new Exchanges(by("speakers-exchanges")), page.dataset);

/** Tabs by keyboard: arrows go round, Home and End go to the first and the last (WAI-ARIA Authoring Practices). */
const tabs = [...document.querySelectorAll("[role=tab]")];

function select(chosen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", tab === chosen);
    tab.tabIndex = tab === chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = tab !== chosen;
  }
  if (by("panel-dialogue").hidden) dialogue.leave();
}

tabs.forEach((tab, at) => {
  const keys = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    const next = tabs.at(keys[event.key] % tabs.length);
    next.focus();
    select(next);
  });
});

// Nothing of it works without this script: it is shown from here on.
by("works").hidden = false;
