import OpenAI from 'openai';
import { ANSWER, assert, each, flag, one, runAll, schemas, scripts } from './table.mjs';

const client = new OpenAI({ baseURL: process.argv[2], apiKey: 'secret', maxRetries: 0 });
const model = 'scripted';
const messages = [{ role: 'user', content: 'Say it.' }];
const chat = (start, more = {}, options = {}) =>
  client.chat.completions.create({ model, messages, chat_template_kwargs: { start }, seed: 3, ...more }, options);
const first = async (start, more) => (await chat(start, more)).choices[0];
/** Puts a stream together as a client does that knows nothing of this server. */
async function joined(start, more = {}) {
  const all = { content: '', reasoning: '', reason: null, usage: null, roles: 0, calls: [], logprobs: 0 };
  for await (const { choices, usage } of await chat(start, { stream: true, ...more })) {
    all.usage = usage ?? all.usage;
    const c = choices[0];
    if (!c) continue;
    all.content += c.delta.content ?? '';
    all.reasoning += c.delta.reasoning_content ?? '';
    all.roles += c.delta.role ? 1 : 0;
    all.reason = c.finish_reason ?? all.reason;
    all.logprobs += c.logprobs?.content?.length ?? 0;
    for (const d of c.delta.tool_calls ?? []) {
      const call = (all.calls[d.index] ??= { id: '', name: '', arguments: '' });
      call.id += d.id ?? '';
      call.name += d.function.name ?? '';
      call.arguments += d.function.arguments ?? '';
    }
  }
  return all;
}
const tools = ['look', 'turn'].map((name) => ({ type: 'function', function: { name, parameters: flag } }));
const named = (name) => ({ type: 'function', function: { name } });

each('chats', scripts, async ([start, text, thought, count]) => {
  const answer = await chat(start);
  const { message, finish_reason } = answer.choices[0];
  assert.deepEqual([message.content, message.reasoning_content ?? '', finish_reason], [text, thought, 'stop']);
  assert.equal(answer.usage.completion_tokens, count);
});
each('a stream adds up to the whole', ['', '[think]', '<think>', '[half]', '[free]'], async (start) => {
  const whole = await chat(start, { max_tokens: 40 });
  const stream = await joined(start, { max_tokens: 40, stream_options: { include_usage: true } });
  const { message, finish_reason } = whole.choices[0];
  assert.deepEqual([stream.content, stream.reasoning], [message.content ?? '', message.reasoning_content ?? '']);
  assert.deepEqual([stream.usage, stream.reason, stream.roles], [whole.usage, finish_reason, 1]);
});
each('shows or hides the thinking', [
  ['deepseek', 'Let me see.', false], ['none', undefined, true], ['hidden', undefined, false],
  ['summary', 'Hello world!', false],
], async ([reasoning_format, thought, inline]) => {
  const { message } = await first('[think]', { reasoning_format });
  assert.equal(message.reasoning_content ?? undefined, thought);
  assert.equal(message.content, inline ? '<think>\nLet me see.\n</think>\n\n' + ANSWER : ANSWER);
  const stream = await joined('[think]', { reasoning_format });
  assert.deepEqual([stream.reasoning, stream.content], [thought ?? '', message.content]);
});
each('takes an effort', ['none', 'minimal', 'low', 'medium', 'high'], async (reasoning_effort) => {
  assert.equal((await first('', { reasoning_effort })).message.content, 'Hello world!');
});
each('ends the thinking at its budget', [1, 3], async (thinking_budget_tokens) => {
  const answer = await chat('[ponder]', { thinking_budget_tokens, max_tokens: 20 });
  assert.equal(answer.usage.completion_tokens_details.reasoning_tokens, thinking_budget_tokens + 2); // with both tags
  assert.equal(answer.choices[0].message.content, ANSWER);
});
each('stops', [
  ['wor', 'Hello '], ['!', 'Hello world'], [['x', 'world'], 'Hello '], [['!x'], 'Hello world!'], ['Hello', ''],
], async ([stop, text]) => {
  assert.equal((await first('', { stop })).message.content ?? '', text);
  assert.equal((await joined('', { stop })).content, text);
});
each('has a limit', ['max_tokens', 'max_completion_tokens'], async (limit) => {
  const choice = await first('[loop]', { [limit]: 4 });
  assert.deepEqual([choice.message.content, choice.finish_reason], ['tick tock tock tock', 'length']);
});
each('has several choices', [1, 2, 4], async (n) => {
  const answer = await chat('[free]', { n, max_tokens: 6, seed: 5 });
  assert.deepEqual(answer.choices.map((c) => c.index), [...Array(n).keys()]);
  const again = await chat('[free]', { n, max_tokens: 6, seed: 5 });
  assert.deepEqual(again.choices.map((c) => c.message.content), answer.choices.map((c) => c.message.content));
});
each('has log-probabilities', [0, 1, 3, 20], async (top_logprobs) => {
  const { logprobs } = await first('', { logprobs: true, top_logprobs });
  assert.equal(logprobs.content.length, 5);
  for (const t of logprobs.content) assert.equal(t.top_logprobs.length, top_logprobs);
  assert.deepEqual(Buffer.from(logprobs.content[0].bytes).toString(), 'Hello');
  assert.equal((await joined('', { logprobs: true, top_logprobs })).logprobs, 5);
});
each('keeps a schema', schemas.map((_, i) => i), async (i) => {
  const [schema, holds] = schemas[i];
  const response_format = { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } };
  const { message } = await first('', { response_format });
  assert.ok(holds(JSON.parse(message.content)), message.content);
});
each('calls tools', [['required', null], [named('look'), 'look'], [named('turn'), 'turn']], async ([tool_choice, name]) => {
  for (const parallel_tool_calls of [true, false]) {
    const choice = await first('', { tools, tool_choice, parallel_tool_calls, reasoning_effort: 'none' });
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.ok(!choice.message.content);
    for (const call of choice.message.tool_calls) {
      assert.ok(name === null || call.function.name === name);
      assert.equal(typeof JSON.parse(call.function.arguments).up, 'boolean');
    }
  }
  const stream = await joined('', { tools, tool_choice });
  assert.deepEqual([stream.reason, stream.content], ['tool_calls', '']);
  assert.ok(stream.calls.length && stream.calls.every((c) => c.id && typeof JSON.parse(c.arguments).up === 'boolean'));
});
each('does without tools', ['auto', 'none'], async (tool_choice) => {
  assert.equal((await first('', { tools, tool_choice })).message.content, 'Hello world!');
});
one('sends back what a turn of tools said', async () => {
  const { message } = await first('[call]', { tools, tool_choice: 'required' });
  const results = message.tool_calls.map((c) => ({ role: 'tool', tool_call_id: c.id, content: 'yes' }));
  assert.equal((await first('', { messages: [...messages, message, ...results] })).message.content, 'Hello world!');
});
one('the stream helper puts an answer together', async () => {
  const runner = client.chat.completions.stream({ model, messages });
  assert.equal(await runner.finalContent(), 'Hello world!');
});
one('the stream helper puts a call together', async () => {
  const runner = client.chat.completions.stream({ model, messages, tools, tool_choice: named('look'), seed: 3 });
  const call = (await runner.finalChatCompletion()).choices[0].message.tool_calls[0];
  assert.equal(call.function.name, 'look');
});
one('goes on from what was said', async () => {
  const said = [...messages, { role: 'assistant', content: 'Hello' }];
  const more = { messages: said, continue_final_message: true, add_generation_prompt: false };
  assert.equal((await first('', more)).message.content, ' world!');
});
each('is told what is wrong', [
  ['temperature', 9], ['top_p', 2], ['n', 0], ['max_tokens', -1], ['top_logprobs', 21], ['reasoning_effort', 'huge'],
  ['reasoning_format', 'loud'], ['messages', []], ['stop', 5], ['tool_choice', 'sometimes'],
], async ([field, value]) => {
  const more = { [field]: value, ...(field === 'top_logprobs' && { logprobs: true }) };
  await assert.rejects(chat('', more), (e) => e instanceof OpenAI.BadRequestError && e.param === field);
});
one('is told that a model is not there', () => assert.rejects(chat('', { model: 'scriptd' }), OpenAI.NotFoundError));
one('is told that a key is wrong', () =>
  assert.rejects(new OpenAI({ baseURL: process.argv[2], apiKey: 'wrong', maxRetries: 0 }).models.list(),
    OpenAI.AuthenticationError));
one('is told that a prompt is too long', () =>
  assert.rejects(chat('', { messages: [{ role: 'user', content: 'a'.repeat(9000) }] }),
    (e) => e.code === 'context_length_exceeded'));
one('lists models', async () => {
  const ids = [];
  for await (const listed of client.models.list()) ids.push(listed.id);
  assert.deepEqual(ids, [model]);
  assert.equal((await client.models.retrieve(model)).id, model);
});
one('goes away from a stream', async () => {
  const stream = await chat('[loop]', { stream: true, max_tokens: 4000 });
  for await (const _ of stream) break;
  assert.equal((await first('')).message.content, 'Hello world!');
});
one('goes away from an answer', async () => {
  const stop = new AbortController();
  const asked = chat('[loop]', { max_tokens: 4000 }, { signal: stop.signal });
  setTimeout(() => stop.abort(), 20);
  await assert.rejects(asked, OpenAI.APIUserAbortError);
});
each('completes texts', [
  ['[loop]', 1], [['[loop]', '[loop]'], 2], [[91, 97], 1], [[[91], [97]], 2],
], async ([prompt, count]) => {
  const { choices, usage } = await client.completions.create({ model, prompt, max_tokens: 3, ignore_eos: true });
  assert.deepEqual([choices.length, usage.completion_tokens], [count, 3 * count]);
});
one('scores a text', async () => {
  const { choices: [{ text, logprobs }] } =
    await client.completions.create({ model, prompt: 'ab', echo: true, max_tokens: 0, logprobs: 2 });
  assert.deepEqual([text, logprobs.tokens, logprobs.text_offset], ['ab', ['a', 'b'], [0, 1]]);
  assert.equal(logprobs.token_logprobs[0], null);
  assert.ok(logprobs.token_logprobs[1] < 0);
});
one('has completions streamed', async () => {
  let text = '';
  for await (const { choices } of await client.completions.create({ model, prompt: '[loop]', max_tokens: 3, stream: true }))
    text += choices[0]?.text ?? '';
  assert.equal(text, 'tick tock tock');
});
const respond = (start, more = {}) =>
  client.responses.create({ model, input: 'Say it.', chat_template_kwargs: { start }, ...more });
each('has responses', scripts, async ([start, text]) => {
  const response = await respond(start);
  assert.deepEqual([response.output_text, response.status], [text, 'completed']);
});
each('has responses with a summary', ['auto', 'concise', 'detailed'], async (summary) => {
  const { output } = await respond('[think]', { reasoning: { summary } });
  assert.deepEqual([output[0].type, output[0].summary[0].text], ['reasoning', 'Hello world!']);
});
one('has responses streamed with a summary', async () => {
  let text = '', summary = '', number = -1;
  const stream = client.responses.stream({
    model, input: 'Say it.', reasoning: { summary: 'auto' }, chat_template_kwargs: { start: '[think]' },
  });
  for await (const event of stream) {
    assert.ok(event.sequence_number > number);
    number = event.sequence_number;
    if (event.type === 'response.output_text.delta') text += event.delta;
    if (event.type === 'response.reasoning_summary_text.delta') summary += event.delta;
  }
  assert.deepEqual([text, summary, (await stream.finalResponse()).status], [ANSWER, 'Hello world!', 'completed']);
});
one('has responses that are incomplete', async () => {
  const { status, incomplete_details } = await respond('[loop]', { max_output_tokens: 16 });
  assert.deepEqual([status, incomplete_details.reason], ['incomplete', 'max_output_tokens']);
});
one('has responses that keep a schema', async () => {
  const text = { format: { type: 'json_schema', name: 'look', strict: true, schema: flag } };
  assert.equal(typeof JSON.parse((await respond('', { text })).output_text).up, 'boolean');
});
one('has responses that call a tool', async () => {
  const more = { tools: [{ type: 'function', name: 'look', parameters: flag, strict: true }], tool_choice: 'required' };
  const call = (await respond('', more)).output.find((item) => item.type === 'function_call');
  assert.equal(typeof JSON.parse(call.arguments).up, 'boolean');
});
one('is told that nothing is remembered', () =>
  assert.rejects(respond('', { previous_response_id: 'resp_1' }), (e) => e.param === 'previous_response_id'));

await runAll();
