import type { StatusAnswer } from '../../../../gateway/answers.ts'
import type { Operations } from '../../../../gateway/operations.ts'
import { toolSurface } from '../../../../gateway/surfaces/tools/surface.ts'
import { givenGateway } from '../../../support/gateway.ts'
import { tasksInMemory } from '../../../support/tasks-in-memory.ts'

export type Answer = Record<string, unknown>

export const givenTools = (tasks: readonly StatusAnswer[] = [], more: Partial<Operations> = {}) => {
  const memory = tasksInMemory(tasks, more)
  const now = () => new Date('2026-01-02T12:00:00.000Z')
  const config = { gateway: { deciding_tools: true } }
  const gateway = givenGateway({ surfaces: [toolSurface()], operations: memory.operations, config, now })
  const post = async (body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: Answer }> => {
    const answer = await gateway.ask('/execute-tool', { body, headers, method: 'POST' })
    return { status: answer.status, body: (await answer.json()) as Answer }
  }
  const call = (tool_name: string, tool_input?: unknown, headers?: Record<string, string>) => post({ tool_name, tool_input }, headers)
  return { ...gateway, ...memory, post, call }
}
