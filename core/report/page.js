"use strict";
(() => {
  const PRINTED = 640;  // pixels: what a page of A4 leaves between its margins and a chart's frame
  const USUAL = 380, FLATTER = 0.78;  // pixels; on paper charts are less high, so that pages fill
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paper = matchMedia("print");
  const settings = {
    displaylogo: false,
    typesetMath: false,  // there is no MathJax, and a dollar in a name is a dollar
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
  };
  const places = [...document.querySelectorAll(".chart")];
  let printing = false;

  const colours = () => printing || !dark.matches
    ? {ink: "#101820", line: "#aeb6bf", grid: "rgba(122, 131, 140, 0.35)"}
    : {ink: "#eef1f4", line: "#56606b", grid: "rgba(122, 131, 140, 0.35)"};

  const isAxis = (name) => /^[xy]axis\d*$/.test(name);

  // the page's own type and colours, under whatever the chart says itself
  function themed(layout) {
    const {ink, line, grid} = colours();
    const axis = {
      gridcolor: grid, linecolor: line, tickcolor: line, zerolinecolor: line,
    };
    const made = {
      ...layout,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: {...layout.font, color: ink, size: 12, family: getComputedStyle(document.body).fontFamily},
      hoverlabel: {...layout.hoverlabel, bgcolor: "#101820", font: {color: "#ffffff"}},
      modebar: {bgcolor: "rgba(0,0,0,0)", color: line, activecolor: ink},
    };
    for (const name of new Set([...Object.keys(layout).filter(isAxis), "xaxis", "yaxis"])) {
      const title = (layout[name] || {}).title;
      made[name] = {...axis, ...layout[name]};
      if (title) made[name].title = {...title, font: {size: 12}};
    }
    made.annotations = (layout.annotations || []).map(
      (each) => ({...each, font: {...each.font, color: ink}}));
    return made;
  }

  function draw(place) {
    const given = JSON.parse(document.getElementById(`data-${place.id}`).textContent);
    const cells = given.data.some((trace) => trace.type === "heatmap");  // hold two lines each
    const share = printing && !cells ? FLATTER : 1;
    given.layout.height = Math.round((given.layout.height || USUAL) * share);
    given.layout.width = printing ? PRINTED : place.clientWidth;
    place.style.height = `${given.layout.height}px`;
    return Plotly.react(place, given.data, themed(given.layout), settings);
  }

  function all() {
    for (const place of places) draw(place);
  }

  // a chart is as wide as the page before the page is laid out
  function print(begins) {
    if (printing === begins) return;
    printing = begins;
    all();
  }

  let resized = 0;
  addEventListener("resize", () => {
    clearTimeout(resized);
    if (!printing) resized = setTimeout(all, 150);
  });

  all();
  dark.addEventListener("change", all);
  paper.addEventListener("change", (event) => print(event.matches));
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  document.documentElement.dataset.drawn = String(places.length);
})();
