import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, Output, streamText, tool } from 'ai';
import { ANSWER, assert, each, flag, one, runAll, schemas, scripts } from './table.mjs';

const provider = (start, more = {}, apiKey = 'secret') =>
  createOpenAICompatible({
    name: 'tesuji',
    baseURL: process.argv[2],
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
    transformRequestBody: (body) => ({ ...body, chat_template_kwargs: { start }, ...more }),
  });
const asked = (start, more, fields) =>
  ({ model: provider(start, fields)('scripted'), prompt: 'Say it.', maxRetries: 0, seed: 3, ...more });
/** Asks; `fields` are those of the request that the SDK has no name for. */
const ask = (start, more = {}, fields = {}) => generateText(asked(start, more, fields));
async function joined(start, more = {}, fields = {}) {
  const stream = streamText({ ...asked(start, more, fields), onError: () => {} });
  const all = { text: '', reasoning: '', inputs: '', kinds: new Set(), error: null };
  for await (const part of stream.fullStream) {
    all.kinds.add(part.type);
    if (part.type === 'text-delta') all.text += part.text;
    if (part.type === 'reasoning-delta') all.reasoning += part.text;
    if (part.type === 'tool-input-delta') all.inputs += part.delta;
    if (part.type === 'error') all.error = part.error;
  }
  if (all.error) throw all.error;
  return { ...all, usage: await stream.usage, reason: await stream.finishReason, calls: await stream.toolCalls };
}
const schema = jsonSchema(flag);
const tools = { look: tool({ inputSchema: schema }), turn: tool({ inputSchema: schema }) };
const named = (toolName) => ({ type: 'tool', toolName });

each('chats', scripts, async ([start, text, thought, count]) => {
  const answer = await ask(start);
  assert.deepEqual([answer.text, answer.reasoningText ?? '', answer.finishReason], [text, thought, 'stop']);
  assert.equal(answer.usage.outputTokens, count);
});
each('a stream adds up to the whole', ['', '[think]', '<think>', '[half]', '[free]', '[loop]'], async (start) => {
  const whole = await ask(start, { maxOutputTokens: 40 });
  const stream = await joined(start, { maxOutputTokens: 40 });
  assert.deepEqual([stream.text, stream.reasoning], [whole.text, whole.reasoningText ?? '']);
  assert.deepEqual([stream.reason, stream.usage.outputTokens], [whole.finishReason, whole.usage.outputTokens]);
});
each('shows or hides the thinking', [
  ['deepseek', 'Let me see.', false], ['none', undefined, true], ['hidden', undefined, false],
  ['summary', 'Hello world!', false],
], async ([reasoning_format, thought, inline]) => {
  const text = inline ? '<think>\nLet me see.\n</think>\n\n' + ANSWER : ANSWER;
  const answer = await ask('[think]', {}, { reasoning_format });
  assert.deepEqual([answer.reasoningText, answer.text], [thought, text]);
  const stream = await joined('[think]', {}, { reasoning_format });
  assert.deepEqual([stream.reasoning, stream.text], [thought ?? '', text]);
});
each('takes an effort', ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'], async (reasoning_effort) => {
  assert.equal((await ask('', {}, { reasoning_effort })).text, 'Hello world!');
});
each('ends the thinking at its budget', [1, 3], async (thinking_budget_tokens) => {
  const { text, usage } = await ask('[ponder]', { maxOutputTokens: 20 }, { thinking_budget_tokens });
  assert.deepEqual([text, usage.reasoningTokens], [ANSWER, thinking_budget_tokens + 2]); // with both tags
});
each('stops', [
  [['wor'], 'Hello '], [['!'], 'Hello world'], [['x', 'world'], 'Hello '], [['!x'], 'Hello world!'], [['Hello'], ''],
], async ([stopSequences, text]) => {
  assert.equal((await ask('', { stopSequences })).text, text);
  assert.equal((await joined('', { stopSequences })).text, text);
});
each('has a limit', [1, 2, 4], async (maxOutputTokens) => {
  const answer = await ask('[loop]', { maxOutputTokens });
  assert.deepEqual([answer.text, answer.finishReason], ['tick' + ' tock'.repeat(maxOutputTokens - 1), 'length']);
});
each('the same seed gives the same text', [1, 2, 3], async (seed) => {
  const more = { seed, maxOutputTokens: 12 };
  assert.equal((await ask('[free]', more)).text, (await ask('[free]', more)).text);
});
each('takes settings', [
  { temperature: 0 }, { temperature: 1.5, topP: 0.9 }, { topK: 5 }, { presencePenalty: 1 }, { frequencyPenalty: -1 },
], async (settings) => assert.equal((await ask('', settings)).text, 'Hello world!'));
each('keeps a schema', schemas.map((_, i) => i), async (i) => {
  const [given, holds] = schemas[i];
  const { output } = await ask('', { output: Output.object({ schema: jsonSchema(given) }) });
  assert.ok(holds(output), JSON.stringify(output));
});
each('calls tools', [['required', null], [named('look'), 'look'], [named('turn'), 'turn']], async ([toolChoice, name]) => {
  const answer = await ask('', { tools, toolChoice });
  assert.deepEqual([answer.finishReason, answer.text], ['tool-calls', '']);
  for (const call of answer.toolCalls) {
    assert.ok(name === null || call.toolName === name);
    assert.equal(typeof call.input.up, 'boolean');
  }
});
each('has calls streamed', ['required', named('look'), named('turn')], async (toolChoice) => {
  const stream = await joined('', { tools, toolChoice });
  assert.deepEqual([stream.reason, stream.text], ['tool-calls', '']);
  assert.ok(stream.kinds.has('tool-input-start') && stream.inputs.includes('up'));
  assert.equal(typeof stream.calls[0].input.up, 'boolean');
});
each('does without tools', ['auto', 'none'], async (toolChoice) => {
  assert.equal((await ask('', { tools, toolChoice })).text, 'Hello world!');
});
one('sends back what a turn of tools said', async () => {
  const { response, toolCalls } = await ask('[call]', { tools, toolChoice: 'required' });
  const content = toolCalls.map((c) =>
    ({ type: 'tool-result', toolCallId: c.toolCallId, toolName: c.toolName, output: { type: 'text', value: 'yes' } }));
  const messages = [{ role: 'user', content: 'Up?' }, ...response.messages, { role: 'tool', content }];
  assert.equal((await ask('', { prompt: undefined, messages })).text, 'Hello world!');
});
one('runs a tool and goes on', async () => {
  const look = tool({ inputSchema: schema, execute: async () => 'yes' });
  const { steps } = await ask('[call]', { tools: { look }, toolChoice: 'required' });
  assert.equal(steps[0].toolResults[0].output, 'yes');
});
one('sends thinking back', async () => {
  const content = [{ type: 'reasoning', text: 'Hm.' }, { type: 'text', text: 'Yes.' }];
  const messages = [{ role: 'user', content: 'Up?' }, { role: 'assistant', content }, { role: 'user', content: 'Why?' }];
  assert.equal((await ask('', { prompt: undefined, messages })).text, 'Hello world!');
});
one('has a system message', async () =>
  assert.equal((await ask('', { system: 'Be brief.' })).text, 'Hello world!'));
each('is told what is wrong', [
  ['temperature', 9], ['top_p', 2], ['n', 0], ['max_tokens', -1], ['reasoning_effort', 'huge'],
  ['reasoning_format', 'loud'], ['messages', []], ['stop', 5], ['tool_choice', 'sometimes'],
], async ([field, value]) => {
  const told = (e) => e.statusCode === 400 && e.message.includes(field);
  await assert.rejects(ask('', {}, { [field]: value }), told);
  await assert.rejects(joined('', {}, { [field]: value }), told);
});
one('is told that a model is not there', () =>
  assert.rejects(ask('', { model: provider('')('scriptd') }), (e) => e.statusCode === 404));
one('is told that a key is wrong', () =>
  assert.rejects(ask('', { model: provider('', {}, 'wrong')('scripted') }), (e) => e.statusCode === 401));
one('is told that a prompt is too long', () =>
  assert.rejects(ask('', { prompt: 'a'.repeat(9000) }), (e) => e.statusCode === 400 && /8191/.test(e.message)));
each('goes away', ['generateText', 'streamText'], async (how) => {
  const stop = new AbortController();
  const more = { maxOutputTokens: 4000, abortSignal: stop.signal };
  setTimeout(() => stop.abort(), 20);
  if (how === 'generateText') await assert.rejects(ask('[loop]', more), (e) => e.name === 'AbortError');
  else {
    const stream = streamText({ ...asked('[loop]', more, {}), onError: () => {} });
    for await (const _ of stream.textStream); // ends where it was cut
  }
  assert.equal((await ask('')).text, 'Hello world!');
});
one('completes texts', async () => {
  const answer = await ask('', { model: provider('').completionModel('scripted'), prompt: '[loop]', maxOutputTokens: 3 });
  assert.ok(answer.text.length > 0);
});

await runAll();
