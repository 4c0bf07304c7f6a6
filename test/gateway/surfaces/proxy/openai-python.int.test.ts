import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../../infra/setup/cache.mjs'
import { cachedOpenaiPython } from '../../../setup/openai-python.mjs'
import { fakeJobs } from '../../../support/fake-jobs.ts'
import { pixelUrl, servedProxy } from '../../../support/proxy.ts'

const python = cachedOpenaiPython(cacheFolder(process.env))
const skip = python === null ? 'the openai package for Python is not installed' : false

const program = `
import json, sys, openai
url, pixel = sys.argv[1:]
client = openai.OpenAI(base_url=url + "/v1", api_key="any")
told = {"models": [model.id for model in client.models.list()]}
def messages(text): return [{"role": "user", "content": text}]
plain = client.chat.completions.create(model="gpt-test", messages=messages("Hello"))
told["plain"] = [plain.choices[0].message.content, plain.usage.total_tokens, plain._request_id]
parts = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": pixel}}]
chunks = list(client.chat.completions.create(model="gpt-test", messages=messages(parts), stream=True, stream_options={"include_usage": True}))
told["streamed"] = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
told["usage"] = chunks[-1].usage.completion_tokens
response = client.responses.create(model="gpt-test", input="Hello")
told["response"] = response.output_text
with client.responses.stream(model="gpt-test", input="More", previous_response_id=response.id) as stream:
    told["events"] = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
    told["final"] = stream.get_final_response().output_text
for name, ask in {
    "refused": lambda: client.chat.completions.create(model="none", messages=messages("Hello")),
    "failed": lambda: client.chat.completions.create(model="gpt-test", messages=messages("fail")),
    "broken": lambda: list(client.chat.completions.create(model="gpt-test", messages=messages("fail"), seed=1, stream=True)),
}.items():
    try:
        ask()
        told[name] = None
    except openai.APIError as error:
        told[name] = [type(error).__name__, error.code]
print(json.dumps(told))
`

test('the Python package works unchanged', { skip }, async () => {
  const jobs = fakeJobs({
    answer: async (turn) => {
      if (turn.request.prompt === 'fail') return { error: { code: 'OUTCOME_UNKNOWN', reason: 'no trace', retryable: false } }
      turn.send()
      turn.partial('One.')
      await new Promise(setImmediate)
      return { text: 'One.\n\nTwo.', conversation: 'https://chat/c/1' }
    },
  })
  await using proxy = await servedProxy({ jobs })
  const { stdout } = await promisify(execFile)(String(python), ['-c', program, proxy.url, pixelUrl], { timeout: 60_000 })
  const text = 'One.\n\nTwo.'
  assert.deepEqual(JSON.parse(stdout), {
    models: ['gpt-test', 'gpt-other'],
    plain: [text, 5, 'job-1'],
    streamed: text,
    usage: 3,
    response: text,
    events: text,
    final: text,
    refused: ['NotFoundError', 'model_not_found'],
    failed: ['APIStatusError', 'UPSTREAM_BAD_RESPONSE'],
    broken: ['APIError', 'UPSTREAM_BAD_RESPONSE'],
  })
  assert.equal(jobs.requests.filter(({ prompt }) => prompt === 'fail').length, 2, 'nothing was repeated')
})
