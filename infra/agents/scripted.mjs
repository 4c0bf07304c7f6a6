#!/usr/bin/env node
/**
 * A stand-in for a coding agent: no model, no account, no network. It follows sentences (`scripted/sentences.mjs`) and says
 * plainly when it is given anything else. It is driven as every agent is: prompt on stdin, one JSON object on stdout, a
 * process of its own in the worktree.
 *
 *   scripted.mjs plan|implement|review|answer < prompt
 */
import { implement } from './scripted/implement.mjs'
import { learned } from './scripted/learn.mjs'
import { plan } from './scripted/plan.mjs'
import { review } from './scripted/review.mjs'
import { readTag } from './scripted/sentences.mjs'

const estimate = (text) => Math.ceil(text.length / 4)

async function readInput() {
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function answer(prompt) {
  const taught = learned(prompt)
  if (taught) return { structured: taught }
  const question = readTag(prompt, 'question')
  if (question === null || question === '') throw new Error('there is no <question> in the prompt')
  const words = question.split(/\s+/).length
  const result = `Scripted answer, no model was asked. The question has ${words} word${words === 1 ? '' : 's'}: ${question.slice(0, 500)}`
  return { result }
}

const roles = {
  plan: (prompt) => ({ structured: plan(prompt) }),
  review: (prompt) => ({ structured: review(prompt) }),
  implement: (prompt) => ({ result: implement(prompt, process.cwd(), (line) => console.error(line)) }),
  answer,
}

function print(prompt, output) {
  const result = output.result ?? JSON.stringify(output.structured)
  const usage = { input_tokens: estimate(prompt), output_tokens: estimate(result), estimated: 'characters / 4' }
  console.log(JSON.stringify({ result, ...(output.structured ? { structured: output.structured } : {}), usage, model: 'scripted' }))
}

async function main(role) {
  if (role === '--version') return console.log('scripted 1 (follows sentences, no model)')
  if (!Object.hasOwn(roles, role)) throw new Error(`there is no role "${role}"; there are ${Object.keys(roles).join(', ')}`)
  const prompt = await readInput()
  print(prompt, roles[role](prompt))
}

try {
  await main(process.argv[2] ?? '')
} catch (error) {
  const reason = `scripted agent: ${error instanceof Error ? error.message : String(error)}`
  console.error(reason)
  console.log(JSON.stringify({ error: reason, class: 'permanent' }))
  process.exitCode = 1
}
