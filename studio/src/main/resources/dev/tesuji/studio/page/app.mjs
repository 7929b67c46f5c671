// The studio: which view the address asks for.
import { html, render, useState, useEffect } from '/assets/vendor/htm-preact.mjs';
import { usePlace, go, ask, tell, session } from '/assets/net.mjs';
import { RunsView, RunView } from '/assets/runs.mjs';
import { RolloutsView, RolloutView } from '/assets/rollouts.mjs';
import { CompareView } from '/assets/compare.mjs';
import { LabelView, Login } from '/assets/label.mjs';
import { AgreementView } from '/assets/agreement.mjs';

const VIEWS = { '/runs': ['Runs', RunsView], '/run': ['Run', RunView], '/rollouts': ['Rollouts', RolloutsView], '/rollout': ['Rollout', RolloutView], '/compare': ['Compare', CompareView], '/label': ['Label', LabelView], '/agreement': ['Agreement', AgreementView] };
const LABELS = ['/label', '/agreement'];

function App() {
  const [who, setWho] = useState(null);
  const known = w => { session.token = w.csrf || ''; setWho(w); };
  useEffect(() => { ask('session').then(known, () => known({ open: false })); }, []);
  const place = usePlace();
  const path = place.path === '/' ? '/runs' : place.path;
  const [title, View] = VIEWS[path] || VIEWS['/runs'];
  useEffect(() => { document.title = [place.query.run, title, 'Tesuji studio'].filter(Boolean).join(' · '); }, [title, place.query.run]);
  const run = place.query.run || place.query.first;
  if (!who) return null;
  const blind = !who.open && who.role !== 'lead';
  const shown = blind && !LABELS.includes(path) ? (who.name ? LabelView : null) : View;
  const link = (to, text, query = '') => html`<a href=${to + query} aria-current=${path === to ? 'page' : undefined}>${text}</a>`;
  const ofRun = run ? '?run=' + encodeURIComponent(run) : '';
  return html`<a class="skip" href="#main" onClick=${e => { e.preventDefault(); document.getElementById('main').focus(); }}>to the content</a>
  <header class="top"><b>Tesuji studio</b><nav aria-label="views">
    ${blind ? null : html`${link('/runs', 'Runs')}${run ? link('/run', 'Run', ofRun) : null}${run ? link('/rollouts', 'Rollouts', ofRun) : null}${link('/compare', 'Compare', run ? '?first=' + encodeURIComponent(run) : '')}`}${link('/label', 'Label')}
  </nav>${who.name ? html`<span class="who">${who.name}<button class="plain" onClick=${() => tell('logout', {}).then(w => known({ ...w, open: who.open }))}>Log out</button></span>` : null}</header>
  <main id="main" tabindex="-1">${shown ? html`<${shown} key=${path} query=${place.query} who=${who} setWho=${known} set=${(changes, replace) => go(path, { ...place.query, ...changes }, replace)} />` : html`<${Login} open=${who.open} done=${known} />`}</main>`;
}

render(html`<${App} />`, document.body);
