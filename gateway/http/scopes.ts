/** What a token may do: create tasks (and steer them), decide on plans, operate the system, read. */
export const Scopes = ['create', 'approve', 'operate', 'read'] as const
export type Scope = (typeof Scopes)[number]
