// Two models on the same problems.
import { html, useState } from '/assets/vendor/htm-preact.mjs';
import { useAsked } from '/assets/net.mjs';
import { Problem, Wait, Files, Head, Choice } from '/assets/parts.mjs';
import { number, Says, Visible, words } from '/assets/text.mjs';

function Side({ name, label, query, set, runs }) {
  const detail = useAsked(query[name] ? 'run' : '', { run: query[name] });
  const evaluations = detail.data ? detail.data.evaluations : [];
  return html`<${Choice} label=${label + ' run'} any="choose" value=${query[name]} options=${runs} onChange=${v => set({ [name]: v, [name + '_evaluation']: '' })} />
  <${Choice} label="answers of" any="choose" value=${query[name + '_evaluation']} options=${evaluations} onChange=${v => set({ [name + '_evaluation']: v })} />`;
}

export function CompareView({ query, set }) {
  const runs = useAsked('runs', {});
  const names = (runs.data || []).map(r => r.run);
  const ready = query.first && query.second && query.first_evaluation && query.second_evaluation;
  const wanted = { first: query.first, second: query.second, first_evaluation: query.first_evaluation, second_evaluation: query.second_evaluation };
  const { data, error } = useAsked(ready ? 'compare' : '', wanted);
  return html`<h1>Compare</h1><p class="lead">Two models on the same held-out problems: what only one of them solves.</p>
  <div class="card filters"><${Side} name="first" label="First" query=${query} set=${set} runs=${names} /><${Side} name="second" label="Second" query=${query} set=${set} runs=${names} />${ready ? html`<${Files} name="compare" parameters=${wanted} />` : null}</div><p></p>
  <${Problem} error=${error || runs.error} />${ready && !data && !error ? html`<${Wait} />` : null}${ready && data ? html`<${Result} data=${data} />` : null}`;
}

function Result({ data }) {
  const lost = data.only_first.length, won = data.only_second.length;
  if (!data.problems) return html`<p class="note">Both have no problem in common.</p>`;
  const row = (text, name) => html`<tr><td class="text">${text}</td><td>${number(data.first[name])}</td><td>${number(data.second[name])}</td></tr>`;
  return html`<p>Of ${data.problems} problems in common both solve ${data.both}, neither solves ${data.neither}; only the first solves ${lost}, only the second ${won}. McNemar's exact test: p = ${number(data.mcnemar_p)}${data.mcnemar_p < 0.05 ? '; chance does not explain the difference.' : '; chance explains the difference.'}</p>
  <${Head} title="Both models" rows=${[{ model: 'first', ...data.first }, { model: 'second', ...data.second }]} /><div class="scroll" tabindex="0" role="region" aria-label="both models"><table><thead><tr><th class="text">measure</th><th>first</th><th>second</th></tr></thead><tbody>${row('problems', 'problems')}${row('solved', 'solved')}${row('samples', 'samples')}${row('mean tokens', 'mean_tokens')}${row('cut at the limit', 'truncated')}${row('reflective words per response', 'reflections_per_response')}</tbody></table></div>
  <${Flips} title=${`Only the second solves: ${won}`} flips=${data.only_second} /><${Flips} title=${`Only the first solves: ${lost}`} flips=${data.only_first} />`;
}

function Flips({ title, flips }) {
  const [most, setMost] = useState(10);
  return html`<h2>${title}</h2>${flips.slice(0, most).map(f => html`<${Flip} key=${f.problem} flip=${f} />`)}${flips.length > most ? html`<button class="plain" onClick=${() => setMost(most + 20)}>Show more</button>` : null}`;
}

function Flip({ flip }) {
  const [diff, setDiff] = useState(false);
  const parts = diff ? words(flip.first, flip.second) : [];
  const side = kind => parts.filter(p => p.kind === 'same' || p.kind === kind).map(p => p.kind === 'same' ? html`<${Visible} text=${p.text} />` : kind === 'first' ? html`<del><${Visible} text=${p.text} /></del>` : html`<ins><${Visible} text=${p.text} /></ins>`);
  return html`<details class="card"><summary>Problem ${flip.problem}</summary><${Says} text=${flip.prompt} /><p class="soft">Right answer: <${Visible} text=${flip.gold} /></p><label class="row"><input type="checkbox" checked=${diff} onChange=${e => setDiff(e.target.checked)} /> mark what differs</label>
  <div class="pair"><section><h3>First</h3>${diff ? html`<div class="says">${side('first')}</div>` : html`<${Says} text=${flip.first} />`}</section><section><h3>Second</h3>${diff ? html`<div class="says">${side('second')}</div>` : html`<${Says} text=${flip.second} />`}</section></div></details>`;
}
