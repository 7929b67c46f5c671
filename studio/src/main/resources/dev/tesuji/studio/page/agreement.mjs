// How far annotators agree.
import { html } from '/assets/vendor/htm-preact.mjs';
import { useAsked, address } from '/assets/net.mjs';
import { Problem, Wait, Head } from '/assets/parts.mjs';
import { number, Visible } from '/assets/text.mjs';
import { Login } from '/assets/label.mjs';

const share = s => s && s.share !== null ? html`${(100 * s.share).toFixed(1)} % <span class="soft">(${(100 * s.low).toFixed(1)} to ${(100 * s.high).toFixed(1)}, ${s.comparisons})</span>` : html`<span class="soft">–</span>`;

export function AgreementView({ query, who, setWho }) {
  if (!who.name) return html`<${Login} open=${who.open} done=${setWho} />`;
  return query.project ? html`<${Agreement} project=${query.project} />` : html`<p class="note"><a href="/label">Choose a project.</a></p>`;
}

function Agreement({ project }) {
  const { data, error } = useAsked('agreement', { project }, 10000);
  if (!data) return html`<h1>Agreement</h1>${error ? html`<${Problem} error=${error} />` : html`<${Wait} />`}`;
  const row = (name, value, meaning) => html`<tr><td class="text">${name}</td><td class="text">${value}</td><td class="wide soft">${meaning}</td></tr>`;
  return html`<h1>Agreement</h1><p class="lead">${project}: ${data.judgements} judgements of ${data.items} items by ${data.annotators} annotators</p>${data.simulated ? html`<p class="note">${data.simulated === data.judgements ? 'No person has' : 'Not only people have'} judged here: ${data.simulated.toLocaleString('en')} of ${data.judgements.toLocaleString('en')} judgements are by simulated annotators.</p>` : null}<${Problem} error=${error} />
  <div class="bar"><a class="plain" download href=${address('/api/export', { project, shape: 'rankings' })}>Rankings</a><a class="plain" download href=${address('/api/export', { project, shape: 'pairs' })}>Pairs</a><a class="plain" download href=${address('/api/export', { project, shape: 'labels' })}>Safety labels</a><a class="plain" download href=${address('/api/export', { project, shape: 'argilla' })}>For Argilla</a><a class="plain" download href=${address('/api/export', { project, shape: 'label-studio' })}>For Label Studio</a></div>
  <${Head} title="Measures" rows=${Object.entries(data).filter(([, v]) => !Array.isArray(v)).map(([measure, value]) => ({ measure, ...(value && typeof value === 'object' ? value : { value }) }))} /><div class="scroll" tabindex="0" role="region" aria-label="measures"><table><thead><tr><th class="text">measure</th><th class="text">value</th><th class="text">what it says</th></tr></thead><tbody>
  ${row("Krippendorff's alpha", data.krippendorff_alpha === null ? '–' : number(data.krippendorff_alpha), data.reason || '1 is agreement without exception, 0 what chance would do')}
  ${row("Kendall's W", data.kendall_w === null ? '–' : number(data.kendall_w), `mean over ${data.kendall_w_items} items that several annotators ranked`)}
  ${row('pairwise agreement', share(data.pairwise_agreement), 'pairs of answers that two annotators order alike, with its 95 % interval')}
  ${row('first shown wins', share(data.order_bias), '50 % is no bias')}${row('longer wins', share(data.longer_is_better), '50 % is no bias')}
  ${row('consistency', share(data.consistency), 'items asked again')}${row('known answers', share(data.gold_accuracy), 'pairs ordered as they should be')}</tbody></table></div>
  <${Head} title="By annotator" rows=${data.by_annotator} /><div class="scroll" tabindex="0" role="region" aria-label="by annotator"><table><thead><tr><th class="text">annotator</th><th>judgements</th><th>skipped</th><th>median seconds</th><th class="text">agreement with others</th><th class="text">first shown wins</th><th class="text">longer wins</th><th class="text">consistency</th><th class="text">known answers</th></tr></thead><tbody>
  ${data.by_annotator.map(a => html`<tr><td class="text">${a.annotator}${a.simulated ? html` <span class="tag">simulated</span>` : null}</td><td>${a.judgements}</td><td>${a.skipped}</td><td>${a.median_milliseconds === null ? '' : number(a.median_milliseconds / 1000)}</td><td class="text">${share(a.pairwise_agreement)}</td><td class="text">${share(a.order_bias)}</td><td class="text">${share(a.longer_is_better)}</td><td class="text">${share(a.consistency)}</td><td class="text">${share(a.gold_accuracy)}</td></tr>`)}</tbody></table></div>
  ${data.over_time.length ? html`<${Head} title="Over time" rows=${data.over_time} /><div class="scroll" tabindex="0" role="region" aria-label="over time"><table><thead><tr><th class="text">day</th><th class="text">pairwise agreement</th></tr></thead><tbody>${data.over_time.map(d => html`<tr><td class="text">${d.day}</td><td class="text">${share(d.pairwise_agreement)}</td></tr>`)}</tbody></table></div>` : null}
  ${data.time_outliers.length ? html`<${Head} title="Unusually fast or slow" rows=${data.time_outliers} /><div class="scroll" tabindex="0" role="region" aria-label="time outliers"><table><thead><tr><th class="text">annotator</th><th class="text">item</th><th>seconds</th><th class="text">kind</th></tr></thead><tbody>${data.time_outliers.map(o => html`<tr><td class="text">${o.annotator}</td><td class="text"><${Visible} text=${o.item} /></td><td>${number(o.milliseconds / 1000)}</td><td class="text">${o.kind}</td></tr>`)}</tbody></table></div>` : null}`;
}
