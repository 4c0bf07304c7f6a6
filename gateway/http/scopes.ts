/** What a token may do: create tasks (and steer them), decide on plans, operate the system, read. */
export const Scopes = ['create', 'approve', 'operate', 'read'] as const
export type Scope = (typeof Scopes)[number]

/** Which scopes open an endpoint of the micro services; one of them is enough. What is not named here is for operators. */
const opens: Readonly<Record<string, readonly Scope[]>> = {
  'task.create': ['create'],
  'task.submit': ['create'],
  'task.cancel': ['create', 'operate'],
  'task.retry': ['create', 'operate'],
  'task.prioritise': ['create', 'operate'],
  'task.approve': ['approve'],
  'task.reject': ['approve'],
  'task.question': ['approve'],
  'task.status': ['read'],
  'task.story': ['read'],
  'task.list': ['read'],
  'task.plan': ['read'],
  'task.diff': ['read'],
  'task.logs': ['read'],
  'job.status': ['read'],
  'dead.list': ['read'],
  'dead.show': ['read'],
  'system.status': ['read'],
  'function.list': ['read'],
}

/** The scopes of which one is needed to ask this endpoint, `<group>.<name>`. Pure. */
export const scopesFor = (endpoint: string): readonly Scope[] => (Object.hasOwn(opens, endpoint) ? (opens[endpoint] ?? []) : ['operate'])
