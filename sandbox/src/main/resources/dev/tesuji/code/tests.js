// Runs the tests, in a process that the program cannot reach. The program's functions are proxies
// here: they send their arguments away and return values that are made of the language's own types,
// so that comparing them is done by this process and by nothing of the program's.
'use strict';
const nodeAssert = require('assert');
const codec = require('./codec.js');

class Gone extends Error {}

const callbacks = [];
const remotes = new Map(); // by number
const numbers = new WeakMap(); // of remotes

function receive() {
  const head = codec.readExactly(5);
  return [String.fromCharCode(head[0]), codec.readExactly(head.readUInt32BE(1)).toString('utf8')];
}

function ask(question) {
  codec.frame(JSON.stringify(question), 'Q');
  while (true) {
    const [kind, text] = receive();
    if (kind === 'X') throw new Gone('the program has ended');
    let reply = null;
    try {
      reply = JSON.parse(text);
    } catch (e) {
      reply = null;
    }
    if (reply === null || typeof reply !== 'object') throw new Gone('the program gave no answer');
    if (reply.callback === undefined) return reply;
    let value;
    try {
      value = {value: put(callbacks[reply.callback](...get(reply.args)))};
    } catch (e) {
      value = {error: [String(e.name), String(e.message)]};
    }
    codec.frame(JSON.stringify(value), 'Q');
  }
}

function valueOf(reply) {
  if (reply.error) throw codec.problem(reply.error[0], reply.error[1]);
  return get(reply.value);
}

function put(value) {
  return codec.encode(value, (v) => {
    if (numbers.has(v)) return ['h', numbers.get(v)];
    if (typeof v === 'function') {
      callbacks.push(v);
      return ['H', callbacks.length - 1];
    }
    throw new TypeError('a test may not hand over such a value');
  });
}

function get(value) {
  return codec.decode(value, (v) => {
    if (v[0] === 'H') return callbacks[v[1]];
    if (v[0] !== 'h' || !Number.isInteger(v[1])) throw new Error('no value');
    return remote(v[1]);
  });
}

/** Does to an argument what the program did to its copy. */
function update(old, now) {
  if (Array.isArray(old) && Array.isArray(now)) {
    old.length = 0;
    old.push(...now);
  } else if (old instanceof Map && now instanceof Map || old instanceof Set && now instanceof Set) {
    old.clear();
    now.forEach((v, k) => (old instanceof Map ? old.set(k, v) : old.add(v)));
  } else if (old !== null && typeof old === 'object' && !numbers.has(old)
      && Object.getPrototypeOf(old) === Object.prototype) {
    Object.keys(old).forEach((k) => delete old[k]);
    Object.assign(old, now);
  }
}

/** Something of the program's that has no plain value: a function, a class, an object. */
function remote(number) {
  if (remotes.has(number)) return remotes.get(number);
  const on = ['h', number];
  const made = new Proxy(function () {}, {
    apply(_, self, args) {
      const of = numbers.has(self) ? put(self) : null;
      const reply = ask({op: 'call', on, self: of, args: put(args)});
      const value = valueOf(reply);
      if (reply.args) get(reply.args).forEach((a, i) => update(args[i], a));
      return value;
    },
    construct: (_, args) => valueOf(ask({op: 'new', on, args: put(args)})),
    get: (_, name) =>
      typeof name === 'symbol' ? undefined : valueOf(ask({op: 'get', on, name})),
    set(_, name, value) {
      valueOf(ask({op: 'set', on, name: String(name), args: put([value])}));
      return true;
    },
  });
  remotes.set(number, made);
  numbers.set(made, number);
  return made;
}

const known = new Map();

function ofProgram(name) {
  if (!known.has(name)) known.set(name, valueOf(ask({op: 'name', name})));
  return known.get(name);
}

/** What the statements see: their own names, then the language's, then the program's. */
function scope(entry) {
  const own = {
    assert: nodeAssert,
    console: {...console, assert: (held, ...text) => nodeAssert(held, text.map(String).join(' '))},
    require,
  };
  return new Proxy(own, {
    has: (_, name) => typeof name === 'string'
      && (name in own || name === entry || name === 'candidate' || !(name in globalThis)),
    get(_, name) {
      if (typeof name === 'symbol') return undefined;
      if (Object.hasOwn(own, name)) return own[name];
      const value = ofProgram(name === 'candidate' && entry ? entry : name);
      if (value === undefined) throw new ReferenceError(name + ' is not defined');
      return value;
    },
  });
}

const AsyncFunction = (async () => {}).constructor;

async function holds(statement, names, entry) {
  const text = statement.trim().replace(/;+\s*$/, '');
  let run;
  try {
    run = new AsyncFunction('$names', 'with ($names) { return (' + text + '\n); }');
  } catch (e) {
    const check = entry && /\bfunction\s+check\s*\(|\bcheck\s*=/.test(text) ? ';check(candidate);' : '';
    run = new AsyncFunction('$names', 'with ($names) { ' + statement + '\n' + check + ' }');
    await run(names);
    return;
  }
  const value = await run(names);
  if (!/^(?:await\s+)?(?:console\s*\.\s*)?assert\b/.test(text)) nodeAssert.strictEqual(value, true);
}

async function main() {
  const task = JSON.parse(receive()[1]);
  let failed = null;
  try {
    const reply = ask({op: 'load'});
    if (reply.syntax) {
      codec.frame('', 'C');
      codec.frame('', 'E');
      return;
    }
    valueOf(reply);
    if (task.entry && ofProgram(task.entry) === undefined) {
      throw new ReferenceError(task.entry + ' is not defined');
    }
  } catch (e) {
    failed = e;
  }
  const names = scope(task.entry);
  for (const [i, statement] of task.asserts.entries()) {
    codec.frame(String(i), 'S');
    let verdict = {ok: true};
    try {
      if (failed) throw failed;
      await holds(statement, names, task.entry);
    } catch (e) {
      const text = e instanceof Error ? e.name + ': ' + e.message : String(e);
      verdict = {ok: false, memory: /allocation failed|Invalid (array|string) length/.test(text), error: text};
    }
    codec.frame(JSON.stringify(verdict), 'V');
  }
  codec.frame('', 'E');
}

main();
