// A conversation: what is asked, what is answered, and the keys. text.mjs draws an answer's text.
import {button, el, growing} from './text.mjs';
const $ = id => document.getElementById(id);
let turns = []; // {user, answers: [{model, text, thinking, tokens, end, failed}]}, end: how an answer came to its end
let stopper = null; // of the answers that are on their way
let edited = null; // {turn: which message is written anew, draft: what was in the field before}
/** The browser's storage, where it allows one; elsewhere nothing is kept, and the page works all the same. */
const kept = area => ({
  get: key => { try { return window[area].getItem(key); } catch { return null; } },
  set: (key, value) => { try { window[area].setItem(key, value); } catch { /* not allowed here */ } },
});
const session = kept('sessionStorage'), local = kept('localStorage');
$('key').value = session.get('key') ?? '';
const headers = () => ({'content-type': 'application/json', ...($('key').value && {authorization: 'Bearer ' + $('key').value})});
/** Says why the server refused. */
async function fault(r) {
  if (r.status === 401) return $('key').value ? 'The server does not know this API key: open Settings and enter another.' : 'This server wants an API key: open Settings and enter it.';
  try { return (await r.json()).error.message; } catch { return 'The server answered ' + r.status + '.'; }
}
async function models() {
  try {
    const r = await ask('/v1/models', {headers: headers()});
    if (!r.ok) throw new Error(await fault(r));
    const ids = (await r.json()).data.map(m => m.id);
    $('model').replaceChildren(...ids.map(i => new Option(i)));
    $('beside').replaceChildren(new Option('nothing', ''), ...ids.map(i => new Option(i)));
    say('');
  } catch (e) { say(words(e), true); }
}
function say(text, isBad = false) {
  $('status').textContent = text;
  $('status').className = isBad ? 'bad' : '';
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
    if (!whole) throw new Trouble('The answer was cut off: the server closed the stream.');
  } catch (e) {
    a.end = words(e);
    a.failed = e.name !== 'AbortError';
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
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied');
  } catch {
    say('The browser does not allow copying here: select the text instead.', true);
  }
}
/** Makes an answer's box, which [fill] brings up to date. */
function boxed(a) {
  a.box = el('article');
  a.view = {thinking: null, text: growing(copy), tokens: null, end: null};
  a.box.append(el('div', 'name', a.model), a.view.text.box);
  fill(a);
  return a.box;
}
function fill(a) {
  const v = a.view;
  a.box.classList.toggle('running', a.running);
  if (a.thinking && !v.thinking) {
    const d = el('details', 'think'), box = el('div', 'text');
    v.thinking = box.appendChild(document.createTextNode(''));
    d.append(el('summary', '', 'Thinking'), box);
    a.box.insertBefore(d, v.text.box);
  }
  if (v.thinking) v.thinking.appendData(a.thinking.slice(v.thinking.length));
  v.text.update(a.text.replace(/^\n+/, ''));
  if (a.tokens.length && !a.running && !v.tokens) a.box.append(v.tokens = probabilities(a.tokens));
  if (a.end && !v.end) a.box.append(v.end = el('p', a.failed ? 'bad' : 'end', a.end));
}
const percent = logprob => (100 * Math.exp(logprob)).toFixed(1) + ' %';
/** A token as it can be read; of one that is a part of a character, the bytes. */
const seen = k => k.token.includes('\ufffd') && k.bytes ? k.bytes.map(b => b < 128 ? String.fromCharCode(b) : '\\x' + b.toString(16)).join('') : k.token;
const told = k => JSON.stringify(seen(k)).replaceAll('\\\\x', '\\x') + ' ' + percent(k.logprob);
/** Shows tokens, the less sure the darker; the one that is pointed at or focused is told of with its rivals. Arrows go from one to the next. */
function probabilities(tokens) {
  const d = el('details', 'tokens'), text = el('div', 'text'), rivals = el('p', 'rivals', 'Point at a token, or go to the first with Tab and on with the arrow keys.');
  text.setAttribute('role', 'listbox');
  text.setAttribute('aria-label', 'Tokens');
  text.setAttribute('aria-orientation', 'horizontal');
  tokens.forEach((k, i) => {
    const s = el('span', 'token', seen(k));
    s.setAttribute('role', 'option');
    s.setAttribute('aria-label', k.token.trim() ? seen(k) + ' ' + percent(k.logprob) : told(k));
    s.style.setProperty('--doubt', 1 - Math.exp(k.logprob));
    s.tabIndex = i ? -1 : 0;
    s.onmouseenter = s.onfocus = () => {
      const others = (k.top_logprobs ?? []).filter(x => x.token !== k.token);
      rivals.replaceChildren(...[k, ...others].map((x, n) => el(n ? 'span' : 'b', '', told(x))));
    };
    text.append(s);
  });
  text.onkeydown = e => {
    const next = {ArrowRight: e.target.nextSibling, ArrowLeft: e.target.previousSibling, Home: text.firstChild, End: text.lastChild}[e.key];
    if (!next) return;
    e.preventDefault();
    e.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
  d.open = true;
  d.append(el('summary', '', 'Token probabilities'), text, rivals);
  return d;
}
/** Puts every turn on the page; what was drawn before stays as its reader left it. */
function show() {
  const lost = document.activeElement;
  const empty = el('p', 'empty', 'Write a message below, and the model answers here. Enter sends it, ? lists the keys. Nothing goes anywhere but to this server.');
  $('talk').replaceChildren(...turns.length ? turns.flatMap((t, i) => {
    t.box ??= asked(t);
    t.box.classList.toggle('edited', edited?.turn === i);
    const row = el('div', 'turn');
    row.append(...t.answers.map(a => a.box ?? boxed(a)));
    return [t.box, row, ...i === turns.length - 1 ? [button('Regenerate', 'act', again)] : []];
  }) : [empty]);
  $('talk').scrollTop = $('talk').scrollHeight;
  if (lost !== document.activeElement) $('text').focus();
}
function asked(t) {
  const box = el('article', 'user');
  box.append(el('div', 'name', 'You'), el('div', 'text', t.user), button('Edit', 'act', () => edit(turns.indexOf(t))));
  return box;
}
/** Takes a message back into the field. What follows it stays until the message is sent anew. */
function edit(turn) {
  if (stopper) return;
  edited = {turn, draft: edited ? edited.draft : $('text').value};
  $('text').value = turns[turn].user;
  mark();
  const later = turns.length - 1 - turn;
  say('Editing: sending this takes away its answer' + (later ? ' and the ' + (later === 1 ? 'message' : later + ' messages') + ' after it' : '') + '. Escape leaves all as it is.');
  $('text').focus();
}
function leave() {
  $('text').value = edited.draft;
  edited = null;
  mark();
  say('');
}
const mark = () => turns.forEach((t, i) => t.box.classList.toggle('edited', edited?.turn === i));
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
  busy(true);
  say('Answering');
  const names = [$('model').value, $('beside').value].filter((n, i) => n || !i);
  const answers = names.map(model => ({model, text: '', thinking: '', tokens: [], end: '', failed: false, running: true}));
  turns[last].answers = answers;
  show();
  await Promise.all(answers.map(async (a, column) => {
    await stream(a, body(a.model, last, column), stopper.signal, () => drawn(a));
    a.running = false;
    drawn(a);
  }));
  stopper = null;
  busy(false);
  const ends = [...new Set(answers.map(a => a.end))];
  say(ends.length === 1 ? ends[0] || 'Answer finished' : answers.map(a => a.model + ': ' + (a.end || 'finished')).join('  '), answers.some(a => a.failed));
}
/** Lets only what makes sense be pressed; a button that can no longer be gives the focus to the field. */
function busy(is) {
  const focused = document.activeElement;
  document.body.classList.toggle('busy', is);
  $('stop').disabled = !is;
  $('send').disabled = is;
  if (focused.disabled || is && focused.classList.contains('act')) $('text').focus();
}
const again = () => { if (!stopper && turns.length) answer(); };
$('form').onsubmit = e => {
  e.preventDefault();
  const user = $('text').value.trim();
  if (!user || stopper) return;
  $('text').value = edited?.draft ?? '';
  if (edited) turns.length = edited.turn;
  edited = null;
  turns.push({user, answers: []});
  answer();
};
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
  if ($('keys').open) return;
  if (e.target === $('text') && e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); $('form').requestSubmit(); }
  else if (e.key === 'Escape' && stopper) stopper.abort();
  else if (e.key === 'Escape' && edited) leave();
  else if (e.altKey && e.code === 'KeyR') { e.preventDefault(); again(); }
  else if (e.key === '?' && !/INPUT|TEXTAREA|SELECT/.test(e.target.tagName)) { e.preventDefault(); $('keys').showModal(); }
};
show();
models();
