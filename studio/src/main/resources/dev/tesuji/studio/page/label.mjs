// Judging answers: blind, by keyboard or by touch.
import { html, useState, useEffect, useLayoutEffect, useRef } from '/assets/vendor/htm-preact.mjs';
import { ask, tell, session, address, useAsked } from '/assets/net.mjs';
import { Problem, Wait, Rows } from '/assets/parts.mjs';
import { Says } from '/assets/text.mjs';

export function Login({ open, done }) {
  const [name, setName] = useState(''), [password, setPassword] = useState(''), [error, setError] = useState('');
  const send = async event => {
    event.preventDefault();
    try {
      done(await tell('login', { name, password }));
    } catch (e) { setError(e.message); }
  };
  return html`<h1>${open ? 'Who are you?' : 'Log in'}</h1><p class="lead">${open ? 'What you say is kept under this name.' : 'This studio has accounts.'}</p><${Problem} error=${error} />
  <form class="card filters" onSubmit=${send}><label>Name<input autocomplete="username" required value=${name} onInput=${e => setName(e.target.value)} /></label>
  ${open ? null : html`<label>Password<input type="password" autocomplete="current-password" required value=${password} onInput=${e => setPassword(e.target.value)} /></label>`}
  <button class="plain main">Go on</button></form>`;
}

export function LabelView({ query, who, setWho }) {
  if (!who.name) return html`<${Login} open=${who.open} done=${setWho} />`;
  return query.project ? html`<${Judging} key=${query.project} project=${query.project} />` : html`<${Projects} lead=${who.role === 'lead'} />`;
}

function Projects({ lead }) {
  const { data, error } = useAsked('projects', {});
  return html`<h1>Label</h1><p class="lead">Projects in which answers are judged.</p><${Problem} error=${error} />${!data && !error ? html`<${Wait} />` : null}
  ${data && !data.length ? html`<p class="note">There is no project yet: ./tesuji labels create makes one of rollouts.</p>` : null}
  ${data && data.length ? html`<div class="bar"><${Rows} name="projects" rows=${data} /></div>` : null}<div class="scroll" tabindex="0" role="region" aria-label="projects"><table><thead><tr><th class="text">project</th><th class="text">question</th><th class="text">mode</th><th>items</th><th>by you</th>${lead ? html`<th class="text">of all</th>` : null}</tr></thead><tbody>
  ${(data || []).map(p => html`<tr><td class="text"><a href=${address('/label', { project: p.project })}>${p.project}</a>${p.simulated ? html` <span class="tag">${p.simulated.toLocaleString('en')} simulated</span>` : null}</td><td class="text">${p.question}</td><td class="text">${p.mode}</td><td>${p.items}</td><td>${p.judged}</td>${lead ? html`<td class="text"><a href=${address('/agreement', { project: p.project })}>agreement</a></td>` : null}</tr>`)}</tbody></table></div>`;
}

const LETTERS = 'ABCDEFGHI';
const SEVEN = [[-3, 'A much better'], [-2, 'A better'], [-1, 'A slightly'], [0, 'equal'], [1, 'B slightly'], [2, 'B better'], [3, 'B much better']];
const text = prompt => typeof prompt === 'string' ? prompt : prompt.map(m => `${m.role}: ${typeof m.content === 'string' ? m.content : JSON.stringify(m.content)}`).join('\n\n');

function Judging({ project }) {
  const [task, setTask] = useState(null), [error, setError] = useState(''), [busy, setBusy] = useState(false);
  const show = next => { setTask({ ...next, since: performance.now(), id: crypto.randomUUID ? crypto.randomUUID() : 'j' + Math.random().toString(36).slice(2) + Date.now() }); setBusy(false); };
  useEffect(() => { ask('next', { project }).then(show, e => setError(e.message)); }, []);
  const send = async (name, body) => {
    if (busy) return;
    setBusy(true);
    for (let tries = 0; ; tries++) {
      try {
        show(await tell(name, { project, ...body }));
        setError('');
        return;
      } catch (e) {
        if (e.status || tries === 5) { setError(e.message + (e.status ? '' : '; it was not kept, try again')); setBusy(false); return; }
        await new Promise(r => setTimeout(r, 300 << tries)); // the same id: what arrived twice counts once
      }
    }
  };
  if (!task) return html`<h1>${project}</h1>${error ? html`<${Problem} error=${error} />` : html`<${Wait} />`}`;
  const undo = () => task.last && send('undo', { judgement: task.last });
  return html`<h1>${task.question}</h1><div class="bar"><span class="soft">${project}: ${task.judged} judged by you</span><button class="plain" disabled=${!task.last || busy} onClick=${undo}>Undo <kbd>u</kbd></button><a class="plain" href="/label">All projects</a></div><${Problem} error=${error} />
  ${task.item === null ? html`<p class="note" role="status">Nothing is left to judge. Thank you.</p>` : html`<${Item} key=${task.id} task=${task} busy=${busy} send=${send} undo=${undo} />`}`;
}

function Item({ task, busy, send, undo }) {
  const k = task.answers.length, pairs = task.mode === 'pairs', safety = task.mode === 'safety';
  const [tiers, setTiers] = useState(Array(k).fill(0)), [safe, setSafe] = useState(Array(k).fill(null)), [margin, setMargin] = useState(null), [comment, setComment] = useState(''), [active, setActive] = useState(0);
  const box = useRef(null), note = useRef(null);
  useLayoutEffect(() => box.current.focus({ preventScroll: true }), []); // an effect runs after the page is painted: keys pressed before it would be lost
  const tier = (i, t) => { setTiers(all => all.map((v, j) => j === i ? t : v)); setActive(Math.min(k - 1, i + 1)); };
  const equal = i => i > 0 && tiers[i - 1] && tier(i, tiers[i - 1]);
  const call = (i, value) => setSafe(all => all.map((v, j) => j === i ? (v === value ? null : value) : v));
  const said = pairs ? (margin === null ? null : margin === 0 ? [1, 1] : margin < 0 ? [1, 1 - margin] : [1 + margin, 1]) : tiers;
  const ready = safety ? safe.every(v => v !== null) : pairs ? margin !== null : tiers.every(t => t > 0);
  const body = outcome => ({ id: task.id, item: task.item, outcome, milliseconds: Math.round(performance.now() - task.since), ...(comment.trim() ? { comment: comment.trim() } : {}), ...(outcome === 'judged' ? { ...(safety ? {} : { tiers: said }), ...(safe.some(v => v !== null) ? { safe } : {}) } : {}) });
  const keep = () => ready && send('judge', body('judged'));
  const skip = () => send('judge', body('skipped'));
  const key = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === note.current) {
      if (event.target === note.current && event.key === 'Escape') box.current.focus();
      return;
    }
    const letter = LETTERS.indexOf(event.key.toUpperCase()), digit = '123456789'.indexOf(event.key) + 1;
    const button = event.target.tagName === 'BUTTON' || event.target.tagName === 'A';
    let used = true;
    if (event.key === 'Enter' && !button) keep();
    else if (event.key === 's') skip();
    else if (event.key === 'u') undo();
    else if (event.key === 'k') note.current.focus();
    else if (event.key === '+') call(active, true);
    else if (event.key === '-') call(active, false);
    else if (pairs && digit >= 1 && digit <= 7) setMargin(digit - 4);
    else if (event.key === '=' && !pairs && !safety) equal(active);
    else if (letter >= 0 && letter < k) setActive(letter);
    else if (digit && digit <= k && !pairs && !safety) tier(active, digit);
    else used = false;
    if (used) event.preventDefault();
  };
  return html`<div class="judging" ref=${box} tabindex="-1" onKeyDown=${key} role="group" aria-label="item to judge">
  <section class="card" aria-label="prompt"><${Says} text=${text(task.prompt)} /></section><p></p>
  <div class="answers">${task.answers.map((a, i) => html`<section class=${'card' + (i === active ? ' chosen' : '')} aria-label=${'answer ' + LETTERS[i]} onClick=${() => setActive(i)}>
    <div class="answer-head"><b>${LETTERS[i]}</b>
    ${pairs || safety ? null : html`<span class="tiers" role="group" aria-label=${'tier of ' + LETTERS[i]}>${task.answers.map((_, t) => html`<button class="plain" aria-pressed=${tiers[i] === t + 1} aria-label=${`${LETTERS[i]}: tier ${t + 1}`} onClick=${e => { e.stopPropagation(); tier(i, t + 1); }}>${t + 1}</button>`)}</span>`}
    <span class="tiers" role="group" aria-label=${'safety of ' + LETTERS[i]}><button class="plain" aria-pressed=${safe[i] === true} aria-label=${LETTERS[i] + ' is safe'} onClick=${() => call(i, true)}>safe</button><button class="plain" aria-pressed=${safe[i] === false} aria-label=${LETTERS[i] + ' is unsafe'} onClick=${() => call(i, false)}>unsafe</button></span></div>
    <${Says} tall label=${'text of answer ' + LETTERS[i]} text=${a} /></section>`)}</div>
  ${pairs ? html`<div class="seven" role="group" aria-label="which is better">${SEVEN.map(([m, name], i) => html`<button class="plain" aria-pressed=${margin === m} onClick=${() => setMargin(m)}>${name} <kbd>${i + 1}</kbd></button>`)}</div>` : null}
  <label class="wide">Comment<textarea ref=${note} value=${comment} onInput=${e => setComment(e.target.value)}></textarea></label><p></p>
  <div class="bar"><button class="plain main" disabled=${!ready || busy} onClick=${keep}>Keep <kbd>Enter</kbd></button><button class="plain" disabled=${busy} onClick=${skip}>Skip <kbd>s</kbd></button></div>
  <p class="soft">${pairs ? html`<kbd>1</kbd> to <kbd>7</kbd>: from A much better to B much better.` : safety ? html`A letter chooses an answer, <kbd>+</kbd> calls it safe, <kbd>-</kbd> unsafe.` : html`A letter chooses an answer, a digit puts it into a tier (<kbd>1</kbd> is best; the next answer is chosen then), <kbd>=</kbd> into the tier of the one before; <kbd>+</kbd> safe, <kbd>-</kbd> unsafe.`} <kbd>k</kbd> comment (<kbd>Esc</kbd> leaves it), <kbd>s</kbd> skip, <kbd>u</kbd> undo.</p></div>`;
}
