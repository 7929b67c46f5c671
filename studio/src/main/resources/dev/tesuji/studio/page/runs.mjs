// Runs, and one run.
import { html, useState, useEffect, useMemo } from '/assets/vendor/htm-preact.mjs';
import { useAsked, address } from '/assets/net.mjs';
import { Problem, Wait, Files, Head, Spark, Curve, Choice } from '/assets/parts.mjs';
import { number, Visible } from '/assets/text.mjs';

const FIRST = ['reward', 'loss', 'accuracy', 'held_out_accuracy', 'completions/mean_length', 'entropy', 'kl', 'clip_ratio', 'grad_norm', 'frac_reward_zero_std', 'step_time', 'eval_loss'];

function ago(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000;
  return seconds < 90 ? Math.max(0, Math.round(seconds)) + ' s ago' : seconds < 5400 ? Math.round(seconds / 60) + ' min ago' : seconds < 172800 ? Math.round(seconds / 3600) + ' h ago' : Math.round(seconds / 86400) + ' days ago';
}

export function RunsView({ query, set }) {
  const { data, error } = useAsked('runs', {}, 3000);
  const wanted = (query.q || '').toLowerCase();
  const rows = (data || []).filter(r => r.run.toLowerCase().includes(wanted));
  return html`<h1>Runs</h1><p class="lead">Every run under the folder, with what it measures now.</p><${Problem} error=${error} />
  <div class="bar"><label class="row">Find <input type="search" value=${query.q || ''} onInput=${e => set({ q: e.target.value }, true)} /></label><${Files} name="runs" parameters=${{}} /></div>
  ${!data && !error ? html`<${Wait} />` : null}${data && !rows.length ? html`<p class="note">${data.length ? 'No run has that in its name.' : 'No run is here yet: ./tesuji run recipes/r1-zero.yaml makes one.'}</p>` : null}
  <div class="scroll" tabindex="0" role="region" aria-label="runs"><table><thead><tr><th class="text">run</th><th class="text">state</th><th class="text">stage</th><th>step</th><th class="text">measure</th><th>value</th><th class="text">course</th><th>written</th></tr></thead><tbody>
  ${rows.map(r => html`<tr key=${r.run}><td class="text"><a href=${address('/run', { run: r.run })}>${r.run}</a></td><td class="text"><span class=${'tag ' + r.state}>${r.state}</span></td><td class="text">${r.stage}</td><td>${r.step}</td><td class="text">${r.measure}</td><td>${number(r.value)}</td><td class="text"><${Spark} values=${r.spark} /></td><td>${ago(r.changed)}</td></tr>`)}
  </tbody></table></div>`;
}

// The metrics of a run, as they are written.
function useMetrics(run) {
  const [state, set] = useState({ lines: [], state: '' });
  useEffect(() => {
    set({ lines: [], state: '' });
    const source = new EventSource(address('/api/stream', { run }));
    source.onopen = () => set({ lines: [], state: '' });
    source.addEventListener('anew', () => set(s => ({ ...s, lines: [] })));
    source.addEventListener('lines', e => { const more = JSON.parse(e.data); set(s => ({ ...s, lines: s.lines.concat(more) })); });
    source.addEventListener('state', e => set(s => ({ ...s, state: e.data })));
    return () => source.close();
  }, [run]);
  return state;
}

export function RunView({ query, set }) {
  const live = useMetrics(query.run);
  const { data, error } = useAsked('run', { run: query.run }, 5000);
  const [find, setFind] = useState('');
  const stages = [...new Set(live.lines.map(l => l.stage))];
  const stage = query.stage || stages[stages.length - 1] || '';
  const own = useMemo(() => live.lines.filter(l => l.stage === stage), [live.lines, stage]);
  const names = useMemo(() => {
    const all = new Set();
    own.forEach(l => Object.keys(l).forEach(k => typeof l[k] === 'number' && k !== 'step' && all.add(k)));
    return [...all].sort();
  }, [own]);
  const shown = find ? names.filter(n => n.toLowerCase().includes(find.toLowerCase())).slice(0, 40) : (query.all === 'yes' ? names : FIRST.filter(n => names.includes(n)).concat(names.filter(n => n.startsWith('rewards/')))).slice(0, query.all === 'yes' ? 200 : 12);
  const curves = useMemo(() => shown.map(name => ({ name, series: [{ name, points: own.filter(l => typeof l[name] === 'number').map(l => [l.step, l[name]]) }] })), [own, shown.join('|')]);
  if (!data) return html`<h1>${query.run || 'Run'}</h1>${error ? html`<${Problem} error=${error} />` : html`<${Wait} />`}`;
  const state = live.state || data.state;
  return html`<h1>${query.run} <span class=${'tag ' + state}>${state}</span></h1>
  <p class="lead">${own.length ? `${stage}, step ${own[own.length - 1].step}` : 'No step has been written yet.'}</p><${Problem} error=${error} />
  ${data.halted ? html`<div class="error"><b>Halted by the guardian</b> in ${data.halted.stage} after step ${data.halted.step}: ${data.halted.why}</div>` : null}
  <div class="bar">${data.rollouts.length ? html`<a class="plain" href=${address('/rollouts', { run: query.run })}>Rollouts</a>` : null}
  ${data.evaluations.length > 1 ? html`<a class="plain" href=${address('/compare', { first: query.run, first_evaluation: data.evaluations.includes('base') ? 'base' : data.evaluations[0], second: query.run, second_evaluation: data.evaluations.filter(e => e !== 'base').slice(-1)[0] })}>Compare before and after</a>` : null}
  <${Files} name="metrics" parameters=${{ run: query.run }} /></div>
  <${Head} title="Stages" rows=${data.stages} /><div class="scroll" tabindex="0" role="region" aria-label="stages"><table><thead><tr><th class="text">stage</th><th>steps</th><th>seconds</th><th>completions</th><th>tokens written</th><th>tokens in all</th><th>reward</th><th>loss</th><th>mean length</th><th>entropy</th><th>KL</th></tr></thead><tbody>
  ${data.stages.map(s => html`<tr><td class="text">${s.stage}</td><td>${number(s.steps)}</td><td>${number(s.seconds)}</td><td>${number(s.completions)}</td><td>${number(Math.round(s.tokens_generated) || undefined)}</td><td>${number(s.tokens)}</td><td>${number(s.last_reward)}</td><td>${number(s.last_loss)}</td><td>${number(s['last_completions/mean_length'])}</td><td>${number(s.last_entropy)}</td><td>${number(s.last_kl)}</td></tr>`)}
  </tbody></table></div>
  ${data.events.length ? html`<${Head} title="What the guardian saw" name="guardian" rows=${data.events} /><div class="scroll" tabindex="0" role="region" aria-label="events"><table><thead><tr><th class="text">stage</th><th>step</th><th class="text">sign</th><th>value</th></tr></thead><tbody>${data.events.slice(-100).map(e => html`<tr><td class="text">${e.stage}</td><td>${e.step}</td><td class="text">${e.sign}</td><td>${number(e.value)}</td></tr>`)}</tbody></table></div>` : null}
  <h2>Curves</h2><div class="bar"><${Choice} label="Stage" value=${stage} any=${null} options=${stages} onChange=${v => set({ stage: v })} />
  <label>Find a metric<input type="search" value=${find} onInput=${e => setFind(e.target.value)} /></label>
  <label class="row"><input type="checkbox" checked=${query.all === 'yes'} onChange=${e => set({ all: e.target.checked ? 'yes' : '' })} /> all ${names.length}</label></div>
  <div class="grid">${curves.map(c => html`<${Curve} key=${stage + c.name} title=${c.name} series=${c.series} />`)}</div>
  <${Recipe} run=${query.run} text=${data.recipe} other=${query.with} set=${set} />`;
}

function Recipe({ run, text, other, set }) {
  const runs = useAsked('runs', {});
  const diff = useAsked(other ? 'recipe-diff' : '', { run, with: other });
  const differ = diff.data && diff.data.lines.some(l => l.kind !== 'same');
  return html`<h2>Recipe</h2><div class="bar"><${Choice} label="Compare with" value=${other} any="no other run" options=${(runs.data || []).map(r => r.run).filter(r => r !== run)} onChange=${v => set({ with: v })} /></div>
  <${Problem} error=${diff.error} />
  ${other && diff.data && !differ ? html`<p class="note">Both recipes are the same.</p>` : null}
  ${other && differ ? html`<div class="card diff" tabindex="0" role="region" aria-label="differences of recipes">${diff.data.lines.map(l => html`<div class=${l.kind}>${l.kind === 'first' ? '− ' : l.kind === 'second' ? '+ ' : '  '}<${Visible} text=${l.text} /></div>`)}</div>`
    : html`<details><summary>Show the recipe</summary><pre class="card" tabindex="0"><${Visible} text=${text} /></pre></details>`}`;
}
