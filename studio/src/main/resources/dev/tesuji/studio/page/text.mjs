// Shows text that models wrote as nothing but text: signs that would change how the page looks or
// reads (escapes, direction marks, zero-width signs) become visible marks.
import { html } from '/assets/vendor/htm-preact.mjs';

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

export function Visible({ text, most = 20000 }) {
  const all = String(text ?? '');
  const shown = all.slice(0, most);
  const parts = [];
  let from = 0;
  for (let i = 0; i < shown.length; i++) {
    if (CONTROL.test(shown[i])) {
      if (i > from) parts.push(shown.slice(from, i));
      const code = shown.charCodeAt(i);
      const hex = code.toString(16).toUpperCase().padStart(4, '0');
      parts.push(html`<span class="ctl" title=${'U+' + hex}>${code === 27 ? 'ESC' : hex}</span>`);
      from = i + 1;
    }
  }
  if (from < shown.length) parts.push(shown.slice(from));
  if (all.length > most) parts.push(html`<span class="soft"> (${(all.length - most).toLocaleString('en')} characters more)</span>`);
  return parts;
}

export function Says({ text, label = 'text', tall = false, clamp = false, most }) {
  return html`<div class=${'says' + (tall ? ' tall' : '') + (clamp ? ' excerpt' : '')} tabindex=${tall ? 0 : undefined} role=${tall ? 'region' : undefined} aria-label=${tall ? label : undefined}><${Visible} text=${text} most=${most} /></div>`;
}

// The words of two texts with what only one of them has.
export function words(a, b) {
  const x = (a.match(/\s+|\S+/g) || []).slice(0, 1500);
  const y = (b.match(/\s+|\S+/g) || []).slice(0, 1500);
  const table = Array.from({ length: x.length + 1 }, () => new Uint16Array(y.length + 1));
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      table[i][j] = x[i] === y[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  const out = [];
  const add = (kind, text) => {
    if (out.length && out[out.length - 1].kind === kind) out[out.length - 1].text += text;
    else out.push({ kind, text });
  };
  let i = 0, j = 0;
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) { add('same', x[i]); i++; j++; }
    else if (i < x.length && (j === y.length || table[i + 1][j] >= table[i][j + 1])) add('first', x[i++]);
    else add('second', y[j++]);
  }
  return out;
}

export const number = v => typeof v !== 'number' ? (v ?? '') : Number.isInteger(v) ? v.toLocaleString('en') : Math.abs(v) >= 1e-3 && Math.abs(v) < 1e5 ? v.toLocaleString('en', { maximumSignificantDigits: 4 }) : v === 0 ? '0' : v.toExponential(2);
