import { html } from 'hono/html'
import { line } from '../../../domain/words/plain.ts'
import type { FunctionsAnswer, SystemAnswer } from '../../answers.ts'
import type { lanesOf } from '../operator/lanes.ts'
import type { Html } from './html.ts'
import { ago, chip, figure, phaseChip, until } from './words.ts'

const states = {
  ready: chip('good', 'Ready'),
  auth_required: chip('bad', 'Needs a sign-in'),
  challenge: chip('bad', 'Asks for a person'),
  rate_limited: chip('wait', 'Rate limited'),
  degraded: chip('wait', 'Degraded'),
  paused: chip('wait', 'Paused'),
  unknown: chip('quiet', 'Unknown'),
} as const
const laneWords = { browser: 'Browser', cli: 'Command lines', api: 'API' } as const

/** By which ways questions reach a model, and why one does not. */
export const lanesView = (lanes: ReturnType<typeof lanesOf>, now: Date): Html => html`<section class="card" id="lanes"><h2>Lanes</h2>
<ul class="lanes">${lanes.map(
  (lane) => html`<li id="lane-${lane.lane}"><p><strong>${laneWords[lane.lane]}</strong> ${states[lane.state]}</p><p>${line(lane.why)}</p>
<p class="quiet">${lane.waiting} waiting, ${lane.running} being answered${lane.since && html`; so since ${ago(lane.since, now)}`}${lane.until && html`; goes on ${until(lane.until, now)}`}</p></li>`,
)}</ul></section>`

/** What is open, and what runs. */
export const overview = (
  system: SystemAnswer,
  now: Date,
): Html => html`${system.disk && html`<div class="problem" id="disk" role="alert"><strong>No new work is taken.</strong> <span>${system.disk}</span></div>`}<div class="columns">
<section class="card" id="open"><h2>Open tasks</h2>${openTasks(system)}</section>
<section class="card" id="running"><h2>At work</h2>${running(system, now)}</section>
<section class="card" id="process"><h2>Process</h2><dl class="pairs"><dt>nats-server</dt><dd>${system.server}</dd><dt>Node</dt><dd>${system.node}</dd><dt>Process</dt><dd>${system.process}</dd><dt>Facts read</dt><dd>${figure(system.position)}</dd>${system.foreign > 0 && html`<dt>Ignored</dt><dd>${figure(system.foreign)} messages that are no facts</dd>`}${(system.streams ?? []).map(({ stream, words }) => html`<dt>Stream ${stream}</dt><dd>${words}</dd>`)}${(system.chat ?? []).map((one) => listener(one, now))}</dl></section></div>`

const listener = ({ platform, state, reason, since }: NonNullable<SystemAnswer['chat']>[number], now: Date): Html =>
  html`<dt>Chat on ${platform}</dt><dd>${chip(state === 'away' ? 'bad' : 'good', state)} ${reason} <span class="quiet">${ago(since, now)}</span></dd>`

const openTasks = ({ open }: SystemAnswer): Html =>
  Object.keys(open).length === 0
    ? html`<p class="quiet">None.</p>`
    : html`<ul class="counts-list">${Object.entries(open).map(([phase, count]) => html`<li>${phaseChip(phase)} <strong>${count}</strong></li>`)}</ul>`

const running = ({ running: flights }: SystemAnswer, now: Date): Html =>
  flights.length === 0
    ? html`<p class="quiet">Nothing at this moment.</p>`
    : html`<ul class="flights">${flights.map(({ fn, task, since, attempt }) => html`<li><code>${fn}</code> ${task ? html`for <a href="/task/${task}">${task}</a>` : 'at the door'} <span class="quiet">${ago(since, now)}${attempt > 1 && `, try ${attempt}`}</span></li>`)}</ul>`

/** Every function with its queue. */
export const functionsView = (
  { functions }: FunctionsAnswer,
  mayOperate: boolean,
  now: Date,
): Html => html`<section class="card" id="functions"><h2>Functions</h2>
<div class="scroll" role="region" aria-label="Functions" tabindex="0"><table class="functions"><thead><tr><th scope="col">Function</th><th scope="col" class="number">Pending</th><th scope="col" class="number">In flight</th><th scope="col" class="number">Redelivered</th><th scope="col">Oldest</th><th scope="col">State</th>${mayOperate && html`<th scope="col"><span class="hidden">Steer</span></th>`}</tr></thead>
<tbody>${functions.map((one) => functionRow(one, mayOperate, now))}</tbody></table></div></section>`

const functionRow = (
  one: FunctionsAnswer['functions'][number],
  mayOperate: boolean,
  now: Date,
): Html => html`<tr id="function-${one.name}"><th scope="row"><code>${one.name}</code></th>
<td class="number">${count(one.pending)}</td><td class="number">${count(one.in_flight)}</td><td class="number">${count(one.redelivered)}</td>
<td>${one.oldest_at && ago(one.oldest_at, now)}</td>
<td>${one.paused_until ? html`${chip('wait', 'Paused')}` : one.in_flight > 0 ? chip('work', 'At work') : chip('quiet', 'Idle')}${(one.pending + one.in_flight > 0 || one.paused_until) && html`<p class="quiet">${line(one.why)}</p>`}</td>
${mayOperate && html`<td>${steer(one)}</td>`}</tr>`

const count = (value: number): Html => (value === 0 ? html`<span class="quiet">0</span>` : html`<strong>${figure(value)}</strong>`)

const steer = ({ name, paused_until: paused }: FunctionsAnswer['functions'][number]): Html =>
  paused
    ? html`<form method="post" action="/system/functions/${name}/resume"><button class="small" aria-label="Resume ${name}">Resume</button></form>`
    : html`<form method="post" action="/system/functions/${name}/pause"><button class="small" aria-label="Pause ${name}">Pause</button></form>`
