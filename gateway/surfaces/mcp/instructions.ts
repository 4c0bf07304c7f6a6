/** What a client's model is told about this server, once. */
export const instructions = [
  'Cortex takes a task and drives it to done: it plans, waits for a person to approve the plan, lets coding agents write and review the change, scans and tests it, and leaves a branch.',
  'Create tasks with cortex_create_task and follow them with cortex_get_task_status or cortex_wait_for_task; a task takes minutes, so create all of them first.',
  'A plan is approved by a person, never by you: call cortex_review_plan when a task waits for approval. The same for a task whose status has `yardstick`: its change touches the tests. It asks the person where this client can ask, and shows the plan and its hash where it cannot.',
  'The resources cortex://tasks/{id}/status, story, plan, diff and logs tell everything about a task.',
].join('\n')
