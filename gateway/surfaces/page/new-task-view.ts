import { html } from 'hono/html'
import { Categories } from '../../../domain/choices.ts'
import type { FormValues } from './form.ts'
import type { Html } from './html.ts'
import { mendBox, option, priorityOptions } from './tasks-view.ts'
import { sentence } from './words.ts'

interface View {
  readonly values: FormValues
  /** Number of this form: the same one sent twice is one task. */
  readonly nonce: string
  readonly projects: readonly string[]
  /** Those that stand in the configuration and are not known yet. */
  readonly unread: readonly string[]
}

export const newTaskView = ({ values, nonce, projects, unread }: View): Html => {
  const project = values['project'] ?? (projects.length === 1 ? projects[0] : undefined) ?? ''
  return html`<div class="head"><h1>New task</h1></div>
<form method="post" action="/new" class="card fields" id="new-task"><input type="hidden" name="nonce" value="${nonce}">
<label>Title <input name="title" required maxlength="500" value="${values['title'] ?? ''}" placeholder="Fix the failing build" autofocus></label>
<label>Description <textarea name="description" rows="8" maxlength="50000" placeholder="What should be different afterwards, and how one can tell">${values['description'] ?? ''}</textarea></label>
<div class="columns">
<label>Project <select name="project">${option('', 'None (an answer, no change)', project)}${projects.map((name) => option(name, name, project))}</select></label>
<label>Priority <select name="priority">${priorityOptions(values['priority'] ?? '5')}</select></label>
<label>Category <select name="category">${Categories.map((name) => option(name, sentence(name), values['category'] ?? 'general'))}</select></label>
<label>Result <select name="workflow">${option('', 'What fits', values['workflow'] ?? '')}${option('change', 'A change of the code', values['workflow'] ?? '')}${option('answer', 'An answer', values['workflow'] ?? '')}</select></label>
</div>
${unread.length > 0 && html`<p class="quiet">Since Cortex started, cortex.toml has other projects, too: ${unread.join(', ')}. Restart Cortex to use them; open tasks go on.</p>`}
<label>Depends on <input name="dependsOn" value="${values['dependsOn'] ?? ''}" placeholder="Ids of tasks that must be done before" spellcheck="false"></label>
${mendBox(values['mendBase'])}
<p class="row"><button class="primary">Create task</button> <a href="/">Back to the tasks</a></p></form>`
}
