// Values as they travel between the program and its tests: plain JSON, so that what arrives is made
// of the language's own types whatever class it had where it came from.
'use strict';
const fs = require('fs');
const LARGEST = 1 << 26;
const IN = 3;
const OUT = 4;

function readExactly(count) {
  const data = Buffer.alloc(count);
  for (let at = 0; at < count; ) {
    let got = 0;
    try {
      got = fs.readSync(IN, data, at, count - at, null);
    } catch (e) {
      if (e.code === 'EAGAIN') continue;
      throw e;
    }
    if (got === 0) process.reallyExit(0);
    at += got;
  }
  return data;
}

function write(data) {
  for (let at = 0; at < data.length; ) {
    try {
      at += fs.writeSync(OUT, data, at);
    } catch (e) {
      if (e.code !== 'EAGAIN') throw e;
    }
  }
}

function frame(text, kind) {
  const data = Buffer.from(text, 'utf8');
  if (data.length > LARGEST) throw new Error('a value of more than ' + LARGEST + ' bytes');
  const head = Buffer.alloc(kind ? 5 : 4);
  if (kind) head.write(kind, 0, 'latin1');
  head.writeUInt32BE(data.length, kind ? 1 : 0);
  write(Buffer.concat([head, data]));
}

/** Returns a value as JSON can hold it; `handle` makes something of what has no such form. */
function encode(value, handle) {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value === undefined) return ['u'];
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : ['n', Object.is(value, -0) ? '-0' : String(value)];
  }
  if (typeof value === 'bigint') return ['g', value.toString()];
  const each = (items) => Array.from(items, (v) => encode(v, handle));
  if (Array.isArray(value)) return ['a', each(value)];
  if (value instanceof Map) {
    return ['M', Array.from(value.entries(), ([k, v]) => [encode(k, handle), encode(v, handle)])];
  }
  if (value instanceof Set) return ['S', each(value.values())];
  if (value instanceof Date) return ['D', value.getTime()];
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const kind = Buffer.isBuffer(value) ? 'Uint8Array' : value.constructor.name;
    return ['T', kind, each(value)];
  }
  if (value instanceof Error) return ['e', String(value.name), String(value.message)];
  const above = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (above === Object.prototype || above === null) {
    return ['o', Object.keys(value).map((k) => [k, encode(value[k], handle)])];
  }
  return handle(value);
}

const TYPED = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array',
  'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'];

/** Returns what was encoded; `handle` makes something of a reference. */
function decode(value, handle) {
  if (!Array.isArray(value)) {
    if (value !== null && typeof value === 'object') throw new Error('no value');
    return value;
  }
  const all = (items) => items.map((v) => decode(v, handle));
  switch (value[0]) {
    case 'u': return undefined;
    case 'n': return Number(value[1]);
    case 'g': return BigInt(value[1]);
    case 'a': return all(value[1]);
    case 'M': return new Map(value[1].map(([k, v]) => [decode(k, handle), decode(v, handle)]));
    case 'S': return new Set(all(value[1]));
    case 'D': return new Date(value[1]);
    case 'T':
      if (!TYPED.includes(value[1])) throw new Error('no value');
      return new globalThis[value[1]](all(value[2]));
    case 'e': return problem(value[1], value[2]);
    case 'o': {
      const made = {};
      for (const [k, v] of value[1]) {
        Object.defineProperty(made, String(k),
          {value: decode(v, handle), writable: true, enumerable: true, configurable: true});
      }
      return made;
    }
    default: return handle(value);
  }
}

const ERRORS = {EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError};

function problem(name, text) {
  const made = new (ERRORS[name] || Error)(String(text));
  made.name = String(name);
  return made;
}

module.exports = {decode, encode, frame, problem, readExactly};
