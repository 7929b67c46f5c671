// An answer's text as nodes: words, code and formulas. The model's words enter the page as text nodes alone; nothing here sets HTML.
export const el = (tag, name = '', text = '') => { const e = document.createElement(tag); e.className = name; e.textContent = text; return e; };
export const button = (text, name, act) => { const b = el('button', name, text); b.type = 'button'; b.onclick = act; return b; };
const PARTS = /(```[\s\S]*?(?:```|$)|`[^`\n]+`|\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\\([\s\S]+?\\\)|\$[^\s$](?:[^$\n]*?[^\s$])?\$(?!\d))/;
const OPENING = /```|`[^`\n]+`|\$\$|\\\[|\\\(/g, CLOSING = {'```': '```', '$$': '$$', '\\[': '\\]', '\\(': '\\)'};
const split = text => text.split(PARTS).filter(Boolean);
/** Returns up to where a text will look the same whatever follows: the last line's end outside of code and formulas. */
function settled(text, from) {
  for (let at = from, closed = from, safe = from;;) {
    OPENING.lastIndex = at;
    const open = OPENING.exec(text);
    if (open && !CLOSING[open[0]]) { at = OPENING.lastIndex; continue; } // code within a line, which is whole
    const line = text.lastIndexOf('\n', (open?.index ?? text.length) - 1) + 1;
    if (line > closed) safe = line;
    const close = open ? text.indexOf(CLOSING[open[0]], open.index + open[0].length) : -1;
    if (close < 0) return safe;
    at = closed = close + CLOSING[open[0]].length;
  }
}
/** Makes the node of a part of a text, and the text node that it grows in; null where it must be made anew. */
function part(p, copy) {
  if (p.startsWith('```')) return block(p, copy);
  if (/^`[^`]+`$/.test(p)) return {node: el('code', '', p.slice(1, -1)), grows: null};
  if (/^(\$[^$]+\$|\$\$[\s\S]+\$\$|\\[[(][\s\S]+)$/.test(p)) return {node: formula(p), grows: null};
  const node = document.createTextNode(p);
  return {node, grows: node};
}
function block(p, copy) {
  const [language] = p.slice(3).split('\n', 1), isWhole = p.includes('\n');
  const code = document.createTextNode(p.slice(3).replace(/^[^\n]*(\n|$)/, '').replace(/\n?```$/, ''));
  const node = el('div', 'code'), head = el('div'), pre = el('pre'), inner = el('code');
  pre.tabIndex = 0;
  pre.setAttribute('role', 'group');
  pre.setAttribute('aria-label', 'Code');
  inner.append(code);
  pre.append(inner);
  head.append(el('span', '', isWhole && language.trim() || 'code'), button('Copy', '', () => copy(code.data)));
  node.append(head, pre);
  return {node, grows: isWhole ? code : null};
}
function formula(p) {
  const isDisplayed = /^(\$\$|\\\[)/.test(p), cut = p.startsWith('$') && !p.startsWith('$$') ? 1 : 2;
  const m = el('span', isDisplayed ? 'formula' : '');
  try { temml.render(p.slice(cut, -cut), m, {displayMode: isDisplayed, throwOnError: true, trust: false}); }
  catch { m.className = ''; m.textContent = p; return m; }
  if (isDisplayed) { m.tabIndex = 0; m.setAttribute('role', 'group'); m.setAttribute('aria-label', 'Formula'); }
  return m;
}
/** A text that grows at its end: what is settled is drawn once, and of the rest only what has changed. */
export function growing(copy) {
  const box = el('div', 'text');
  let text = '', done = 0, parts = [], made = [];
  const draw = pieces => pieces.map(p => {
    const m = part(/^(code|formula)$/.test(box.lastChild?.className) ? p.replace(/^\n/, '') : p, copy); // after a block a line begins anyway
    box.append(m.node);
    return m;
  });
  const clear = () => made.forEach(m => m.node.remove());
  return {box, update(now) {
    if (now === text) return;
    const end = settled(now, done);
    if (end > done) {
      clear();
      draw(split(now.slice(done, end)));
      done = end;
      parts = [];
      made = [];
    }
    const next = split(now.slice(done)), last = parts.length - 1;
    const grown = last >= 0 && next.length === parts.length && next.every((p, i) => i === last ? p.startsWith(parts[i]) : p === parts[i]);
    const more = grown ? next[last].slice(parts[last].length) : '';
    if (grown && made[last].grows && !/[`$\\]/.test(more)) made[last].grows.appendData(more);
    else { clear(); made = draw(next); }
    parts = next;
    text = now;
  }};
}
