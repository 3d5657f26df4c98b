// How elements are made: text from data is only ever text.

function made(tag, kind, text) {
  const found = document.createElement(tag);
  if (kind) found.className = kind;
  if (text !== undefined) found.textContent = text;
  return found;
}

function within(parent, ...children) {
  parent.append(...children);
  return parent;
}

// Written only where it differs: a screen reader and the browser's layout are left in peace.
function told(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function placed(element, name, value) {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

function marked(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

const SVG = "http://www.w3.org/2000/svg";

function drawn(tag, attributes) {
  const found = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  return found;
}
