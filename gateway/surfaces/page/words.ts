import { html } from 'hono/html'
import { priorityName } from '../../../domain/choices.ts'
import { isPhase, type Phase, phases } from '../../../domain/phases.ts'
import { inWords } from '../../../domain/words/time-in-words.ts'
import { awaitsApproval } from '../../answers.ts'
import type { Html } from './html.ts'

type Tone = (typeof phases)[Phase]['tone']

export const chip = (tone: Tone, text: string): Html => html`<span class="chip ${tone}">${text}</span>`

/** A plan that is approved waits for a place, no more for a person. */
export const phaseChip = (phase: string, waiting_for: readonly string[] = ['approval']): Html => {
  if (phase === 'gate' && !awaitsApproval({ phase, waiting_for })) return chip('quiet', 'Approved')
  // A newer system may know more phases.
  return isPhase(phase) ? chip(phases[phase].tone, phases[phase].label) : chip('quiet', phase)
}

/** The name of a stay in a phase, as in a row of figures. */
export const stageWord = (phase: string): string => (isPhase(phase) ? phases[phase].stay : phase)

/** A name of ours as it begins a line. */
export const sentence = (name: string): string =>
  name === 'cicd' ? 'CI/CD' : `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`

export const priorityWord = (priority: number): string => sentence(priorityName(priority) ?? String(priority))

/** A moment as a person says it; the exact time is in the tooltip. */
export const ago = (iso: string, now: Date): Html => html`<time datetime="${iso}" title="${exact(iso)}">${agoText(iso, now)}</time>`

/** A moment still to come. */
export const until = (iso: string, now: Date): Html => {
  const left = Date.parse(iso) - now.getTime()
  return html`<time datetime="${iso}" title="${exact(iso)}">${left > 0 ? `in ${inWords(left)}` : 'now'}</time>`
}

const exact = (iso: string): string => iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')

const agoText = (iso: string, now: Date): string => {
  const passed = now.getTime() - Date.parse(iso)
  return passed < 5000 ? 'just now' : `${inWords(passed)} ago`
}

/** A span of time, in milliseconds, with a decimal below ten seconds. */
export const span = (milliseconds: number): string =>
  milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : inWords(milliseconds)

export const bytes = (count: number): string =>
  count < 1024 ? `${count} B` : count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KB` : `${(count / 1024 ** 2).toFixed(1)} MB`

/** 12345 as "12,345". */
export const figure = (value: number): string => value.toLocaleString('en-US')

export const usd = (value: number): string => `$${value.toFixed(value > 0 && value < 1 ? 3 : 2)}`
