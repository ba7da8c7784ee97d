// Who speaks when, drawn as the operators' pages draw it (src/drawing/lanes.rs, drawings.css): a lane for each speaker, and the time below.

/** Pixels: a lane, the strip in it under its name, and what is below all lanes. */
const LANE = 42;
const STRIP = { below: 19, height: 18 };
const BELOW = 22;

/** Kinds of fill: the next speaker after the last has the first again, in a lane of their own. */
const KINDS = 6;

/** What each speaker is called, in the order in which they first speak. */
export function speakers(segments) {
  return [...new Set(segments.map(({ speaker_id: who }) => who))];
}

export function seconds(value) {
  return `${value.toFixed(2)} s`;
}

/**
 * Draws into an SVG that is as wide as there is room: places across are shares of the recording, so text is as large on a telephone as on a
 * desk. What is returned shows where the sound is.
 */
export function draw(svg, segments, length) {
  const who = speakers(segments);
  const share = (at) => `${((100 * at) / length).toFixed(3)}%`;
  const turns = (name) => segments.filter(({ speaker_id: each }) => each === name);
  const spoken = (name) => seconds(turns(name).reduce((sum, { start, end }) => sum + end - start, 0));
  const said = who.map((name) => `speaker ${name} for ${spoken(name)}`).join(", ") || "nobody";
  const foot = who.length * LANE;
  svg.setAttribute("height", foot + BELOW);
  svg.replaceChildren(
    shape("title", { id: "try-lanes-title" }, "Who speaks when"),
    shape("desc", { id: "try-lanes-desc" }, `Of ${seconds(length)}, there speak ${said}. The table below has every turn.`),
  );
  for (const mark of [0, 0.25, 0.5, 0.75, 1]) {
    const at = share(mark * length);
    const minor = mark === 0.25 || mark === 0.75 ? " minor" : "";
    const anchor = mark === 0 ? "start" : mark === 1 ? "end" : "middle";
    svg.append(shape("line", { class: "grid", x1: at, x2: at, y1: 0, y2: foot }));
    svg.append(shape("text", { class: `tick${minor}`, x: at, y: foot + BELOW - 6, "text-anchor": anchor }, clock(mark * length)));
  }
  who.forEach((name, lane) => {
    const strip = { y: lane * LANE + STRIP.below, height: STRIP.height };
    svg.append(shape("text", { class: "name", x: 0, y: strip.y - 5 }, `Speaker ${name} · ${spoken(name)}`));
    svg.append(shape("rect", { class: "track", x: 0, width: "100%", ...strip }));
    for (const { start, end } of turns(name)) {
      const told = { "data-speaker": name, "data-start": start, "data-end": end };
      svg.append(shape("rect", { class: `turns s${lane % KINDS}`, x: share(start), width: share(end - start), ...strip, ...told }));
    }
  });
  const now = shape("line", { class: "now", y1: 0, y2: foot });
  return (at) => {
    svg.append(now);
    now.setAttribute("x1", share(at));
    now.setAttribute("x2", share(at));
  };
}

function clock(value) {
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function shape(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
