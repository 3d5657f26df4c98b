// One customer: a field that moves is answered at once by our own server, the newest value first.
// What stands when it rests is told to the page, which keeps it.

const REST = 300; // milliseconds without a change: the field rests
const PAUSE = 100; // and so long until the lines under the other fields follow
const MOUNTED = new WeakMap();

export default function (component) {
  const { parentElement, data, setStateValue } = component;
  const root = parentElement.querySelector(".live");
  if (!MOUNTED.has(root)) MOUNTED.set(root, oneCustomer(root));
  const live = MOUNTED.get(root);
  live.receive(data, setStateValue);
  return () => live.stop();
}

function oneCustomer(root) {
  let data = null; // what the page gave last
  let tell = null;
  let edits = {};
  let fields = new Map();
  let panel = null;
  let answer = null; // what is drawn
  let route = "";
  let turn = 0; // of what the page was told last
  let asking = false;
  let again = false;
  let stirred = false; // changed since the page was told
  let rest = 0;
  let pause = 0;

  function receive(given, setStateValue) {
    tell = (value) => setStateValue("told", value);
    const marks = (of) => JSON.stringify(of.fields.map((about) => [about.column, about.hint]).sort());
    const other = !data || data.whose !== given.whose || marks(data) !== marks(given);
    const look = !data || JSON.stringify(data.words) !== JSON.stringify(given.words);
    if (!data || data.permit !== given.permit) route = given.route;
    if (!data) turn = given.heard;
    const of = data && data.permit !== given.permit;
    data = given;
    if (other || look) build();
    const mine = !other && (stirred || given.heard !== turn);
    if (mine) return; // an answer to an older question: a newer one is under way
    const same = !other && !of && JSON.stringify(sorted(edits)) === JSON.stringify(sorted(given.edits));
    edits = { ...given.edits };
    for (const [column, each] of fields) each.show(valueOf(column));
    if (!route) asking = false;
    if (given.answer === null) {
      if (!same || !answer) ask(); // mounted anew: what was told before is asked again
      return;
    }
    if (!same || !answer || !route) show(given.answer);
    lines(given.lines);
    if (again) ask();
  }

  function build() {
    window.clearTimeout(rest);
    window.clearTimeout(pause);
    fields = new Map();
    edits = {};
    answer = null;
    stirred = asking = again = false;
    panel = answerPanel(data.words, data.colours);
    root.replaceChildren(fieldsPanel(), panel.box);
  }

  function fieldsPanel() {
    const { words, first } = data;
    const box = made("section", "fields");
    box.setAttribute("aria-label", words.fields);
    const reset = made("button", "reset", words.reset);
    reset.type = "button";
    reset.onclick = () => {
      edits = {};
      for (const [column, each] of fields) each.show(valueOf(column));
      answer = answer && { ...answer, rows: [], axis: {} };
      moved();
    };
    const title = within(made("div", "top"), made("h2", "", words.fields), reset);
    within(box, title, made("p", "quiet", words.curve));
    const some = made("div", "grid");
    data.fields.slice(0, first).forEach((about) => some.append(added(about)));
    box.append(some);
    if (data.fields.length > first) box.append(others(data.fields.slice(first)));
    return box;
  }

  function others(abouts) {
    const box = made("details", "others");
    const inside = made("div", "grid");
    within(box, made("summary", "", `${data.words.more} (${abouts.length})`), inside);
    box.ontoggle = () => {
      if (!box.open || inside.children.length) return;
      for (const about of abouts) {
        inside.append(added(about));
        fields.get(about.column).show(valueOf(about.column));
      }
      askLines();
    };
    return box;
  }

  function added(about) {
    const found = field(about, data.words, change);
    fields.set(about.column, found);
    return found.box;
  }

  function valueOf(column) {
    if (column in edits) return edits[column];
    if (answer && answer.follows && column in answer.follows) return answer.follows[column];
    return data.fields.find((about) => about.column === column).value;
  }

  function change(column, value) {
    const about = data.fields.find((each) => each.column === column);
    if (value === about.value) delete edits[column];
    else edits[column] = value;
    moved();
  }

  function moved() {
    stirred = true;
    window.clearTimeout(pause);
    window.clearTimeout(rest);
    ask();
    rest = window.setTimeout(rested, REST);
  }

  function rested() {
    if (asking && route) {
      rest = window.setTimeout(rested, REST / 4);
      return;
    }
    if (stirred) told_();
    panel.speak();
  }

  function told_() {
    stirred = false;
    turn += 1;
    const rows = answer ? answer.rows.map((row) => row.column).filter(Boolean) : [];
    const { whose, of } = data;
    tell({ turn, whose, of, edits: { ...edits }, rows, quick: Boolean(route) });
  }

  // At most one question is under way; what changed meanwhile is asked next.
  function ask() {
    if (asking) {
      again = true;
      return;
    }
    again = false;
    asking = true;
    if (!route) {
      told_();
      return;
    }
    const span = answer && answer.axis.low !== undefined ? [answer.axis.low, answer.axis.high] : null;
    const rows = answer ? answer.rows.map((row) => row.column).filter(Boolean) : [];
    const whose = data.permit;
    post({ edits, view: { rows, span } })
      .then((found) => {
        if (whose !== data.permit) return;
        if (found.error) panel.warn(found.error);
        else show(found.answer);
      })
      .catch(() => {
        route = ""; // the page itself will answer, more slowly
        panel.warn(data.words.offline);
        stirred = true;
      })
      .finally(() => {
        asking = false;
        if (again || (!route && stirred)) ask();
        else pause = window.setTimeout(askLines, PAUSE);
      });
  }

  function askLines() {
    if (!route || asking) return;
    const columns = [...fields].filter(([, each]) => each.line).map(([column]) => column);
    const at = JSON.stringify(edits);
    asking = true;
    post({ edits, lines: columns })
      .then((found) => {
        if (found.lines && at === JSON.stringify(edits)) lines(found.lines);
      })
      .catch(() => undefined) // lines are drawn again with the next answer
      .finally(() => {
        asking = false;
        if (again) ask();
      });
  }

  async function post(question) {
    const answered = await fetch(new URL(route, document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ permit: data.permit, ...question }),
    });
    if (!answered.ok && answered.status !== 422) throw new Error(answered.statusText);
    return answered.json();
  }

  function show(found) {
    answer = found;
    panel.show(found);
    for (const [column, value] of Object.entries(found.follows)) fields.get(column)?.show(value);
  }

  function lines(found) {
    const known = new Map(found.map((line) => [line.column, line]));
    for (const [column, each] of fields) {
      if (each.line && (known.has(column) || route === "")) each.line.draw(known.get(column));
    }
  }

  function stop() {
    window.clearTimeout(rest);
    window.clearTimeout(pause);
    if (stirred && tell) told_();
  }

  return { receive, stop };
}

function sorted(edits) {
  return Object.entries(edits).sort(([a], [b]) => (a < b ? -1 : 1));
}
