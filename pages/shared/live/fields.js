// The fields of one customer. Each has show(value) and calls changed(column, value).

let NUMBERED = 0;

function field(about, words, changed) {
  if (about.sort === "stands") return standing(about, words);
  const id = `live-${(NUMBERED += 1)}`;
  const box = made("div", "field");
  const name = made("label", "name", about.label);
  name.htmlFor = id;
  name.title = about.label;
  const back = made("button", "back", `${words.back} ${shownValue(about, about.value, words)}`);
  back.type = "button";
  back.setAttribute("aria-label", `${about.label}: ${back.textContent}`);
  const say = (value) => {
    show(value);
    changed(about.column, value);
  };
  back.onclick = () => {
    say(about.value);
    input.focus();
  };
  const inner = INPUTS[about.sort](about, id, words, say);
  const input = inner.input;
  const show = (value) => {
    inner.show(value);
    const stands = value === about.value;
    box.classList.toggle("changed", !stands);
    back.hidden = stands;
  };
  within(box, within(made("div", "head"), name, back), ...inner.parts);
  show(about.value);
  return { box, show, line: inner.line };
}

// A column that nobody changes by hand: its value as text, and why.
function standing(about, words) {
  const box = made("div", "field stands");
  const name = made("span", "name", about.label);
  name.title = about.label;
  const value = made("div", "stood");
  const hint = made("div", "turns", about.hint);
  hint.title = about.hint;
  const show = (now) => {
    const text = shownValue(about, now, words);
    told(value, text);
    value.title = text;
    box.classList.toggle("changed", now !== about.value);
  };
  within(box, within(made("div", "head"), name), value, hint);
  show(about.value);
  return { box, show, line: null };
}

function shownValue(about, value, words) {
  if (value === null) return words.missing;
  if (typeof value === "number") return written(value);
  const level = (about.levels || []).find((each) => each[0] === value);
  return level ? level[1] : value;
}

function written(value) {
  return Number(value.toPrecision(12)).toString();
}

const INPUTS = { number: numberInput, choice: choiceInput, date: dateInput };

// A slider's places are the multiples of the step, and both ends of the range.
function places(about) {
  const { low, high, step } = about;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9) - first;
  const digits = Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(step))));
  const value = (i) => {
    if (i <= 0) return low;
    return i >= last ? high : Number(((first + i) * step).toFixed(digits));
  };
  const index = (at) => {
    if (at <= low) return 0;
    return at >= high ? last : Math.min(last, Math.max(0, Math.round(at / step) - first));
  };
  return { last: Math.max(last, 0), value, index };
}

function numberInput(about, id, words, say) {
  const input = made("input", "typed");
  Object.assign(input, { id, type: "number", step: "any", inputMode: "decimal" });
  input.placeholder = words.missing;
  const slider = made("input", "slider");
  const steps = places(about);
  Object.assign(slider, { type: "range", min: 0, max: steps.last, step: 1 });
  slider.setAttribute("aria-label", `${about.label}, ${words.slider}`);
  const line = lineUnder(about);
  const show = (value) => {
    if (document.activeElement !== input && input.getRootNode().activeElement !== input) {
      input.value = value === null ? "" : written(value);
    } else if (input.value === "" ? value !== null : Number(input.value) !== value) {
      input.value = value === null ? "" : written(value);
    }
    slider.value = value === null ? 0 : steps.index(value);
    slider.setAttribute("aria-valuetext", shownValue(about, value, words));
    slider.classList.toggle("nowhere", value === null);
    const share = about.high > about.low ? (value - about.low) / (about.high - about.low) : 0;
    placed(line.box, "--at", `${value === null ? 0 : 100 * Math.min(1, Math.max(0, share))}%`);
  };
  slider.oninput = () => say(steps.value(Number(slider.value)));
  input.oninput = () => {
    if (input.validity.badInput) return;
    say(input.value === "" ? null : Number(input.value));
  };
  input.onkeydown = (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const from = input.value === "" ? about.low : Number(input.value);
    const next = Number((from + way * about.step).toPrecision(12));
    say(next);
  };
  const slides = about.high > about.low;
  const ends = within(made("div", "slides"), slider, line.box);
  const parts = slides ? [within(made("div", "both"), ends, input), line.words] : [input];
  return { input, parts, show, line: slides ? line : null };
}

function choiceInput(about, id, words, say) {
  const input = made("select", "chosen");
  input.id = id;
  about.levels.forEach(([, label], i) => input.append(new Option(label, i)));
  if (about.gaps) input.append(new Option(words.missing, "gap"));
  const show = (value) => {
    const i = about.levels.findIndex((each) => each[0] === value);
    input.value = i < 0 ? "gap" : String(i);
  };
  input.onchange = () => say(input.value === "gap" ? null : about.levels[input.value][0]);
  return { input, parts: [input], show };
}

function dateInput(about, id, words, say) {
  const input = made("input", "day");
  Object.assign(input, { id, type: "date", min: "1900-01-01", max: "2100-12-31" });
  const show = (value) => {
    if (input.value !== (value || "")) input.value = value || "";
  };
  input.onchange = () => {
    if (!input.validity.badInput) say(input.value || null);
  };
  return { input, parts: [input], show };
}

// The answer at every value of the field, under its slider.
function lineUnder(about) {
  const box = made("div", "line");
  box.setAttribute("aria-hidden", "true");
  const picture = drawn("svg", { viewBox: "0 0 100 24", preserveAspectRatio: "none" });
  const level = drawn("line", { class: "level", x1: 0, x2: 100, visibility: "hidden" });
  const path = drawn("polyline", { class: "path", points: "" });
  const turn = drawn("line", { class: "turn", y1: 0, y2: 24, visibility: "hidden" });
  picture.append(level, path, turn);
  within(box, picture, made("span", "here"));
  const words = made("div", "turns", "");
  const draw = (found) => {
    box.classList.toggle("known", Boolean(found));
    const height = (y) => 22 - 20 * y;
    marked(path, "points", (found ? found.points : []).map(([x, y]) => `${100 * x},${height(y)}`).join(" "));
    const crosses = found && found.level !== null;
    marked(level, "visibility", crosses ? "visible" : "hidden");
    if (crosses) for (const end of ["y1", "y2"]) marked(level, end, String(height(found.level)));
    const first = found && found.marks.length ? 100 * found.marks[0] : null;
    marked(turn, "visibility", first === null ? "hidden" : "visible");
    if (first !== null) for (const end of ["x1", "x2"]) marked(turn, end, String(first));
    told(words, found ? found.words : "");
  };
  return { box, words, draw };
}
