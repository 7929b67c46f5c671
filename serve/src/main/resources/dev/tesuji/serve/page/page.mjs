// The model's words enter the page as text nodes alone; nothing here sets HTML.
const $ = id => document.getElementById(id);
const el = (tag, name = '', text = '') => { const e = document.createElement(tag); e.className = name; e.textContent = text; return e; };
const button = (text, act) => { const b = el('button', '', text); b.type = 'button'; b.onclick = act; return b; };
let turns = []; // {user, answers: [{model, text, thinking, tokens, error}]}
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
  } catch (e) { $('status').textContent = e.message; }
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
    for (let held = '';;) {
      const {value, done} = await reader.read();
      if (done) break;
      const lines = (held + value).split('\n'); held = lines.pop();
      for (const line of lines) {
        if (!line.startsWith('data: ') || line.trim() === 'data: [DONE]') continue;
        const piece = JSON.parse(line.slice(6));
        if (piece.error) throw new Error(piece.error.message);
        const c = piece.choices?.[0]; if (!c) continue;
        a.text += c.delta?.content ?? ''; a.thinking += c.delta?.reasoning_content ?? '';
        a.tokens.push(...(c.logprobs?.content ?? []));
      }
      changed();
    }
  } catch (e) { a.error = e.name === 'AbortError' ? 'Stopped.' : e.message; }
  changed();
}
function rich(text) {
  const out = el('div', 'text');
  for (const p of text.split(/(```[\s\S]*?(?:```|$)|\$\$[\s\S]+?\$\$|\\\[[\s\S]+?\\\]|\\\([\s\S]+?\\\)|\$[^\s$][^$\n]*?[^\s$]\$(?!\d))/)) {
    if (p.startsWith('```')) {
      const code = p.slice(3).replace(/^[^\n]*\n/, '').replace(/```$/, ''); const pre = el('pre', '', code); pre.tabIndex = 0;
      out.append(button('Copy', () => navigator.clipboard.writeText(code)), pre);
    } else if (/^(\$[^$]+\$|\$\$[\s\S]+\$\$|\\[[(][\s\S]+)$/.test(p)) {
      const cut = p.startsWith('$') && !p.startsWith('$$') ? 1 : 2; const m = el('span');
      try { temml.render(p.slice(cut, -cut), m, {displayMode: /^(\$\$|\\\[)/.test(p), throwOnError: true, trust: false}); } catch { m.textContent = p; }
      out.append(m);
    } else out.append(p);
  }
  return out;
}
function fill(box, a) {
  const open = box.querySelector('details')?.open ?? false; const parts = [el('div', 'name', a.model)];
  if (a.thinking) { const d = el('details', 'think'); d.open = open; d.append(el('summary', '', 'Thinking'), el('div', 'text', a.thinking)); parts.push(d); }
  parts.push(rich(a.text));
  if (a.tokens.length) { const d = el('details'); const t = el('div', 'text');
    d.append(el('summary', '', 'Token probabilities'), t); d.open = [...box.querySelectorAll('details')].some(x => x.className !== 'think' && x.open);
    for (const k of a.tokens) { const s = el('span', 'token', k.token); s.title = [k, ...(k.top_logprobs ?? [])].map(x => x.token + ' ' + (100 * Math.exp(x.logprob)).toFixed(1) + ' %').join('\n'); t.append(s); }
    parts.push(d); }
  if (a.error) parts.push(el('p', a.error === 'Stopped.' ? 'name' : 'bad', a.error));
  box.replaceChildren(...parts);
}
function show() {
  $('talk').replaceChildren(...turns.flatMap((t, i) => {
    const u = el('article', 'user'); u.append(el('div', 'name', 'You'), el('div', 'text', t.user), button('Edit', () => { if (stopper) return; $('text').value = t.user; turns.length = i; show(); $('text').focus(); }));
    const row = el('div', 'turn'); row.append(...t.answers.map(a => { a.box = el('article'); fill(a.box, a); return a.box; }));
    return [u, row, ...(i === turns.length - 1 ? [button('Regenerate', again)] : [])];
  }));
  $('talk').scrollTop = $('talk').scrollHeight;
}
async function answer() {
  const last = turns.length - 1; stopper = new AbortController(); $('stop').disabled = false; $('send').disabled = true; $('status').textContent = 'Answering';
  const names = [$('model').value, $('beside').value].filter(Boolean);
  const t = turns[last]; t.answers = names.map(model => ({model, text: '', thinking: '', tokens: [], error: ''})); show();
  await Promise.all(t.answers.map((a, c) => stream(a, body(a.model, last, c), stopper.signal, () => fill(a.box, a))));
  stopper = null; $('stop').disabled = true; $('send').disabled = false; $('status').textContent = 'Answer finished';
}
const again = () => { if (!stopper && turns.length) answer(); };
$('form').onsubmit = e => { e.preventDefault(); const user = $('text').value.trim(); if (!user || stopper) return; $('text').value = ''; turns.push({user, answers: []}); answer(); };
$('stop').onclick = () => stopper?.abort();
$('help').onclick = () => $('keys').showModal();
$('key').onchange = () => { sessionStorage.setItem('key', $('key').value); models(); };
$('theme').onclick = () => { const r = document.documentElement; const dark = r.dataset.theme ? r.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches; r.dataset.theme = dark ? 'light' : 'dark'; };
document.onkeydown = e => {
  if (e.target === $('text') && e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); $('form').requestSubmit(); }
  else if (e.key === 'Escape') stopper?.abort();
  else if (e.altKey && e.code === 'KeyR') { e.preventDefault(); again(); }
  else if (e.key === '?' && !/INPUT|TEXTAREA|SELECT/.test(e.target.tagName)) $('keys').showModal();
};
models();
