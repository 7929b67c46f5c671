// Pieces that several views have.
import { html, useEffect, useRef } from '/assets/vendor/htm-preact.mjs';
import { address } from '/assets/net.mjs';

export const Problem = ({ error }) => error ? html`<div class="error" role="alert">${error}</div>` : null;

export const Wait = () => html`<p class="soft" role="status" aria-busy="true">Reading …</p>`;

export const Files = ({ name, parameters }) => html`<span class="files">
  <a class="plain" download href=${address('/api/' + name, { ...parameters, format: 'csv' })}>CSV</a>
  <a class="plain" download href=${address('/api/' + name, { ...parameters, format: 'json' })}>JSON</a></span>`;

// A table that the page has as files: every field of its rows, as exact as the server said it.
export function Rows({ name, rows }) {
  const save = kind => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([kind === 'csv' ? csv(rows) : JSON.stringify(rows, null, 1)], { type: kind === 'csv' ? 'text/csv' : 'application/json' }));
    link.download = name.replace(/[^a-z0-9]+/gi, '-') + '.' + kind;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  return html`<span class="files"><button class="plain" aria-label=${name + ' as CSV'} onClick=${() => save('csv')}>CSV</button><button class="plain" aria-label=${name + ' as JSON'} onClick=${() => save('json')}>JSON</button></span>`;
}

// RFC 4180; what a spreadsheet would compute gets an apostrophe before it.
function csv(rows) {
  const columns = [...new Set(rows.flatMap(r => Object.keys(r)))];
  const quoted = v => /[",\r\n]/.test(v) ? '"' + v.replaceAll('"', '""') + '"' : v;
  const cell = v => v === null || v === undefined ? '' : typeof v === 'string' ? quoted(/^[=+\-@\t\r]/.test(v) ? "'" + v : v) : quoted(JSON.stringify(v));
  return [columns.map(quoted), ...rows.map(r => columns.map(c => cell(r[c])))].map(l => l.join(',') + '\r\n').join('');
}

export const Head = ({ title, name = title, rows }) => html`<div class="head"><h2>${title}</h2>${rows && rows.length ? html`<${Rows} name=${name} rows=${rows} />` : null}</div>`;

export function Spark({ values }) {
  if (!values || values.length < 2) return html`<span class="soft">–</span>`;
  const low = Math.min(...values), high = Math.max(...values), range = high - low || 1;
  const points = values.map((v, i) => `${(i / (values.length - 1) * 118 + 1).toFixed(1)},${(24 - (v - low) / range * 22).toFixed(1)}`).join(' ');
  return html`<svg class="spark" viewBox="0 0 120 26" role="img" aria-label=${`from ${values[0]} to ${values[values.length - 1]}`}><polyline points=${points} /></svg>`;
}

const DASHES = [[], [6, 4], [2, 3], [9, 3, 2, 3]];

// A line chart: series are {name, points: [[x, y]]}.
export function Curve({ title, series, label = 'step' }) {
  const canvas = useRef(null), chart = useRef(null);
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name).trim();
    const colours = [colour('--accent'), colour('--warm'), colour('--mark'), colour('--soft')];
    const datasets = series.map((s, i) => ({
      label: s.name, data: s.points.map(([x, y]) => ({ x, y })), borderColor: colours[i % 4], backgroundColor: colours[i % 4],
      borderDash: DASHES[i % 4], borderWidth: 1.7, pointRadius: s.points.length < 3 ? 3 : 0, pointHitRadius: 8,
    }));
    if (!chart.current) {
      chart.current = new window.Chart(canvas.current, {
        type: 'line', data: { datasets },
        options: {
          animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false,
          interaction: { mode: 'nearest', axis: 'x', intersect: false },
          plugins: { legend: { display: series.length > 1, labels: { color: colour('--ink'), usePointStyle: true, pointStyle: 'line', pointStyleWidth: 34 } }, decimation: { enabled: true, algorithm: 'lttb', samples: 500 } },
          scales: {
            x: { type: 'linear', title: { display: true, text: label, color: colour('--soft') }, ticks: { color: colour('--soft'), precision: 0 }, grid: { color: colour('--line') } },
            y: { ticks: { color: colour('--soft') }, grid: { color: colour('--line') } },
          },
        },
      });
    } else {
      chart.current.data.datasets = datasets;
      chart.current.update('none');
    }
  }, [series]);
  useEffect(() => () => chart.current && chart.current.destroy(), []);
  const save = () => {
    const link = document.createElement('a');
    link.href = canvas.current.toDataURL('image/png');
    link.download = title.replace(/[^a-z0-9]+/gi, '-') + '.png';
    link.click();
  };
  const last = series.map(s => s.points.length ? s.points[s.points.length - 1][1] : null).filter(v => v !== null);
  return html`<section class="card"><div class="chart-head"><h3>${title}</h3><button class="plain" onClick=${save} aria-label=${'save ' + title + ' as PNG'}>PNG</button></div>
    <div class="chart"><canvas ref=${canvas} role="img" aria-label=${`${title}, last ${last.map(v => v.toPrecision(4)).join(', ')}`}></canvas></div></section>`;
}

export const Choice = ({ label, value, options, onChange, any = 'all' }) => html`<label>${label}<select value=${value || ''} onChange=${e => onChange(e.target.value)}>
  ${any === null ? null : html`<option value="">${any}</option>`}${options.map(o => html`<option value=${o.value ?? o}>${o.label ?? o}</option>`)}</select></label>`;
