// The two numbers, the reasons before and after on one axis, and the same in a table.

function answerPanel(words, colours) {
  const box = made("section", "answer");
  box.setAttribute("aria-label", words.answer);
  const before = bigNumber(words.before);
  const after = bigNumber(words.after);
  const difference = made("span", "difference");
  after.box.append(difference);
  const warning = made("p", "warning");
  const title = made("p", "finding");
  const chart = reasons(words, colours);
  const sentence = made("p", "quiet");
  const table = numbers(words);
  const heard = made("p", "unseen");
  heard.setAttribute("role", "status");
  within(
    box,
    within(made("div", "numbers"), before.box, after.box),
    warning,
    title,
    chart.box,
    sentence,
    table.box,
    made("p", "quiet", words.caution),
    heard,
  );
  const show = (found) => {
    told(before.value, found.before);
    told(after.value, found.after);
    told(difference, found.difference);
    difference.dataset.way = found.way;
    told(title, found.title);
    told(sentence, found.sentence);
    sentence.hidden = !found.sentence;
    warn(found.warning);
    chart.draw(found);
    table.draw(found);
  };
  const warn = (text) => {
    told(warning, text);
    warning.hidden = !text;
  };
  // Said once the field rests: a screen reader need not hear every step on the way.
  const speak = () => told(heard, [title.textContent, warning.textContent].join(" "));
  return { box, show, warn, speak };
}

function bigNumber(label) {
  const value = made("strong", "value");
  const box = within(made("div", "number"), made("span", "quiet", label), value);
  return { box, value };
}

function reasons(words, colours) {
  const box = made("div", "reasons");
  const legend = within(
    made("div", "legend"),
    within(made("span", ""), made("i", "dot hollow"), words.chart_before),
    within(made("span", ""), made("i", "dot full"), words.chart_after),
  );
  const list = made("div", "rows");
  const lines = made("div", "lines");
  const axis = made("div", "marks");
  const title = made("div", "quiet axis");
  const plot = within(made("div", "plot"), lines, list);
  box.setAttribute("aria-hidden", "true"); // the table says the same
  within(box, legend, plot, axis, title);
  const draw = (found) => {
    const { low, high, ticks } = found.axis;
    const share = (x) => `${(100 * (x - low)) / (high - low)}%`;
    sized(list, found.rows.length, reasonRow);
    found.rows.forEach((row, i) => drawRow(list.children[i], row, share, colours));
    sized(lines, ticks.length, () => made("i", ""));
    sized(axis, ticks.length, () => made("span", ""));
    ticks.forEach(([at, word], i) => {
      placed(lines.children[i], "left", share(at));
      lines.children[i].classList.toggle("zero", at === 0);
      placed(axis.children[i], "left", share(at));
      told(axis.children[i], word);
    });
    told(title, found.axis.title);
  };
  return { box, draw };
}

function reasonRow() {
  const track = within(made("div", "track"), made("i", "bar"), made("i", "dot hollow"), made("i", "dot full"));
  return within(made("div", "row"), made("span", "label"), track, made("span", "change"));
}

function drawRow(element, row, share, colours) {
  const [label, track, change] = element.children;
  const [bar, before, after] = track.children;
  told(label, row.label);
  marked(element, "title", row.whole);
  element.classList.toggle("edited", row.edited);
  told(change, row.way === "same" ? "" : row.change);
  change.dataset.way = row.way;
  placed(before, "left", share(row.before));
  placed(after, "left", share(row.after));
  placed(bar, "left", share(Math.min(row.before, row.after)));
  placed(bar, "right", `calc(100% - ${share(Math.max(row.before, row.after))})`);
  placed(element, "--way", colours[row.way]);
}

function numbers(words) {
  const body = made("tbody", "");
  const heads = ["column", "old", "new", "was", "now", "change"];
  const head = within(made("tr", ""), ...heads.map((name) => columnHead(words[name])));
  const table = within(made("table", ""), within(made("thead", ""), head), body);
  const box = within(made("details", ""), made("summary", "", words.table));
  const scroller = within(made("div", "scroller"), table);
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", words.table);
  box.append(scroller);
  const draw = (found) => {
    sized(body, found.rows.length, () => within(made("tr", ""), rowHead(), ...heads.slice(1).map(() => made("td", ""))));
    found.rows.forEach((row, i) => {
      const cells = [row.column || row.label, row.old, row.new, row.was, row.now, row.change];
      cells.forEach((text, j) => told(body.children[i].children[j], text));
    });
  };
  return { box, draw };
}

function columnHead(text) {
  const found = made("th", "", text);
  found.scope = "col";
  return found;
}

function rowHead() {
  const found = made("th", "");
  found.scope = "row";
  return found;
}

function sized(parent, count, make) {
  while (parent.children.length > count) parent.lastChild.remove();
  while (parent.children.length < count) parent.append(make());
}
