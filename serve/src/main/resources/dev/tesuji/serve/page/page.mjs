// The model's words enter the page as text nodes alone; nothing here sets HTML.
const $ = id => document.getElementById(id);
const el = (tag, name = '', text = '') => { const e = document.createElement(tag); e.className = name; e.textContent = text; return e; };
const button = (text, act) => { const b = el('button', '', text); b.type = 'button'; b.onclick = act; return b; };
let turns = []; // {user, answers: [{model, text, thinking, tokens, end}]}, end: how an answer came to its end
let stopper = null;
$('key').value = sessionStorage.getItem('key') ?? '';
const headers = () => ({'content-type': 'application/json', ...($('key').value && {authorization: 'Bearer ' + $('key').value})});
async function fault(r) { try { return (await r.json()).error.message; } catch { return 'The server answered ' + r.status; } }
async function models() {
  try {
    const r = await fetch('/v1/models', {headers: headers()});
    if (!r.ok) throw new Error(r.status === 401 ? 'This server wants an API key: open Settings and enter it.' : await fault(r));
    const ids = (await r.json()).data.map(m => m.id);
    $('model').replaceChildren(...ids.map(i => new Option(i)));
    $('beside').replaceChildren(new Option('nothing', ''), ...ids.map(i => new Option(i)));
    $('status').textContent = '';
  } catch (e) { $('status').textContent = words(e); }
}
/** Says in plain words why a request failed. */
function words(e) {
  if (e.name === 'AbortError') return 'Stopped.';
  return e instanceof TypeError ? 'The server cannot be reached; is it still running?' : e.message;
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
    const r = await fetch('/v1/chat/completions', {method: 'POST', headers: headers(), body: JSON.stringify(request), signal});
    if (!r.ok) throw new Error(await fault(r));
    const reader = r.body.pipeThrough(new TextDecoderStream()).getReader();
    let whole = false;
    for (let held = '';;) {
      const {value, done} = await reader.read();
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
function take(a, piece) {
  if (piece.error) throw new Error(piece.error.message);
  const c = piece.choices?.[0];
  if (!c) return;
  a.text += c.delta?.content ?? '';
  a.thinking += c.delta?.reasoning_content ?? '';
  a.tokens.push(...(c.logprobs?.content ?? []));
  if (c.finish_reason === 'length') a.end = 'Cut off at the limit of tokens.';
}
function rich(text) {
  const out = el('div', 'text');
  for (const p of text.split(/(```[\s\S]*?(?:```|$)|\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\\([\s\S]+?\\\)|\$[^\s$][^$\n]*?[^\s$]\$(?!\d))/)) {
    if (p.startsWith('```')) {
      const code = p.slice(3).replace(/^[^\n]*\n/, '').replace(/```$/, ''); const pre = el('pre', '', code); pre.tabIndex = 0;
      out.append(button('Copy', () => copy(code)), pre);
    } else if (/^(\$[^$]+\$|\$\$[\s\S]+\$\$|\\[[(][\s\S]+)$/.test(p)) {
      const cut = p.startsWith('$') && !p.startsWith('$$') ? 1 : 2; const m = el('span');
      try { temml.render(p.slice(cut, -cut), m, {displayMode: /^(\$\$|\\\[)/.test(p), throwOnError: true, trust: false}); } catch { m.textContent = p; }
      out.append(m);
    } else out.append(p);
  }
  return out;
}
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    $('status').textContent = 'Copied';
  } catch {
    $('status').textContent = 'The browser does not allow copying here: select the text instead.';
  }
}
function fill(box, a) {
  const isOpen = name => box.querySelector('details.' + name)?.open ?? false;
  const parts = [el('div', 'name', a.model)];
  if (a.thinking) {
    const d = el('details', 'think');
    d.open = isOpen('think');
    d.append(el('summary', '', 'Thinking'), el('div', 'text', a.thinking));
    parts.push(d);
  }
  parts.push(rich(a.text.replace(/^\n+/, '')));
  if (a.tokens.length && !a.running) parts.push(probabilities(a.tokens, isOpen('tokens')));
  if (a.end) parts.push(el('p', a.end === 'Stopped.' ? 'name' : 'bad', a.end));
  box.replaceChildren(...parts);
}
/** Shows tokens; the one that is pointed at or focused is told of with its rivals. Arrows go from one to the next. */
function probabilities(tokens, open) {
  const d = el('details', 'tokens'), text = el('div', 'text'), line = el('p', 'name', 'Point at a token, or go with the arrow keys.');
  d.open = open;
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
    const row = el('div', 'turn'); row.append(...t.answers.map(a => { a.box = el('article'); fill(a.box, a); return a.box; }));
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
    fill(a.box, a);
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
  $('status').textContent = answers.map(a => a.end).find(Boolean) ?? 'Answer finished';
}
const again = () => { if (!stopper && turns.length) answer(); };
$('form').onsubmit = e => { e.preventDefault(); const user = $('text').value.trim(); if (!user || stopper) return; $('text').value = ''; turns.push({user, answers: []}); answer(); };
$('stop').onclick = () => stopper?.abort();
$('help').onclick = () => $('keys').showModal();
$('key').onchange = () => { sessionStorage.setItem('key', $('key').value); models(); };
const root = document.documentElement;
if (localStorage.getItem('theme')) root.dataset.theme = localStorage.getItem('theme');
$('theme').onclick = () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
};
document.onkeydown = e => {
  if (e.target === $('text') && e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); $('form').requestSubmit(); }
  else if (e.key === 'Escape') stopper?.abort();
  else if (e.altKey && e.code === 'KeyR') { e.preventDefault(); again(); }
  else if (e.key === '?' && !/INPUT|TEXTAREA|SELECT/.test(e.target.tagName)) $('keys').showModal();
};
models();
