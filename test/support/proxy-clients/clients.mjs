// Asks the model proxy once, as `node clients.mjs <url> <client> <whole|stream> <text> <folder of packages>`, and prints the answer.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [base, client, mode, text, folder] = process.argv.slice(2)
const stream = mode === 'stream'
const v1 = `${base}/v1`
const messages = [{ role: 'user', content: text }]
const question = { model: 'gpt-test', messages, stream }
const packages = createRequire(join(folder, 'package.json'))
const load = (name) => import(pathToFileURL(packages.resolve(name)).href)

/** The text of what comes in pieces. */
const joined = async (pieces, textOf) => {
  let whole = ''
  for await (const piece of pieces) whole += textOf(piece)
  return whole
}

const events = (body) =>
  body
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)).choices[0].delta.content ?? '')
    .join('')

const ask = {
  openai: async () => {
    const { OpenAI } = await load('openai')
    const answer = await new OpenAI({ baseURL: v1, apiKey: 'any' }).chat.completions.create(question)
    return stream ? joined(answer, ({ choices: [choice] }) => choice.delta.content ?? '') : answer.choices[0].message.content
  },
  ai: async () => {
    const { generateText, streamText } = await load('ai')
    const { createOpenAICompatible } = await load('@ai-sdk/openai-compatible')
    const model = createOpenAICompatible({ name: 'cortex', baseURL: v1 })('gpt-test')
    return stream ? joined(streamText({ model, prompt: text }).textStream, String) : (await generateText({ model, prompt: text })).text
  },
  langchain: async () => {
    const { ChatOpenAI } = await load('@langchain/openai')
    const model = new ChatOpenAI({ model: 'gpt-test', apiKey: 'any', configuration: { baseURL: v1 } })
    return stream ? joined(await model.stream(text), ({ content }) => content) : (await model.invoke(text)).content
  },
  impatient: async () => {
    const { ChatOpenAI } = await load('@langchain/openai')
    const model = new ChatOpenAI({ model: 'gpt-test', apiKey: 'any', timeout: 1_000, configuration: { baseURL: v1 } })
    return (await model.invoke(text)).content
  },
  ollama: async () => {
    const { Ollama } = await load('ollama')
    const answer = await new Ollama({ host: base }).chat(question)
    return stream ? joined(answer, ({ message }) => message.content) : answer.message.content
  },
  axios: async () => {
    const { data } = await (await load('axios')).default.post(`${v1}/chat/completions`, question)
    return stream ? events(data) : data.choices[0].message.content
  },
}

process.stdout.write(await ask[client]())
