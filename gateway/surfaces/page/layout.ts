import { html, raw } from 'hono/html'
import { line } from '../../../domain/words/plain.ts'
import { IMPORT_MAP } from './assets.ts'
import type { Html } from './html.ts'

/** What the browser listens to so that the page stays true. */
export interface Live {
  /** Address of the server-sent events. */
  readonly url: string
  /** Where the page is read anew; its own address may be a form's. Absent: as it was opened. */
  readonly page?: string
  /** Names of events after which the page looks again. */
  readonly events: readonly string[]
  /** Events up to this id are on the page already. */
  readonly after?: number
}

export interface Frame {
  readonly title: string
  readonly section: 'tasks' | 'new' | 'lessons' | 'system' | 'statistics' | 'none'
  readonly body: Html
  /** What just happened, in words. */
  readonly notice?: string | undefined
  /** What is wrong with the last request. */
  readonly faults?: readonly string[] | undefined
  readonly live?: Live | undefined
  /** Whether there is a cookie to take away. */
  readonly isSignedIn: boolean
}

/** In this order: what stands later wins. */
const sheets = ['base', 'pieces', 'tasks', 'task', 'system', 'narrow']

/** The whole document around a body. */
export const documentOf = (frame: Frame): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${line(frame.title)} · Cortex</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
${sheets.map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
${frame.section === 'statistics' && html`<link rel="stylesheet" href="/assets/uplot.css">`}
<script type="importmap">${raw(IMPORT_MAP)}</script>
<script type="module" src="/assets/page.js"></script>
${frame.section === 'statistics' && html`<script type="module" src="/assets/plots.js"></script>`}
</head>
<body${frame.live && liveAttributes(frame.live)}>
<a class="skip" href="#main">Skip to the content</a>
${frame.section === 'none' ? html`<header class="top"><span class="brand">${mark} Cortex</span></header>` : top(frame)}
<main id="main" tabindex="-1">
${frame.faults && problem(frame.faults)}
${frame.notice && html`<p class="notice" role="status">${frame.notice}</p>`}
${frame.body}
</main>
${frame.section !== 'none' && keyboardHelp}
</body>
</html>`

const liveAttributes = ({ url, page, events, after }: Live): Html =>
  html` data-live="${url}"${page && html` data-page="${page}"`} data-events="${events.join(' ')}" data-after="${after ?? -1}"`

/** Faults of a request, where a screen reader says them at once. */
const problem = (faults: readonly string[]): Html =>
  html`<div class="problem" role="alert"><strong>That did not work.</strong>${
    faults.length === 1 ? html` <span>${faults[0]}</span>` : html`<ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul>`
  }</div>`

const mark = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 1 0 9 9" /><circle cx="12" cy="12" r="3.2" /><circle cx="18.4" cy="5.6" r="2.1" /></svg>`

const top = ({ section, isSignedIn, live }: Frame): Html => html`<header class="top">
<a class="brand" href="/">${mark} Cortex</a>
<nav aria-label="Main">
${entry('/', 'Tasks', 't', section === 'tasks')}
${entry('/learned', 'Lessons', 'm', section === 'lessons')}
${entry('/statistics', 'Statistics', 'p', section === 'statistics')}
${entry('/system', 'System', 's', section === 'system')}
</nav>
${live && html`<span class="pulse" id="pulse" role="status" data-keep hidden></span>`}
${isSignedIn && html`<form method="post" action="/logout"><button class="plain">Sign out</button></form>`}
<a class="button primary" href="/new" data-key="n" data-does="New task"${section === 'new' && html` aria-current="page"`}>New task</a>
</header>`

const entry = (href: string, text: string, key: string, isHere: boolean): Html =>
  html`<a class="tab" href="${href}" data-key="${key}" data-does="${text}"${isHere && html` aria-current="page"`}>${text}</a>`

/** Filled by the keys that the page has; nothing is said about keys where there is no script to hear them. */
const keyboardHelp = html`<footer><button type="button" class="plain" id="keys-button" hidden>Keyboard shortcuts <kbd>?</kbd></button></footer>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keyboard shortcuts</h2><dl></dl>
<form method="dialog"><button>Close</button></form></dialog>`
