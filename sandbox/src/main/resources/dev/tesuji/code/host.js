// Holds the program. Answers questions about it: names, calls, attributes. It is the program's own
// process, so that the program can make it say anything; all it can say is what a call returned.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const codec = require('./codec.js');

const source = fs.readFileSync(path.join(__dirname, 'program.js'), 'utf8');
const held = []; // what the tests have references to
const numbers = new Map();

function receive() {
  return JSON.parse(codec.readExactly(codec.readExactly(4).readUInt32BE(0)).toString('utf8'));
}

function send(message) {
  codec.frame(JSON.stringify(message));
}

function hold(value) {
  if (typeof value === 'symbol') throw new Error('a symbol is no value');
  if (!numbers.has(value)) {
    numbers.set(value, held.length);
    held.push(value);
  }
  return ['h', numbers.get(value), typeof value];
}

function put(value) {
  return codec.encode(value, hold);
}

function get(value) {
  return codec.decode(value, (v) => (v[0] === 'H' ? callback(v[1]) : held[v[1]]));
}

/** A function of the tests that they handed to the program. */
function callback(number) {
  return (...args) => {
    send({callback: number, args: put(args)});
    const reply = receive();
    if (reply.error) throw codec.problem(reply.error[0], reply.error[1]);
    return get(reply.value);
  };
}

function load() {
  let script;
  try {
    script = new vm.Script(source, {filename: 'program.js'});
  } catch (e) {
    process.stderr.write(e.name + ': ' + e.message + '\n');
    return {syntax: true};
  }
  globalThis.module = {exports: {}};
  globalThis.exports = globalThis.module.exports;
  globalThis.require = require;
  script.runInThisContext();
  return {value: true};
}

function named(name) {
  const found = vm.runInThisContext('typeof ' + name + " === 'undefined' ? undefined : " + name);
  return found === undefined ? globalThis.module.exports[name] : found;
}

async function answer(q) {
  if (q.op === 'load') return load();
  if (q.op === 'name') return {value: put(named(q.name))};
  const on = get(q.on);
  const args = q.args ? get(q.args) : [];
  switch (q.op) {
    case 'call': {
      const value = await Reflect.apply(on, q.self ? get(q.self) : undefined, args);
      const changed = args.some((a) => a !== null && typeof a === 'object');
      return {value: put(value), args: changed ? put(args) : null};
    }
    case 'new': return {value: put(Reflect.construct(on, args))};
    case 'get': return {value: put(on[q.name])};
    case 'set': on[q.name] = args[0]; return {value: true};
    default: throw new Error('no question');
  }
}

async function serve() {
  while (true) {
    const question = receive();
    let reply;
    try {
      reply = await answer(question);
    } catch (e) {
      const name = e instanceof Error ? String(e.name) : 'Error';
      const text = e instanceof Error ? String(e.message) : String(e);
      process.stderr.write(name + ': ' + text + '\n');
      reply = {error: [name, text]};
    }
    try {
      send(reply);
    } catch (e) {
      send({error: ['Error', String(e.message)]});
    }
  }
}

serve();
