// What the pages of one run and of several seeds show alike: the models of a run in a table, what
// stages cost, and pass@k beside maj@k before and after reinforcement learning.
const byId = id => document.getElementById(id);
const make = (parent, tag, text = "", kind = "") => {
  const e = document.createElement(tag); e.textContent = text; if (kind) e.className = kind; parent.append(e); return e;
};
const cell = (row, text, kind) => make(row, "td", text, kind);
const headings = (table, words) => { const row = make(table, "tr"); words.forEach(w => make(row, "th", w)); };
const number = (v, digits = 3) => v === null || v === undefined ? "–" : Number(v).toFixed(digits);
const time = s => { const all = Math.round(s); return all < 60 ? all + " s" : Math.floor(all / 60) + " min " + all % 60 + " s"; };
const whole = v => v ? Math.round(v).toLocaleString("en") : "–";

const indifferent = new Set(["thinking_length", "response_length", "reflective_words"]);
// Of what is told of a task (response_length/TASK), only accuracies and consistency can be better.
const isIndifferent = measure => indifferent.has(measure) || (measure.includes("/") && !/^(accuracy|language_consistency)\//.test(measure));
const lessIsMore = new Set(["over_refusal", "look_alike_refusal"]);
const digits = measure => /_length(\/|$)/.test(measure) ? 1 : measure === "reflective_words" ? 2 : 3;
const measured = (v, measure) => number(v, digits(measure));

const modelTable = (table, rows, columns) => {
  headings(table, ["", ...columns.map(c => c.title)]);
  for (const m of rows) {
    const row = make(table, "tr"); cell(row, m.name);
    for (const c of columns) {
      const v = m.values[c.name], ci = m.values[c.name + "_ci95"], all = rows.map(r => r.values[c.name]).filter(x => x != null);
      const best = all.length > 1 && !isIndifferent(c.name) && v === (lessIsMore.has(c.name) ? Math.min(...all) : Math.max(...all));
      const shown = cell(row, measured(v, c.name), best ? "best" : "");
      if (ci) make(shown, "span", measured(ci[0], c.name) + " – " + measured(ci[1], c.name), "ci");
    }
  }
};

const costTable = (table, stages, wall) => {
  headings(table, ["stage", "kind", "steps", "training", "evaluation", "completions", "tokens generated", "tokens of prompts and texts in all"]);
  const line = (s, kind) => {
    const row = make(table, "tr", "", kind);
    for (const text of [s.name, s.kind, s.steps, time(s.seconds), s.evaluation_seconds ? time(s.evaluation_seconds) : "–",
      whole(s.completions), whole(s.tokens_generated), whole(s.tokens)]) cell(row, text);
  };
  stages.forEach(s => line(s));
  const sum = key => stages.reduce((all, s) => all + (s[key] || 0), 0);
  line({ name: "the whole, " + time(wall) + " with all evaluations", kind: "", steps: sum("steps"), seconds: sum("seconds"), evaluation_seconds: sum("evaluation_seconds"),
    completions: sum("completions"), tokens_generated: sum("tokens_generated"), tokens: sum("tokens") }, "whole");
};

const style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(name).trim();
Chart.defaults.color = colour("--soft"); Chart.defaults.borderColor = colour("--line");
const colours = ["#2f9e77", "#d0703f", "#6f83cf", "#b45bb0", "#a08a3c"];

const drawSharpening = (parent, list, seeds = 1) => {
  make(parent, "p", `Shares of held-out problems${list[0].reasoning ? " that ask for reasoning" : ""}, before and after a stage: pass@k counts those of which one of k samples is right, maj@k those of which the ` +
    "majority is. DeepSeekMath (section 5.2.2) found that reinforcement learning raises maj@k and hardly pass@k: it makes probable what was possible." + (seeds > 1 ? ` Means over ${seeds} seeds.` : ""), "lead");
  const grid = make(parent, "div", "", "grid");
  for (const s of list) {
    const card = make(grid, "div", "", "card"), last = s.points.at(-1), k = last.k;
    const change = key => `${key}@${k} ${number(last.before[key])} → ${number(last.after[key])} (${last.after[key] < last.before[key] ? "−" : "+"}${number(Math.abs(last.after[key] - last.before[key]))})`;
    make(card, "h3", `${s.from} → ${s.stage}`); make(card, "p", change("maj") + ", " + change("pass"));
    const canvas = make(card, "canvas"); canvas.height = 240;
    const line = (key, side, color) => ({ label: `${key}@k ${side}`, data: s.points.map(p => p[side][key]), borderColor: color, backgroundColor: color,
      borderWidth: 1.8, pointRadius: 2.5, borderDash: side === "before" ? [5, 4] : [] });
    new Chart(canvas, { type: "line",
      data: { labels: s.points.map(p => p.k), datasets: [line("pass", "before", colours[2]), line("pass", "after", colours[2]), line("maj", "before", colours[1]), line("maj", "after", colours[1])] },
      options: { animation: false, interaction: { mode: "index", intersect: false }, plugins: { legend: { labels: { usePointStyle: true, pointStyle: "line", pointStyleWidth: 26, font: { size: 11 } } },
          tooltip: { callbacks: { title: items => "k = " + items[0].label, label: item => item.dataset.label + " " + number(item.parsed.y) } } },
        scales: { x: { title: { display: true, text: "k samples" }, grid: { display: false } }, y: { min: 0, max: 1 } } } });
  }
};
