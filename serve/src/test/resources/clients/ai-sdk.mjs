import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, Output, streamText, tool } from 'ai';

const provider = (start, apiKey = 'secret') =>
  createOpenAICompatible({
    name: 'tesuji',
    baseURL: process.argv[2],
    apiKey,
    includeUsage: true,
    supportsStructuredOutputs: true,
    transformRequestBody: (body) => ({ ...body, chat_template_kwargs: { start } }),
  })('scripted');
const ask = (start, more = {}) =>
  generateText({ model: provider(start), prompt: 'Say it.', maxRetries: 0, seed: 3, ...more });
const schema = jsonSchema({
  type: 'object', properties: { up: { type: 'boolean' } }, required: ['up'], additionalProperties: false,
});
const tools = { look: tool({ inputSchema: schema }) };

const cases = {
  async chats() {
    const answer = await ask('');
    assert.equal(answer.text, 'Hello world!');
    assert.equal(answer.finishReason, 'stop');
    assert.equal(answer.usage.outputTokens, 5);
  },
  async readsTheThinking() {
    const answer = await ask('[think]');
    assert.equal(answer.reasoningText, 'Let me see.');
    assert.equal(answer.text, 'The answer is café now');
  },
  async aStreamAddsUpToTheWhole() {
    for (const start of ['', '[think]', '<think>', '[half]']) {
      const whole = await ask(start);
      const stream = streamText({ model: provider(start), prompt: 'Say it.', maxRetries: 0, seed: 3 });
      let text = '';
      for await (const piece of stream.textStream) text += piece;
      assert.equal(text, whole.text);
      assert.equal(await stream.reasoningText, whole.reasoningText);
      assert.equal((await stream.usage).outputTokens, whole.usage.outputTokens);
    }
  },
  async stopsAndLimits() {
    assert.equal((await ask('', { stopSequences: ['wor'] })).text, 'Hello ');
    assert.equal((await ask('[loop]', { maxOutputTokens: 4 })).finishReason, 'length');
  },
  async hasItsSchemaKept() {
    const answer = await ask('', { output: Output.object({ schema }) });
    assert.equal(typeof answer.output.up, 'boolean');
  },
  async hasItsToolsCalled() {
    const answer = await ask('', { tools, toolChoice: 'required' });
    assert.equal(answer.finishReason, 'tool-calls');
    assert.equal(typeof answer.toolCalls[0].input.up, 'boolean');
    const stream = streamText({
      model: provider(''), prompt: 'Say it.', tools, toolChoice: 'required', maxRetries: 0, seed: 3,
    });
    assert.equal((await stream.toolCalls)[0].toolName, 'look');
  },
  async isToldWhatIsWrong() {
    await assert.rejects(ask('', { temperature: 9 }), (e) => e.statusCode === 400 && /temperature/.test(e.message));
    await assert.rejects(
      generateText({ model: provider('', 'wrong'), prompt: 'x', maxRetries: 0 }), (e) => e.statusCode === 401);
  },
};

for (const [name, run] of Object.entries(cases)) {
  await run();
  console.log('passed ' + name);
}
