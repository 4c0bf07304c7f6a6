/** What somebody who wants a task may choose from. It imports nothing, so that the command line's help loads no schema. */

export const Categories = ['development', 'security', 'infrastructure', 'inventory', 'cicd', 'general'] as const
export type Category = (typeof Categories)[number]

/** A change of a project's code, or an answer. */
export const Workflows = ['change', 'answer'] as const
export type Workflow = (typeof Workflows)[number]
