import { html } from 'hono/html'
import type { Finding } from '../../../domain/catalogue/shared.ts'
import { nameOfStep } from '../../../domain/phases.ts'
import { line, plain } from '../../../domain/words/plain.ts'
import type { LogsAnswer } from '../../answers.ts'
import type { Html } from './html.ts'
import type { RoundLook, RunLook } from './rounds.ts'
import { bytes, chip, sentence, span } from './words.ts'

interface View {
  readonly id: string
  readonly rounds: readonly RoundLook[]
  readonly logs: LogsAnswer['logs']
}

/** Code, reviews and checks of every attempt, the last one first and open. */
export const roundsView = (view: View): Html | false =>
  view.rounds.length > 0 &&
  html`<section class="card" id="rounds"><h2>Attempts</h2>
${view.rounds.map((round, index) => roundPart(round, view, index)).reverse()}</section>`

const roundPart = (round: RoundLook, view: View, index: number): Html => {
  const { n, handoff, implementer, reviewer } = round.attempt
  return html`<details id="round-${index}"${index === view.rounds.length - 1 && html` open`}>
<summary><strong>Attempt ${n}${handoff > 0 && `, handoff ${handoff}`}</strong> <span class="quiet">${implementer} writes, ${reviewer} reviews</span></summary>
<dl class="steps">
${round.code && codeStep(round.code)}
${round.reviews.map(({ verdict, reviewer: who, reason, findings }) => step('Review', verdicts[verdict], html`<p>${who}${reason && html`: ${line(reason)}`}</p>${findingList(findings)}`))}
${[...round.checks].map(([check, { ok, text, findings, runs }]) => step(sentence(nameOfStep(check)), ok ? chip('good', 'Passed') : chip('bad', 'Failed'), html`${text && html`<p>${line(text)}</p>`}${findingList(findings)}${runTable(runs, view)}`))}
</dl></details>`
}

const codeStep = ({ ok, text, findings, denials, report }: NonNullable<RoundLook['code']>): Html =>
  step(
    'Code',
    ok ? chip('good', 'Written') : chip('bad', 'No change'),
    html`<p>${line(text)}</p>${findingList(findings)}${
      denials.length > 0 &&
      html`<p class="quiet">Not allowed:</p><ul class="findings">${denials.map((one) => html`<li><code>${line(one)}</code></li>`)}</ul>`
    }${report !== undefined && html`<p class="quiet">Its own last words: ${plain(report)}</p>`}`,
  )

const verdicts = {
  passed: chip('good', 'Approved'),
  rejected: chip('bad', 'Rejected'),
  unavailable: chip('quiet', 'No verdict'),
} as const

const step = (name: string, state: Html, about: Html): Html => html`<div><dt>${name} ${state}</dt><dd>${about}</dd></div>`

export const findingList = (findings: readonly Finding[]): Html | false =>
  findings.length > 0 && html`<ul class="findings">${findings.map(findingItem)}</ul>`

const findingItem = ({ problem, file, line: row, criterion, suggestion }: Finding): Html =>
  html`<li>${plain(problem)}${file && html` <code>${line(file)}${row !== undefined && `:${row}`}</code>`}${
    criterion && html` <span class="quiet">(${line(criterion)})</span>`
  }${suggestion && html`<p class="quiet">${plain(suggestion)}</p>`}</li>`

const runTable = (runs: readonly RunLook[], { id, logs }: View): Html | false =>
  runs.length > 0 &&
  html`<div class="scroll" role="region" aria-label="Checks" tabindex="0"><table><thead><tr><th scope="col">Command</th><th scope="col">Exit code</th><th scope="col">Took</th><th scope="col">Output</th></tr></thead>
<tbody>${runs.map((run) => html`<tr><td><code>${line(run.command)}</code></td><td>${exit(run.exitCode)}</td><td>${span(run.durationMs)}</td><td>${outputLink(id, run, logs)}</td></tr>`)}</tbody></table></div>`

const exit = (code: number | null): Html => (code === 0 ? chip('good', '0') : chip('bad', code === null ? 'did not end' : String(code)))

const outputLink = (id: string, { command, at, event }: RunLook, logs: View['logs']): Html => {
  const log = logs.find((one) => one.about === command && one.at === at && one.event === event)
  return log ? html`<a href="/task/${id}/logs?number=${log.number}">${bytes(log.bytes)}</a>` : html`<span class="quiet">none</span>`
}
