import { html } from 'hono/html'
import type { z } from 'zod'
import { line, plain } from '../../../domain/words/plain.ts'
import type { LessonAnswer } from '../../answers.ts'
import type { Tried } from './form.ts'
import type { Html } from './html.ts'
import { ago, chip, sentence } from './words.ts'

type Lesson = z.infer<typeof LessonAnswer>
interface View {
  readonly lesson: Lesson
  readonly maySteer: boolean
  readonly tried: Tried | undefined
  readonly now: Date
}

const tones = { known: 'work', pinned: 'good', retired: 'wait', forgotten: 'quiet' } as const
const isKnownState = (state: string): state is keyof typeof tones => Object.hasOwn(tones, state)

/** Whether a lesson stands in prompts, and on whose word. */
export const lessonChip = (state: string): Html => chip(isKnownState(state) ? tones[state] : 'quiet', sentence(state))

/** A lesson: what it says, what shows it, where it stood, and a person's word about it. */
export const lessonView = (view: View): Html => {
  const { lesson, now } = view
  return html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/learned">Lessons</a> <span aria-hidden="true">/</span> <code>${lesson.lesson}</code></nav>
<div class="head"><h1>${line(lesson.summary)}</h1></div>
<p class="now" id="now"><span role="status">${lessonChip(lesson.state)}</span> <span>${standing(lesson.state)}</span></p>
<div class="sides"><div class="wide">
<section class="card" id="detail"><h2>What to know</h2><div class="prose">${plain(lesson.detail)}</div></section>
<section class="card" id="evidence"><h2>What shows it</h2>${evidence(lesson)}</section>
<section class="card" id="uses"><h2>Where it stood in prompts <small>${lesson.applied}</small></h2>${uses(lesson, now)}</section>
</div><aside aria-label="About this lesson">
<section class="card" id="about"><h2>About</h2>${about(lesson, now)}</section>
<section class="card" id="record"><h2>Record</h2>${record(lesson)}</section>
${view.maySteer && html`<section class="card" id="steer"><h2>Steer</h2>${steer(view)}</section>`}</aside></div>`
}

const standing = (state: string): string => {
  if (state === 'pinned') return 'A person holds on to it: it comes first, whatever its age and record.'
  if (state === 'retired') return 'It stands in no prompt any more: it hurt more than it helped.'
  if (state === 'forgotten') return 'It stands in no prompt any more: a person wanted it so.'
  return 'It stands in the prompts of tasks that it fits.'
}

const evidence = ({
  evidence: quotes,
  task,
}: Lesson): Html => html`<p class="quiet">Quoted from the facts of <a href="/task/${task}">${task}</a>.</p>
${quotes.map(({ kind, quote }) => html`<h3>${sentence(kind)}</h3><pre class="block" tabindex="0" role="region" aria-label="Quotation of a ${kind}">${plain(quote)}</pre>`)}`

const uses = ({ uses: all }: Lesson, now: Date): Html =>
  all.length === 0
    ? html`<p class="quiet">In no prompt yet.</p>`
    : html`<ul class="flights">${all.map(({ task, use, at }) => html`<li>${sentence(use)} of <a href="/task/${task}">${task}</a> <span class="quiet">${ago(at, now)}</span></li>`)}</ul>`

const about = (
  { category, project, file_paths: files, labels, task, learned_at: at, confirmed }: Lesson,
  now: Date,
): Html => html`<dl class="pairs right">
<dt>Category</dt><dd>${sentence(category)}</dd><dt>Project</dt><dd>${project}</dd>
<dt>Learned</dt><dd>${ago(at, now)}</dd><dt>From</dt><dd><a href="/task/${task}">${task}</a></dd>${confirmed > 0 && html`<dt>Learned again</dt><dd>${times(confirmed)}</dd>`}
<dt>Files</dt><dd>${files.length > 0 ? files.map((file) => html`<p><code>${line(file)}</code></p>`) : 'none'}</dd>
<dt>Labels</dt><dd>${labels.length > 0 ? line(labels.join(', ')) : 'none'}</dd></dl>`

const record = ({ helped, ignored, contradicted }: Lesson): Html => html`<dl class="pairs right">
<dt>Helped</dt><dd>${times(helped)}</dd><dt>Not heeded</dt><dd>${times(ignored)}</dd><dt>Contradicted</dt><dd>${times(contradicted)}</dd></dl>`

const times = (count: number): string => {
  if (count === 0) return 'never'
  return count === 1 ? 'once' : `${count} times`
}

const steer = ({ lesson: { lesson, state }, tried }: View): Html => {
  const form = (action: 'pin' | 'forget', opens: string, confirms: string, tone: string): Html => {
    const isTried = tried?.action === action
    return html`<details id="${action}"${isTried && html` open`}><summary class="button ${tone}" data-key="${action === 'pin' ? 'a' : 'x'}" data-does="${opens}">${opens}</summary><form method="post" action="/lesson/${lesson}/${action}" class="fields">
<label>Why? <input name="reason" required maxlength="2000" value="${isTried ? tried.values['reason'] : ''}"></label><button class="${tone || 'primary'}">${confirms}</button></form></details>`
  }
  return html`${state !== 'pinned' && form('pin', 'Pin it', 'Pin it now', '')}
${state !== 'forgotten' && form('forget', 'Forget it', 'Forget it now', 'danger')}`
}
