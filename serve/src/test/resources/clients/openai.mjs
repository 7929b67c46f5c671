import assert from 'node:assert/strict';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.argv[2], apiKey: 'secret', maxRetries: 0 });
const model = 'scripted';
const messages = [{ role: 'user', content: 'Say it.' }];
const chat = (start, more = {}) =>
  client.chat.completions.create({ model, messages, chat_template_kwargs: { start }, seed: 3, ...more });
const parameters = {
  type: 'object', properties: { up: { type: 'boolean' } }, required: ['up'], additionalProperties: false,
};
const tools = [{ type: 'function', function: { name: 'look', parameters } }];

const cases = {
  async chats() {
    const answer = await chat('');
    assert.equal(answer.choices[0].message.content, 'Hello world!');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.completion_tokens, 5);
  },
  async readsTheThinking() {
    const { message } = (await chat('[think]')).choices[0];
    assert.equal(message.reasoning_content, 'Let me see.');
    assert.equal(message.content, 'The answer is café now');
  },
  async aStreamAddsUpToTheWhole() {
    for (const start of ['', '[think]', '<think>', '[half]']) {
      const whole = await chat(start);
      let text = '', usage = null, reason = null;
      const stream = await chat(start, { stream: true, stream_options: { include_usage: true } });
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? '';
        reason = chunk.choices[0]?.finish_reason ?? reason;
        usage = chunk.usage ?? usage;
      }
      assert.equal(text, whole.choices[0].message.content);
      assert.deepEqual(usage, whole.usage);
      assert.equal(reason, whole.choices[0].finish_reason);
    }
  },
  async theStreamHelperPutsItTogether() {
    const runner = client.chat.completions.stream({ model, messages });
    assert.equal(await runner.finalContent(), 'Hello world!');
  },
  async readsLogProbabilities() {
    const { logprobs } = (await chat('', { logprobs: true, top_logprobs: 3 })).choices[0];
    assert.equal(logprobs.content.length, 5);
    assert.equal(logprobs.content[0].top_logprobs.length, 3);
  },
  async hasSeveralChoicesStopsAndLimits() {
    assert.equal((await chat('[free]', { n: 3, max_tokens: 6 })).choices.length, 3);
    assert.equal((await chat('', { stop: 'wor' })).choices[0].message.content, 'Hello ');
    assert.equal((await chat('[loop]', { max_tokens: 4 })).choices[0].finish_reason, 'length');
  },
  async hasItsSchemaKept() {
    const response_format = { type: 'json_schema', json_schema: { name: 'look', strict: true, schema: parameters } };
    const answer = await chat('', { response_format });
    assert.equal(typeof JSON.parse(answer.choices[0].message.content).up, 'boolean');
  },
  async hasItsToolsCalled() {
    const answer = await chat('', { tools, tool_choice: 'required', reasoning_effort: 'none' });
    assert.equal(answer.choices[0].finish_reason, 'tool_calls');
    assert.equal(typeof JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments).up, 'boolean');
    const runner = client.chat.completions.stream({ model, messages, tools, tool_choice: 'required', seed: 3 });
    const call = (await runner.finalChatCompletion()).choices[0].message.tool_calls[0];
    assert.equal(call.function.name, 'look');
    assert.equal(typeof JSON.parse(call.function.arguments).up, 'boolean');
  },
  async isToldWhatIsWrong() {
    await assert.rejects(chat('', { temperature: 9 }), (e) =>
      e instanceof OpenAI.BadRequestError && e.param === 'temperature');
    await assert.rejects(chat('', { model: 'scriptd' }), OpenAI.NotFoundError);
    const stranger = new OpenAI({ baseURL: process.argv[2], apiKey: 'wrong', maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  },
  async listsModels() {
    const ids = [];
    for await (const one of client.models.list()) ids.push(one.id);
    assert.deepEqual(ids, [model]);
  },
  async hasResponses() {
    const response = await client.responses.create({ model, input: 'Say it.' });
    assert.equal(response.output_text, 'Hello world!');
  },
  async hasResponsesStreamedWithASummary() {
    let text = '', summary = '';
    const stream = client.responses.stream({
      model, input: 'Say it.', reasoning: { summary: 'auto' }, chat_template_kwargs: { start: '[think]' },
    });
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.reasoning_summary_text.delta') summary += event.delta;
    }
    assert.equal(text, 'The answer is café now');
    assert.equal(summary, 'Hello world!');
    assert.equal((await stream.finalResponse()).status, 'completed');
  },
};

for (const [name, run] of Object.entries(cases)) {
  await run();
  console.log('passed ' + name);
}
