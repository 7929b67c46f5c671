// What the page of a run shows of games: the score of players against one opponent by how much they
// had learned from, and games to go through move by move.

// How many positions a player of a match had learned from: a teacher's, or those that it played itself.
const learnedFrom = (data, player) => {
  const stage = data.stages.find(s => s.name === player.stage) || {};
  const lines = data.metrics.filter(m => m.stage === player.stage && (!player.step || m.step <= player.step));
  if (stage.examples) return { kind: "imitation", x: stage.examples };
  if (lines.some(l => "positions" in l)) return { kind: "self-play with search", x: Math.max(...lines.map(l => l.positions || 0)) };
  return { kind: "policy gradient", x: lines.reduce((all, l) => all + (l.trained || 0), 0) };
};

const gameSeries = (data, opponent) => {
  const series = new Map();
  for (const m of data.matches) {
    if (m.players[1] !== opponent || !m.player || !m.player.stage || !m.n) continue;
    const { kind, x } = learnedFrom(data, m.player), name = kind + (m.player.visits ? `, ${m.player.visits} visits` : ", policy alone");
    if (x > 0) series.set(name, [...(series.get(name) || []), { x, y: m.score, low: m.score_ci95[0], high: m.score_ci95[1], games: m.n }]);
  }
  return [...series].map(([label, points]) => ({ label, points: points.sort((a, b) => a.x - b.x) }));
};

const intervals = { id: "intervals", afterDatasetsDraw(chart) {
  chart.data.datasets.forEach((set, i) => chart.getDatasetMeta(i).data.forEach((point, j) => {
    const at = set.data[j], c = chart.ctx; if (at.low == null) return;
    c.save(); c.strokeStyle = set.borderColor; c.lineWidth = 1.2; c.beginPath();
    c.moveTo(point.x, chart.scales.y.getPixelForValue(at.low)); c.lineTo(point.x, chart.scales.y.getPixelForValue(at.high)); c.stroke(); c.restore();
  }));
} };

const drawGameSeries = (parent, data) => {
  for (const opponent of new Set(data.matches.filter(m => m.opponent && m.opponent.program).map(m => m.players[1]))) {
    const series = gameSeries(data, opponent), all = series.flatMap(s => s.points.map(p => p.x)); if (all.length < 2) continue;
    const card = make(parent, "div", "", "card"); card.style.marginBottom = "16px";
    make(card, "h3", "Score against " + opponent);
    make(card, "p", "by the positions learned from; bars are 95 % intervals. The dotted line is the opponent's own level, which imitation does not pass.");
    const canvas = make(card, "canvas"); canvas.height = 240;
    const ends = [Math.min(...all) / 1.3, Math.max(...all) * 1.3], soft = colour("--soft");
    new Chart(canvas, { type: "line", plugins: [intervals],
      data: { datasets: [...series.map((s, i) => ({ label: s.label, data: s.points, borderColor: colours[i % 5], backgroundColor: colours[i % 5], borderWidth: 1.6, pointRadius: 3.5 })),
        { label: opponent, data: ends.map(x => ({ x, y: 0.5 })), borderColor: soft, backgroundColor: soft, borderDash: [2, 4], borderWidth: 1.4, pointRadius: 0 }] },
      options: { animation: false, parsing: false, plugins: { legend: { labels: { usePointStyle: true, pointStyle: "line", pointStyleWidth: 26, font: { size: 11 } } },
          tooltip: { callbacks: { title: items => whole(items[0].parsed.x) + " positions", label: item => item.raw.games ? `${item.dataset.label}: ${number(item.raw.y)} [${number(item.raw.low)}, ${number(item.raw.high)}] of ${item.raw.games} games` : item.dataset.label } } },
        scales: { x: { type: "logarithmic", min: ends[0], max: ends[1], title: { display: true, text: "positions learned from" }, grid: { display: false } }, y: { min: 0, max: 1 } } } });
  }
};

// A game of Go from SGF: its size, its players and the board after every move (1 Black, -1 White).
const readGame = sgf => {
  const property = name => (sgf.match(new RegExp("[;\\]\\s]" + name + "\\[((?:[^\\]\\\\]|\\\\.)*)\\]")) || [])[1];
  const [width, height] = [...(property("SZ") || "19").split(":"), property("SZ") || "19"].map(Number);
  const boards = [{ stones: Array(width * height).fill(0), last: -1 }];
  const near = at => [[at % width > 0, at - 1], [at % width < width - 1, at + 1], [at >= width, at - width], [at < width * (height - 1), at + width]].filter(n => n[0]).map(n => n[1]);
  const remove = (stones, at) => { // takes a chain off the board that has no liberty
    const color = stones[at], chain = new Set([at]); let free = false;
    for (const c of chain) for (const n of near(c)) { if (!stones[n]) free = true; if (stones[n] === color) chain.add(n); }
    if (!free) chain.forEach(c => { stones[c] = 0; });
  };
  for (const [, who, where] of sgf.matchAll(/;\s*([BW])\[([a-z]{0,2})\]/g)) {
    const stones = [...boards.at(-1).stones], at = where ? where.charCodeAt(0) - 97 + width * (where.charCodeAt(1) - 97) : -1;
    if (at >= 0 && at < stones.length) {
      const color = who === "B" ? 1 : -1; stones[at] = color;
      for (const n of near(at)) if (stones[n] === -color) remove(stones, n);
      remove(stones, at);
    }
    boards.push({ stones, last: at, who });
  }
  return { width, height, boards, title: `${property("PB") || "?"} (Black) – ${property("PW") || "?"} (White), ${property("RE") || "unfinished"}` };
};

const drawBoard = (svg, game, board) => {
  const { width, height } = game, shape = (tag, values) => {
    const e = document.createElementNS("http://www.w3.org/2000/svg", tag); for (const k in values) e.setAttribute(k, values[k]); svg.append(e);
  };
  svg.replaceChildren(); svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  shape("rect", { width, height, fill: "#dcb35c" });
  for (let i = 0; i < height; i++) shape("path", { d: `M.5 ${i + .5}H${width - .5}`, stroke: "#6b5220", "stroke-width": .03 });
  for (let i = 0; i < width; i++) shape("path", { d: `M${i + .5} .5V${height - .5}`, stroke: "#6b5220", "stroke-width": .03 });
  board.stones.forEach((s, at) => {
    if (!s) return;
    const cx = at % width + .5, cy = Math.floor(at / width) + .5;
    shape("circle", { cx, cy, r: .46, fill: s > 0 ? "#111" : "#f6f6f2", stroke: "#333", "stroke-width": .03 });
    if (at === board.last) shape("circle", { cx, cy, r: .2, fill: "none", stroke: s > 0 ? "#f6f6f2" : "#111", "stroke-width": .07 });
  });
};

const drawGames = (parent, matches) => {
  const games = matches.flatMap(m => (m.sgf || []).map(sgf => readGame(sgf))); if (!games.length) return;
  const card = make(parent, "div", "", "card"); card.style.maxWidth = "440px";
  make(card, "h3", "Games"); make(card, "p", "The first of each match, an opening with both colours.");
  const pick = make(card, "select"), svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"); pick.style.maxWidth = "100%"; pick.ariaLabel = "Game";
  games.forEach((g, i) => { const option = make(pick, "option", g.title); option.value = i; });
  svg.style.cssText = "width:100%;display:block;margin:8px 0;cursor:pointer"; svg.setAttribute("role", "img"); card.append(svg);
  const move = make(card, "input"), told = make(card, "p"); move.type = "range"; move.min = 0; move.style.width = "100%"; move.ariaLabel = "Move";
  const show = () => {
    const game = games[pick.value], board = game.boards[move.value]; drawBoard(svg, game, board);
    told.textContent = `Move ${move.value} of ${game.boards.length - 1}` + (board.who ? `: ${board.who === "B" ? "Black" : "White"}${board.last < 0 ? " passes" : ""}` : ""); svg.ariaLabel = told.textContent;
  };
  const open = () => { move.max = games[pick.value].boards.length - 1; move.value = move.max; show(); };
  pick.onchange = open; move.oninput = show;
  svg.onclick = event => { const box = svg.getBoundingClientRect(); move.value = Number(move.value) + (event.clientX < box.left + box.width / 2 ? -1 : 1); show(); };
  pick.value = 0; open();
};
