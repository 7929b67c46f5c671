// The studio: which view the address asks for.
import { html, render, useEffect } from '/assets/vendor/htm-preact.mjs';
import { usePlace, go } from '/assets/net.mjs';
import { RunsView, RunView } from '/assets/runs.mjs';
import { RolloutsView, RolloutView } from '/assets/rollouts.mjs';
import { CompareView } from '/assets/compare.mjs';

const VIEWS = { '/runs': ['Runs', RunsView], '/run': ['Run', RunView], '/rollouts': ['Rollouts', RolloutsView], '/rollout': ['Rollout', RolloutView], '/compare': ['Compare', CompareView] };

function App() {
  const place = usePlace();
  const path = place.path === '/' ? '/runs' : place.path;
  const [title, View] = VIEWS[path] || VIEWS['/runs'];
  useEffect(() => { document.title = [place.query.run, title, 'Tesuji studio'].filter(Boolean).join(' · '); }, [title, place.query.run]);
  const run = place.query.run || place.query.first;
  const link = (to, text, query = '') => html`<a href=${to + query} aria-current=${path === to ? 'page' : undefined}>${text}</a>`;
  const ofRun = run ? '?run=' + encodeURIComponent(run) : '';
  return html`<a class="skip" href="#main" onClick=${e => { e.preventDefault(); document.getElementById('main').focus(); }}>to the content</a>
  <header class="top"><b>Tesuji studio</b><nav aria-label="views">
    ${link('/runs', 'Runs')}${run ? link('/run', 'Run', ofRun) : null}${run ? link('/rollouts', 'Rollouts', ofRun) : null}${link('/compare', 'Compare', run ? '?first=' + encodeURIComponent(run) : '')}
  </nav></header>
  <main id="main" tabindex="-1"><${View} key=${path} query=${place.query} set=${(changes, replace) => go(path, { ...place.query, ...changes }, replace)} /></main>`;
}

render(html`<${App} />`, document.body);
