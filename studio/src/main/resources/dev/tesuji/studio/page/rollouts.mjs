// Rollouts: what the model wrote, and what it was paid for.
import { html, useState, useEffect } from '/assets/vendor/htm-preact.mjs';
import { useAsked, address } from '/assets/net.mjs';
import { Problem, Wait, Files, Head, Choice } from '/assets/parts.mjs';
import { number, Says, Visible } from '/assets/text.mjs';

const values = list => (list || []).filter(v => v.value !== undefined).map(v => ({ value: v.value, label: `${v.value} (${v.count.toLocaleString('en')})` }));

export function RolloutsView({ query, set }) {
  const { run, ...filters } = query;
  const facets = useAsked('facets', { run });
  const page = Number(query.page || 0);
  const found = useAsked('rollouts', { run, size: 50, ...filters });
  const f = facets.data || {};
  const change = changes => set({ page: '', ...changes });
  const sort = query.sort || 'step';
  const descending = query.sort ? query.descending === 'yes' : true;
  const head = (name, text, cls) => html`<th class=${cls} aria-sort=${sort === name ? (descending ? 'descending' : 'ascending') : undefined}><button onClick=${() => change({ sort: name, descending: sort === name && descending ? 'no' : 'yes' })}>${text}${sort === name ? (descending ? ' ↓' : ' ↑') : ''}</button></th>`;
  const parts = (f.parts || []).map(p => p.part).slice(0, 6);
  const rows = found.data ? found.data.rows : [];
  const total = found.data ? found.data.total : 0;
  return html`<h1>Rollouts</h1><p class="lead">${run}: ${total.toLocaleString('en')} ${Object.keys(filters).some(k => !['sort', 'descending', 'page'].includes(k)) ? 'match' : 'in all'}</p>
  <${Problem} error=${found.error || facets.error} />
  ${!found.data && !found.error ? html`<${Wait} />` : null}${found.data && found.data.missing_files ? html`<p class="note" role="status">Reading: ${found.data.missing_files} files are still to come.</p>` : null}
  <div class="card filters"><${Text} label="Text" value=${query.q} onChange=${q => change({ q })} />
  <${Choice} label="Stage" value=${query.stage} options=${values(f.stage)} onChange=${v => change({ stage: v })} />
  <${Number_} label="Step from" value=${query.step_from} onChange=${v => change({ step_from: v })} /><${Number_} label="to" value=${query.step_to} onChange=${v => change({ step_to: v })} />
  <${Choice} label="Verdict" value=${query.verdict} options=${values(f.verdict)} onChange=${v => change({ verdict: v })} />
  <${Choice} label="Truncated" value=${query.truncated} options=${['yes', 'no']} onChange=${v => change({ truncated: v })} />
  <${Choice} label="Trouble" value=${query.trouble} options=${['yes', 'no']} onChange=${v => change({ trouble: v })} />
  <${Number_} label="Tokens from" value=${query.tokens_from} onChange=${v => change({ tokens_from: v })} /><${Number_} label="to" value=${query.tokens_to} onChange=${v => change({ tokens_to: v })} />
  <${Choice} label="Reward part" any="none" value=${query.part} options=${(f.parts || []).map(p => ({ value: p.part, label: `${p.part}: ${number(p.least)} to ${number(p.most)}` }))} onChange=${v => change({ part: v, part_from: '', part_to: '' })} />
  ${query.part ? html`<${Number_} label="Part from" value=${query.part_from} onChange=${v => change({ part_from: v })} /><${Number_} label="to" value=${query.part_to} onChange=${v => change({ part_to: v })} />` : null}
  <${Text} label="Problem" kind="text" value=${query.problem} onChange=${problem => change({ problem })} />
  <a class="plain" href=${address('/rollouts', { run })}>Clear</a><${Files} name="rollouts" parameters=${query} /></div>
  <p></p><div class="scroll" tabindex="0" role="region" aria-label="rollouts"><table><thead><tr>${head('step', 'step')}${head('problem', 'problem', 'text')}${head('verdict', 'verdict', 'text')}${head('reward', 'reward')}${head('advantage', 'advantage')}${parts.map(p => head('part:' + p, p))}${head('tokens', 'tokens')}<th class="text">completion</th></tr></thead><tbody>
  ${rows.map(r => html`<tr><td><a href=${address('/rollout', { run, stage: r.stage, step: r.step, line: r.line })} aria-label=${`step ${r.step}, line ${r.line}`}>${r.step ?? '?'}</a></td><td class="text">${r.problem}</td><td class="text"><span class=${'tag ' + r.verdict}>${r.verdict}</span>${r.trouble ? html` <span class="tag wrong">trouble</span>` : null}</td><td>${number(r.reward)}</td><td>${number(r.advantage)}</td>${parts.map(p => html`<td>${number((r.parts || {})[p])}</td>`)}<td>${r.tokens}${r.finish === 'length' ? html` <span class="tag">cut</span>` : null}</td><td class="wide"><${Says} clamp text=${r.completion} most=${400} /></td></tr>`)}
  </tbody></table></div>
  ${found.data && !rows.length && !found.data.missing_files ? html`<p class="note">No rollout matches.</p>` : null}
  <div class="bar"><button class="plain" disabled=${page === 0} onClick=${() => set({ page: page - 1 || '' })}>Previous page</button><span>page ${page + 1} of ${Math.max(1, Math.ceil(total / 50))}</span><button class="plain" disabled=${(page + 1) * 50 >= total} onClick=${() => set({ page: page + 1 })}>Next page</button></div>`;
}

// Text that is asked for when typing rests.
function Text({ label, value = '', onChange, kind = 'search' }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<label>${label}<input type=${kind} value=${text} onInput=${e => setText(e.target.value)} /></label>`;
}

const Number_ = ({ label, value, onChange }) => html`<label>${label}<input type="number" step="any" value=${value || ''} onChange=${e => onChange(e.target.value)} /></label>`;

export function RolloutView({ query }) {
  const { data, error } = useAsked('rollout', query);
  if (!data) return html`<h1>Rollout</h1>${error ? html`<${Problem} error=${error} />` : html`<${Wait} />`}`;
  const own = data.rollout, group = data.group;
  const mean = name => { const all = group.map(g => name === 'reward' ? g.reward : (g.parts || {})[name]).filter(v => typeof v === 'number'); return all.length ? all.reduce((a, b) => a + b, 0) / all.length : undefined; };
  const parts = Object.keys(own.parts || {}).filter(p => typeof own.parts[p] === 'number');
  const place = g => ({ run: query.run, stage: g.stage, step: g.step, line: g.line });
  return html`<h1>Step ${own.step}, problem ${own.problem}</h1><p class="lead"><a href=${address('/rollouts', { run: query.run, stage: own.stage, step: own.step })}>All of this step</a> · <a href=${address('/rollouts', { run: query.run, problem: own.problem, sort: 'step' })}>This problem at every step</a></p><${Problem} error=${error} />
  <h2>Prompt</h2><div class="card"><${Says} text=${own.prompt} />${own.gold ? html`<h3>Right answer</h3><${Says} text=${own.gold} />` : null}</div>
  <${Head} title=${own.reward === undefined ? 'No reward is known' : `Why was this paid ${number(own.reward)}?`} name="reward" rows=${parts.concat('reward').map(part => ({ part, value: part === 'reward' ? own.reward : own.parts[part], mean_of_group: mean(part) }))} />
  <div class="scroll" tabindex="0" role="region" aria-label="reward"><table><thead><tr><th class="text">part</th><th>this one</th><th>mean of the group</th><th>difference</th></tr></thead><tbody>
  ${parts.concat('reward').map(p => { const v = p === 'reward' ? own.reward : own.parts[p], m = mean(p); return html`<tr><td class="text">${p === 'reward' ? html`<b>reward</b>` : p}</td><td>${number(v)}</td><td>${number(m)}</td><td>${typeof v === 'number' && typeof m === 'number' ? (v > m ? '+' : '') + number(v - m) : ''}</td></tr>`; })}
  </tbody></table></div>
  <p class="soft">Verdict ${own.verdict || 'none'}; ${own.tokens} tokens, ended by ${own.finish || '?'}${own.trouble ? '; trouble: ' + own.trouble : ''}${own.dropped ? '; not learned from: ' + own.dropped : ''}. ${typeof own.advantage === 'number' ? `Its advantage, what the policy learned from, was ${number(own.advantage)}.` : 'It had no advantage: the policy did not learn from it.'}</p>
  <${Tokens} query=${query} />
  <${Head} title=${`The group, ${group.length} ${group.length === 1 ? 'answer' : 'answers'}`} name="group" rows=${group} />
  <div class="answers">${group.map(g => html`<section class=${'card' + (g.line === own.line ? ' chosen' : '')} aria-label=${'answer of line ' + g.line}><div class="answer-head"><span class=${'tag ' + g.verdict}>${g.verdict}</span><b>${number(g.reward)}</b><span class="soft">advantage ${number(g.advantage)} · ${g.tokens} tokens${g.finish === 'length' ? ', cut' : ''}</span>${g.line === own.line ? html`<span class="tag">this one</span>` : html`<a href=${address('/rollout', place(g))}>look at this one</a>`}</div>
  <dl class="kv">${Object.entries(g.parts || {}).map(([k, v]) => html`<dt>${k}</dt><dd>${typeof v === 'object' ? JSON.stringify(v) : number(v)}</dd>`)}</dl><${Says} tall label=${'text of line ' + g.line} text=${g.completion} />
  ${g.length > 20000 ? html`<p><a class="plain" download href=${address('/api/completion', place(g))}>All ${g.length.toLocaleString('en')} characters as a file</a></p>` : null}</section>`)}</div>`;
}

const COLOURS = [{ value: 'sampler', label: 'log-probability' }, { value: 'gap', label: 'trainer minus sampler' }, { value: 'advantage', label: 'advantage' }];
const measure = (token, by) => by === 'gap' ? (token.trainer === undefined ? undefined : token.trainer - token.sampler) : token[by];

// The tokens of a rollout, coloured by what sampler and trainer made of them.
function Tokens({ query }) {
  const { data } = useAsked('tokens', { run: query.run, stage: query.stage, step: query.step, line: query.line });
  const [by, setBy] = useState('sampler');
  if (!data || !data.total) return null;
  const most = Math.max(...data.tokens.map(t => Math.abs(measure(t, by) || 0)), 1e-9);
  const shade = t => { const v = measure(t, by); if (v === undefined) return t.sampled ? 'tok none' : 'tok read'; const n = Math.round(4 * Math.abs(v) / most); return 'tok' + (n ? (v < 0 ? ' m' : ' p') + n : ''); };
  const says = t => [`token ${t.id}`, ...['sampler', 'trainer', 'advantage'].filter(k => t[k] !== undefined).map(k => `${k} ${number(t[k])}`)].join(', ') + (t.sampled ? '' : ', read');
  return html`<${Head} title="Tokens" rows=${data.tokens} /><div class="bar"><${Choice} label="Colour by" value=${by} any=${null} options=${COLOURS} onChange=${setBy} /><span class="soft">darkest: ${number(most)} either way; green is above zero, red below; what the policy read is grey, what the trainer did not score is underlined</span></div>
  <div class="card toks">${data.tokens.map(t => html`<span class=${shade(t)} title=${says(t)}><${Visible} text=${t.text || '·'} /></span>`)}</div>${data.total > data.tokens.length ? html`<p class="soft">The first ${data.tokens.length.toLocaleString('en')} of ${data.total.toLocaleString('en')}.</p>` : null}`;
}
