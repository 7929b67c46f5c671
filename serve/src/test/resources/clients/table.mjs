// Cases by name, many of them rows of tables: a line for each that passes, and status 1 where one fails.
import assert from 'node:assert/strict';

const cases = [];
export const one = (name, run) => cases.push([name, run]);
export const each = (name, rows, run) => rows.forEach((row) => one(`${name} ${JSON.stringify(row)}`, () => run(row)));

export async function runAll() {
  let failed = 0;
  for (const [name, run] of cases) {
    try {
      await run();
      console.log('passed ' + name);
    } catch (e) {
      failed++;
      console.log(`failed ${name}: ${e.stack}`);
    }
  }
  process.exitCode = failed ? 1 : 0;
}

export const ANSWER = 'The answer is café now';
export const flag = {
  type: 'object', properties: { up: { type: 'boolean' } }, required: ['up'], additionalProperties: false,
};

/** Schemas, and what must hold of every value that keeps them. */
export const schemas = [
  [{ ...flag }, (v) => typeof v.up === 'boolean'],
  [{ type: 'object', properties: { a: { const: 5 } }, required: ['a'], additionalProperties: false }, (v) => v.a === 5],
  [{ type: 'object', properties: { a: { enum: ['x', 'y'] } }, required: ['a'], additionalProperties: false },
    (v) => ['x', 'y'].includes(v.a)],
  [{ type: 'object', properties: { a: { type: 'integer', minimum: 3, maximum: 12 } }, required: ['a'],
    additionalProperties: false }, (v) => v.a >= 3 && v.a <= 12],
  [{ type: 'object', properties: { a: { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 2 } },
    required: ['a'], additionalProperties: false }, (v) => v.a.length === 1 || v.a.length === 2],
  [{ type: 'object', properties: { a: { anyOf: [{ type: 'null' }, { const: 'b' }] } }, required: ['a'],
    additionalProperties: false }, (v) => v.a === null || v.a === 'b'],
  [{ type: 'object', properties: { a: { type: 'string', pattern: '^[ab]{2}$' } }, required: ['a'],
    additionalProperties: false }, (v) => /^[ab]{2}$/.test(v.a)],
  [{ type: 'object', properties: { a: { type: 'string', format: 'date' } }, required: ['a'],
    additionalProperties: false }, (v) => /^\d{4}-\d{2}-\d{2}$/.test(v.a)],
];

/** Where each answer begins, what it says, what was thought, and how many tokens it has. */
export const scripts = [
  ['', 'Hello world!', '', 5],
  ['[think]', ANSWER, 'Let me see.', 13],
  ['[half]', 'half', '', 3],
];
export { assert };
