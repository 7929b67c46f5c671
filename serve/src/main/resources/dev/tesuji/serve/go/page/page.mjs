// The page keeps the game as SGF; the server answers each request with the position after it.
const $ = id => document.getElementById(id);
const make = (name, className, text) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

let game = null; // the last position of the game, as the server told it
let shown = null; // what the board shows: the game, or an earlier position of it
let thought = null; // about the position shown
let cursor = 0; // the point that the keyboard is at
let busy = null; // aborts what is being asked
let settled = Promise.resolve();
const you = () => $('you').value;
const yours = position => you() === 'both' || position.toMove === you();
const latest = () => game && shown && shown.at === game.at;

async function ask(path, fields) {
  const answer = await fetch('/api/' + path, {
    method: 'POST', headers: {'content-type': 'application/json'},
    body: JSON.stringify(fields), signal: busy?.signal,
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error);
  return json;
}

// Runs one request after another; a later one breaks off what the player is thinking about.
function run(task) {
  busy?.abort();
  const mine = settled.then(async () => {
    busy = new AbortController();
    document.body.dataset.busy = 'true';
    $('trouble').textContent = '';
    try {
      await task();
    } catch (e) {
      if (e.name !== 'AbortError') {
        $('trouble').textContent = e instanceof TypeError ? 'The server does not answer.' : e.message;
      }
    } finally {
      delete document.body.dataset.busy;
      draw();
    }
  });
  settled = mine;
  return mine;
}

function take(position) {
  game = shown = position;
  thought = null;
  try {
    localStorage.setItem('tesuji-go', JSON.stringify({sgf: game.sgf, you: you()}));
  } catch { /* without storage a reload begins anew */ }
  draw();
}

// What was broken off goes on: the player moves where it is its turn, and thinks where it is asked to.
async function follow() {
  if (latest() && !game.over && !yours(game) && !game.refusal) {
    $('status').textContent = 'Thinking …';
    const answer = await ask('move', {sgf: game.sgf});
    take(answer);
    if (answer.resigns) $('trouble').textContent = 'It gives up.';
  }
  await reflect();
}

async function reflect() {
  if ($('think').getAttribute('aria-pressed') === 'true' && !shown.over && latest() && !game.refusal) {
    thought = (await ask('think', {sgf: game.sgf})).thought;
  }
}

const play = vertex => run(async () => {
  if (!latest() || game.over || !yours(game)) return;
  take(await ask('play', {sgf: game.sgf, vertex}));
  await follow();
});

const undo = () => run(async () => {
  if (!game.moves) return;
  let position = await ask('undo', {sgf: game.sgf, moves: 1});
  if (!yours(position) && position.moves) position = await ask('undo', {sgf: position.sgf, moves: 1});
  take(position);
  await follow();
});

const letMove = () => run(async () => {
  if (game.over) return;
  $('status').textContent = 'Thinking …';
  take(await ask('move', {sgf: game.sgf}));
  await follow();
});

const toggleThoughts = () => run(async () => {
  const on = $('think').getAttribute('aria-pressed') !== 'true';
  $('think').setAttribute('aria-pressed', on);
  thought = null;
  await follow();
});

const show = at => run(async () => {
  const to = Math.max(0, Math.min(game.moves, at));
  thought = null;
  shown = to === game.moves ? game : await ask('show', {sgf: game.sgf, at: to});
  await follow();
});

function usualKomi() {
  $('komi').value = $('size').selectedOptions[0].dataset.komi;
}

const begin = () => run(async () => {
  take(await ask('new', {size: Number($('size').value), komi: Number($('komi').value)}));
  cursor = Math.floor(game.board.length / 2);
  await follow();
});

async function open(file) {
  const bytes = await file.arrayBuffer();
  let text;
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    text = new TextDecoder('latin1').decode(bytes);
  }
  await run(async () => {
    take(await ask('show', {sgf: text}));
    $('you').value = 'both';
    cursor = Math.floor(game.board.length / 2);
  });
}

function save() {
  const link = make('a');
  link.href = URL.createObjectURL(new Blob([game.sgf], {type: 'application/x-go-sgf'}));
  link.download = 'game.sgf';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const name = color => color > 0 ? 'black' : 'white';

function stars(width, height) {
  if (width !== height || width < 5) return new Set();
  const near = width >= 13 ? 3 : 2, far = width - 1 - near, middle = (width - 1) / 2;
  const lines = width % 2 && width > 7 ? [near, middle, far] : [near, far];
  const points = new Set(lines.flatMap(row => lines.map(column => row * width + column)));
  if (width % 2) points.add(middle * width + middle);
  if (width === 5) return new Set([12]);
  if (width === 9) [2 * 9 + 4, 4 * 9 + 2, 4 * 9 + 6, 6 * 9 + 4].forEach(p => points.delete(p));
  return points;
}

function cell(point, legal, dots) {
  const {width, height, board, names} = shown;
  const button = make('button');
  button.type = 'button';
  button.tabIndex = point === cursor ? 0 : -1;
  button.dataset.point = point;
  const row = Math.floor(point / width), column = point % width;
  if (column === 0) button.style.setProperty('--w', '50%');
  if (column === width - 1) button.style.setProperty('--e', '50%');
  if (row === 0) button.style.setProperty('--n', '50%');
  if (row === height - 1) button.style.setProperty('--s', '50%');
  button.setAttribute('aria-label', names[point] + (board[point] ? ', ' + name(board[point]) : '')
    + (point === shown.last ? ', last move' : ''));
  if (dots.has(point)) button.append(make('i', 'dot'));
  if (board[point]) button.append(make('i', 'stone ' + name(board[point])));
  if (point === shown.last) button.append(make('i', 'last'));
  if (legal.has(point) && yours(shown)) {
    button.dataset.legal = '';
    button.append(make('i', 'stone ghost ' + shown.toMove));
  }
  button.append(...overlays(point));
  return button;
}

function overlays(point) {
  const marks = [];
  const owners = shown.over ? shown.area : $('owners').checked ? thought?.ownership : null;
  const owner = owners?.[point] ?? 0;
  if (Math.abs(owner) > 0.15 && Math.sign(owner) !== shown.board[point]) {
    const mark = make('i', 'owner');
    mark.style.background = owner > 0 ? '#111' : '#fff';
    mark.style.opacity = Math.min(1, Math.abs(owner));
    marks.push(mark);
  }
  const index = shown.over ? -1 : thought?.candidates.findIndex(c => c.point === point && c.visits > 0) ?? -1;
  if (index >= 0) {
    const wins = thought.candidates[index].winRate;
    const percent = Math.round(100 * (shown.toMove === 'black' ? wins : 1 - wins));
    marks.push(make('i', index ? 'tip' : 'tip best', percent));
  }
  return marks;
}

function drawBoard() {
  const {width, height} = shown;
  const focused = document.activeElement?.dataset?.point !== undefined;
  cursor = Math.min(cursor, width * height - 1);
  const legal = new Set(shown.legal), dots = stars(width, height);
  $('board').style.setProperty('--columns', width);
  $('board').style.gridTemplateColumns = `1.2rem repeat(${width}, minmax(0, 1fr))`;
  const cells = [];
  for (let row = 0; row < height; row++) {
    cells.push(make('span', 'mark', height - row));
    for (let column = 0; column < width; column++) cells.push(cell(row * width + column, legal, dots));
  }
  cells.push(make('span', 'mark'));
  for (let column = 0; column < width; column++) {
    cells.push(make('span', 'mark', shown.names[column].replace(/\d+/, '')));
  }
  $('board').replaceChildren(...cells);
  if (focused) focusCursor();
}

function focusCursor() {
  $('board').querySelector(`[data-point="${cursor}"]`)?.focus();
}

function statusText() {
  const turn = shown.toMove === 'black' ? 'Black' : 'White';
  const last = shown.last < 0 ? '' : shown.last === shown.board.length
    ? (turn === 'Black' ? 'White' : 'Black') + ' passed. ' : 'Last move ' + shown.names[shown.last] + '. ';
  if (shown.over) return `${last}The game is over: ${shown.score}.`;
  if (game.refusal) return `${last}${turn} to move. The player cannot play here: ${game.refusal}`;
  return `${last}${turn} to move${yours(shown) && you() !== 'both' ? ' (you)' : ''}. Move ${shown.at + 1}, komi ${shown.komi}.`;
}

const lead = score => score === 0 ? 'even' : (score > 0 ? 'B+' : 'W+') + Math.abs(score).toFixed(1);

function drawThoughts() {
  const on = $('think').getAttribute('aria-pressed') === 'true';
  $('thoughts').hidden = !on;
  if (!on) return;
  const percent = thought ? (100 * thought.winRate).toFixed(1) : '';
  $('share').style.width = (thought ? 100 * thought.winRate : 50) + '%';
  $('bar').setAttribute('aria-label', thought ? `Black wins with ${percent} per cent` : 'No estimate');
  $('estimate').textContent = !thought
    ? shown.over ? 'The game is over.' : latest() ? 'Thinking …' : 'Thoughts are about the last position.'
    : `Black wins with ${percent} %, score ${lead(thought.score)}, ${thought.visits} ${thought.visits === 1 ? 'visit' : 'visits'}.`;
  $('rows').replaceChildren(...(thought?.candidates ?? []).filter(c => c.visits > 0).map(c => {
    const row = make('tr');
    row.append(...[c.vertex, c.visits, (100 * c.winRate).toFixed(1) + ' %', lead(c.score),
      c.variation.slice(0, 5).join(' ')].map(text => make('td', '', text)));
    return row;
  }));
}

function draw() {
  if (!shown) return;
  drawBoard();
  drawThoughts();
  if (!document.body.dataset.busy) $('status').textContent = statusText();
  $('at').max = game.moves;
  $('at').value = shown.at;
  $('first').disabled = $('back').disabled = shown.at === 0;
  $('forward').disabled = $('end').disabled = shown.at === game.moves;
  $('pass').disabled = !latest() || game.over || !yours(game);
  $('undo').disabled = !game.moves;
  $('move').disabled = !latest() || game.over || game.refusal !== '';
}

$('board').addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  cursor = Number(button.dataset.point);
  if (button.dataset.legal !== undefined) play(shown.names[cursor]);
  else drawBoard();
});

$('board').addEventListener('keydown', event => {
  const {width, height} = shown;
  const steps = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const row = Math.floor(cursor / width) + step[0], column = cursor % width + step[1];
  if (row < 0 || row >= height || column < 0 || column >= width) return;
  const old = $('board').querySelector('[tabindex="0"]');
  if (old) old.tabIndex = -1;
  cursor = row * width + column;
  const next = $('board').querySelector(`[data-point="${cursor}"]`);
  next.tabIndex = 0;
  next.focus();
});

const shortcuts = {
  p: () => !$('pass').disabled && play('pass'), u: undo, m: () => !$('move').disabled && letMove(),
  t: toggleThoughts, '[': () => show(shown.at - 1), ']': () => show(shown.at + 1), '?': () => $('keys').showModal(),
};
document.addEventListener('keydown', event => {
  const typing = event.target.closest?.('input,select,textarea,dialog');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !shown) return;
  const action = shortcuts[event.key.toLowerCase()];
  if (action) {
    event.preventDefault();
    action();
  }
});

$('pass').addEventListener('click', () => play('pass'));
$('undo').addEventListener('click', undo);
$('move').addEventListener('click', letMove);
$('think').addEventListener('click', toggleThoughts);
$('owners').addEventListener('change', draw);
$('first').addEventListener('click', () => show(0));
$('back').addEventListener('click', () => show(shown.at - 1));
$('forward').addEventListener('click', () => show(shown.at + 1));
$('end').addEventListener('click', () => show(game.moves));
$('at').addEventListener('input', () => show(Number($('at').value)));
$('save').addEventListener('click', save);
$('open').addEventListener('click', () => $('file').click());
$('file').addEventListener('change', async () => {
  const file = $('file').files[0];
  $('file').value = '';
  if (file) await open(file);
});
$('new').addEventListener('submit', event => {
  event.preventDefault();
  begin();
});
$('size').addEventListener('change', usualKomi);
$('you').addEventListener('change', () => run(follow));
$('help').addEventListener('click', () => $('keys').showModal());
$('theme').addEventListener('click', () => {
  const dark = document.documentElement.dataset.theme === 'dark'
    || (!document.documentElement.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
});

run(async () => {
  const player = await (await fetch('/api/player')).json();
  const most = player.visits ? `${player.visits} visits` : `${player.seconds} s`;
  $('player').textContent = `against ${player.name}, ${most} a move`;
  $('size').replaceChildren(...player.boards.map(({size, komi}) => {
    const option = make('option', '', `${size}×${size}`);
    option.value = size;
    option.dataset.komi = komi;
    return option;
  }));
  $('size').value = player.size;
  usualKomi();
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem('tesuji-go'));
  } catch { /* nothing is kept */ }
  try {
    if (kept) {
      $('you').value = kept.you;
      take(await ask('show', {sgf: kept.sgf}));
    }
  } catch { /* a game that cannot be read any more */ }
  if (!game) {
    take(await ask('new', {size: player.size, komi: Number($('komi').value)}));
  }
  cursor = Math.floor(game.board.length / 2);
  await follow();
});
