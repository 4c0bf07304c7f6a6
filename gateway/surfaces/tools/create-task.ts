import { z } from 'zod'
import { declared } from '../../operations.ts'
import { defineTool } from './define-tool.ts'
import { LenientCategory, LenientPriority } from './fields.ts'

const { title, description, project, workflow, metadata, dependsOn, mendBase, key } = declared.submit.input.shape

export default defineTool({
  name: 'cortex_create_task',
  title: 'Create a task',
  description:
    'Creates a task for Cortex, which plans it, lets a person approve the plan, carries it out, has it reviewed and checks it. Answers at once ' +
    'with a task_id; the work goes on in the background. For several pieces of work call this many times in one turn, all in parallel: ' +
    'each call is one task. Let a task wait for another one with depends_on. Ask cortex_get_task_status how it goes.',
  readOnly: false,
  idempotent: false,
  input: z.object({
    title: title.describe('what shall be done, in one line'),
    description: description.describe('everything one must know to do it: goal, surroundings, constraints, when it is done'),
    category: LenientCategory,
    priority: LenientPriority,
    metadata: metadata.describe('anything of your own; it is kept with the task'),
    depends_on: dependsOn.describe(
      'task_ids that must be done first, also of tasks that you create next; when one of them fails, so does this task',
    ),
    project: project.describe('the project whose code is to be changed, as the operator named it; leave it out for a question'),
    workflow: workflow.describe('change: change code in the project; answer: only answer. Default: change where there is a project'),
    mend_base: mendBase.describe(
      'true when the task is to make the definition of done pass where it fails already ("the base is broken"): it starts all the same',
    ),
    callback_url: z.url().optional().describe('is told when the task ends'),
    idempotency_key: key.describe('the same key and content again within a day is the same task'),
  }),
  handler: async ({ depends_on, mend_base, callback_url, idempotency_key, priority: urgency, ...input }, { operations }) => {
    const { priority, doubt } = urgency
    const wish = { ...input, priority, dependsOn: depends_on, source: 'chat', ...(callback_url ? { callbackUrl: callback_url } : {}) }
    const mends = mend_base === undefined ? {} : { mendBase: mend_base }
    const created = await operations.submit({ ...wish, ...mends, ...(idempotency_key ? { key: idempotency_key } : {}) })
    const waits = depends_on.length > 0
    return {
      task_id: created.id,
      status: 'queued',
      message: created.repeated ? 'This task was created before; it is the same one' : 'Task created and queued for processing',
      created_at: created.created_at,
      estimated_start: waits ? `When ${depends_on.join(', ')} is done` : 'Immediate - will be picked up by next orchestrator cycle',
      ...(created.repeated ? { repeated: true } : {}),
      ...(doubt ? { warning: doubt } : {}),
    }
  },
})
