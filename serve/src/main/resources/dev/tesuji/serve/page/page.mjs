// The model's words enter the page as text nodes alone; nothing here sets HTML.
const $ = id => document.getElementById(id);
const el = (tag, name = '', text = '') => { const e = document.createElement(tag); e.className = name; e.textContent = text; return e; };
const button = (text, act) => { const b = el('button', '', text); b.type = 'button'; b.onclick = act; return b; };
let turns = []; // {user, answers: [{model, text, thinking, tokens, end}]}, end: how an answer came to its end
let stopper = null;
/** The browser's storage, where it allows one; elsewhere nothing is kept, and the page works all the same. */
const kept = area => ({
  get: key => { try { return window[area].getItem(key); } catch { return null; } },
  set: (key, value) => { try { window[area].setItem(key, value); } catch { /* not allowed here */ } },
});
const session = kept('sessionStorage'), local = kept('localStorage');
$('key').value = session.get('key') ?? '';
const headers = () => ({'content-type': 'application/json', ...($('key').value && {authorization: 'Bearer ' + $('key').value})});
async function fault(r) { try { return (await r.json()).error.message; } catch { return 'The server answered ' + r.status; } }
async function models() {
  try {
    const r = await ask('/v1/models', {headers: headers()});
    if (!r.ok) throw new Error(r.status === 401 ? 'This server wants an API key: open Settings and enter it.' : await fault(r));
    const ids = (await r.json()).data.map(m => m.id);
    $('model').replaceChildren(...ids.map(i => new Option(i)));
    $('beside').replaceChildren(new Option('nothing', ''), ...ids.map(i => new Option(i)));
    $('status').textContent = '';
  } catch (e) { $('status').textContent = words(e); }
}
class Trouble extends Error {}
/** Sends a request; a browser says of every connection that fails that it is a TypeError, as it says of faults of this page. */
async function ask(path, options) {
  try { return await fetch(path, options); }
  catch (e) { throw e.name === 'AbortError' ? e : new Trouble('The server cannot be reached; is it still running?'); }
}
/** Reads on in an answer. */
async function piece(reader) {
  try { return await reader.read(); }
  catch (e) { throw e.name === 'AbortError' ? e : new Trouble('The answer was cut off: the connection to the server broke.'); }
}
/** Says in plain words why a request failed. */
function words(e) {
  if (e.name === 'AbortError') return 'Stopped.';
  if (e instanceof SyntaxError) return 'The server sent what is no answer: ' + e.message;
  return e instanceof TypeError || e instanceof ReferenceError ? 'This page has a fault: ' + e.message : e.message;
}
function body(model, until, column) {
  const messages = $('system').value ? [{role: 'system', content: $('system').value}] : [];
  turns.slice(0, until + 1).forEach((t, i) => {
    messages.push({role: 'user', content: t.user});
    const a = t.answers[column] ?? t.answers[0];
    if (i < until && a) messages.push({role: 'assistant', content: a.text});
  });
  const b = {model, messages, stream: true, reasoning_format: $('reasoning_format').value};
  for (const n of ['temperature', 'top_p', 'max_tokens', 'seed']) if ($(n).value !== '') b[n] = Number($(n).value);
  if ($('reasoning_effort').value) b.reasoning_effort = $('reasoning_effort').value;
  if ($('probabilities').checked) { b.logprobs = true; b.top_logprobs = 5; }
  return b;
}
async function stream(a, request, signal, changed) {
  try {
    const r = await ask('/v1/chat/completions', {method: 'POST', headers: headers(), body: JSON.stringify(request), signal});
    if (!r.ok) throw new Error(await fault(r));
    const reader = r.body.pipeThrough(new TextDecoderStream()).getReader();
    let whole = false;
    for (let held = '';;) {
      const {value, done} = await piece(reader);
      if (done) break;
      const lines = (held + value).split('\n');
      held = lines.pop();
      for (const line of lines) {
        if (line.trim() === 'data: [DONE]') whole = true;
        else if (line.startsWith('data: ')) take(a, JSON.parse(line.slice(6)));
      }
      changed();
    }
    if (!whole) a.end = 'The answer was cut off: the server closed the stream.';
  } catch (e) {
    a.end = words(e);
  }
  changed();
}
function take(a, data) {
  if (data.error) throw new Error(data.error.message);
  const c = data.choices?.[0];
  if (!c) return;
  a.text += c.delta?.content ?? '';
  a.thinking += c.delta?.reasoning_content ?? '';
  a.tokens.push(...(c.logprobs?.content ?? []));
  if (c.finish_reason === 'length') a.end = 'Cut off at the limit of tokens.';
}
const PARTS = /(```[\s\S]*?(?:```|$)|\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\\([\s\S]+?\\\)|\$[^\s$][^$\n]*?[^\s$]\$(?!\d))/;
const OPENING = /```|\$\$|\\\[|\\\(/g, CLOSING = {'```': '```', '$$': '$$', '\\[': '\\]', '\\(': '\\)'};
/** Returns up to where a text will look the same whatever follows: the last line's end outside of code and formulas. */
function settled(text, from) {
  for (let at = from, safe = from;;) {
    OPENING.lastIndex = at;
    const open = OPENING.exec(text);
    const line = text.lastIndexOf('\n', (open?.index ?? text.length) - 1) + 1;
    if (line > at) safe = line;
    const close = open ? text.indexOf(CLOSING[open[0]], open.index + open[0].length) : -1;
    if (close < 0) return safe;
    at = close + CLOSING[open[0]].length;
  }
}
/** Makes the nodes of a part of a text: code, a formula, or plain words. */
function part(p) {
  if (p.startsWith('```')) {
    const pre = el('pre', '', p.slice(3).replace(/^[^\n]*(\n|$)/, '').replace(/```$/, ''));
    pre.tabIndex = 0;
    return [button('Copy', () => copy(pre.textContent)), pre];
  }
  if (/^(\$[^$]+\$|\$\$[\s\S]+\$\$|\\[[(][\s\S]+)$/.test(p)) {
    const cut = p.startsWith('$') && !p.startsWith('$$') ? 1 : 2, m = el('span');
    try { temml.render(p.slice(cut, -cut), m, {displayMode: /^(\$\$|\\\[)/.test(p), throwOnError: true, trust: false}); } catch { m.textContent = p; }
    return [m];
  }
  return [document.createTextNode(p)];
}
/** A text that grows at its end: what is settled is drawn once, and of the rest only what has changed. */
function growing() {
  const box = el('div', 'text');
  let text = '', done = 0, parts = [], nodes = [];
  const draw = pieces => { const made = pieces.flatMap(part); box.append(...made); return made; };
  return {box, update(now) {
    if (now === text) return;
    const end = settled(now, done);
    if (end > done) {
      nodes.forEach(n => n.remove());
      draw(now.slice(done, end).split(PARTS).filter(Boolean));
      done = end;
      parts = [];
      nodes = [];
    }
    const next = now.slice(done).split(PARTS).filter(Boolean), last = parts.length - 1;
    const grown = last >= 0 && next.length === parts.length && next.every((p, i) => i === last ? p.startsWith(parts[i]) : p === parts[i]);
    const more = grown && next[last].slice(parts[last].length);
    const plain = grown && !/[`$\\]/.test(more) && (nodes.at(-1).nodeType === Node.TEXT_NODE || parts[last].startsWith('```') && parts[last].includes('\n'));
    if (plain) (nodes.at(-1).nodeType === Node.TEXT_NODE ? nodes.at(-1) : nodes.at(-1).firstChild ?? nodes.at(-1).appendChild(document.createTextNode(''))).appendData(more);
    else { nodes.forEach(n => n.remove()); nodes = draw(next); }
    parts = next;
    text = now;
  }};
}
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    $('status').textContent = 'Copied';
  } catch {
    $('status').textContent = 'The browser does not allow copying here: select the text instead.';
  }
}
/** Makes an answer's box, which [drawn] brings up to date. */
function boxed(a) {
  a.box = el('article');
  a.view = {thinking: null, text: growing(), tokens: null, end: null};
  a.box.append(el('div', 'name', a.model), a.view.text.box);
  fill(a);
  return a.box;
}
function fill(a) {
  const v = a.view;
  if (a.thinking && !v.thinking) {
    const d = el('details', 'think'), box = el('div', 'text');
    v.thinking = box.appendChild(document.createTextNode(''));
    d.append(el('summary', '', 'Thinking'), box);
    a.box.insertBefore(d, v.text.box);
  }
  if (v.thinking) v.thinking.appendData(a.thinking.slice(v.thinking.length));
  v.text.update(a.text.replace(/^\n+/, ''));
  if (a.tokens.length && !a.running && !v.tokens) a.box.append(v.tokens = probabilities(a.tokens));
  if (a.end && !v.end) a.box.append(v.end = el('p', a.end === 'Stopped.' ? 'name' : 'bad', a.end));
}
/** Shows tokens; the one that is pointed at or focused is told of with its rivals. Arrows go from one to the next. */
function probabilities(tokens) {
  const d = el('details', 'tokens'), text = el('div', 'text'), line = el('p', 'name', 'Point at a token, or go with the arrow keys.');
  line.setAttribute('aria-live', 'polite');
  tokens.forEach((k, i) => {
    const s = el('span', 'token', k.token);
    s.tabIndex = i ? -1 : 0;
    s.onmouseenter = s.onfocus = () => {
      const rivals = (k.top_logprobs ?? []).filter(x => x.token !== k.token);
      line.textContent = [k, ...rivals].map(x => JSON.stringify(x.token) + ' ' + (100 * Math.exp(x.logprob)).toFixed(1) + ' %').join('   ');
    };
    s.onkeydown = e => {
      const next = e.key === 'ArrowRight' ? s.nextSibling : e.key === 'ArrowLeft' ? s.previousSibling : null;
      if (!next) return;
      e.preventDefault();
      s.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    };
    text.append(s);
  });
  d.append(el('summary', '', 'Token probabilities'), text, line);
  return d;
}
function show() {
  $('talk').replaceChildren(...turns.flatMap((t, i) => {
    const u = el('article', 'user'); u.append(el('div', 'name', 'You'), el('div', 'text', t.user), button('Edit', () => edit(i)));
    const row = el('div', 'turn'); row.append(...t.answers.map(boxed));
    return [u, row, ...(i === turns.length - 1 ? [button('Regenerate', again)] : [])];
  }));
  $('talk').scrollTop = $('talk').scrollHeight;
}
function edit(i) {
  if (stopper) return;
  const later = turns.length - 1 - i;
  if (later && !confirm('Editing this message takes away the ' + later + ' after it. Go on?')) return;
  $('text').value = turns[i].user;
  turns.length = i;
  show();
  $('text').focus();
}
/** Draws an answer at most once a frame, and follows its end unless the reader has scrolled up. */
function drawn(a) {
  if (a.drawing) return;
  a.drawing = true;
  requestAnimationFrame(() => {
    a.drawing = false;
    const talk = $('talk');
    const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
    fill(a);
    if (atEnd) talk.scrollTop = talk.scrollHeight;
  });
}
async function answer() {
  const last = turns.length - 1;
  stopper = new AbortController();
  $('stop').disabled = false;
  $('send').disabled = true;
  $('status').textContent = 'Answering';
  const names = [$('model').value, $('beside').value].filter(Boolean);
  const answers = names.map(model => ({model, text: '', thinking: '', tokens: [], end: '', running: true}));
  turns[last].answers = answers;
  show();
  await Promise.all(answers.map(async (a, column) => {
    await stream(a, body(a.model, last, column), stopper.signal, () => drawn(a));
    a.running = false;
    drawn(a);
  }));
  stopper = null;
  $('stop').disabled = true;
  $('send').disabled = false;
  const ends = [...new Set(answers.map(a => a.end))];
  $('status').textContent = ends.length === 1 ? ends[0] || 'Answer finished' : answers.map(a => a.model + ': ' + (a.end || 'finished')).join('  ');
}
const again = () => { if (!stopper && turns.length) answer(); };
$('form').onsubmit = e => { e.preventDefault(); const user = $('text').value.trim(); if (!user || stopper) return; $('text').value = ''; turns.push({user, answers: []}); answer(); };
$('stop').onclick = () => stopper?.abort();
$('help').onclick = () => $('keys').showModal();
$('key').onchange = () => { session.set('key', $('key').value); models(); };
const root = document.documentElement;
if (local.get('theme')) root.dataset.theme = local.get('theme');
$('theme').onclick = () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  local.set('theme', root.dataset.theme);
};
document.onkeydown = e => {
  if (e.target === $('text') && e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); $('form').requestSubmit(); }
  else if (e.key === 'Escape') stopper?.abort();
  else if (e.altKey && e.code === 'KeyR') { e.preventDefault(); again(); }
  else if (e.key === '?' && !/INPUT|TEXTAREA|SELECT/.test(e.target.tagName)) $('keys').showModal();
};
models();
