import type { DoorRequest } from '../../bus/define-function.ts'
import { initialTask, type Task } from '../../domain/task.ts'
import { readRequest } from '../../functions/intake/requests.ts'

/** The task that one of these requests asks for, as it will be once that is decided on; its sequence is 0. Pure. */
export const taskAtDoor = (id: string, undecided: readonly DoorRequest[]): Task | undefined => {
  for (const request of undecided) {
    // Many may ask about a long queue: what cannot be meant is not read.
    if (!request.body.includes(id)) continue
    const asked = readRequest(request)
    if (!('type' in asked) || asked.type !== 'task.created' || asked.id !== id) continue
    const { data, by, channel, requestedAt = request.time } = asked
    const phases = [{ phase: 'created', at: request.time } as const]
    const times = { createdAt: requestedAt, updatedAt: request.time }
    return { ...initialTask(id), created: { ...data, by, channel }, priority: data.priority, ...times, phases }
  }
  return undefined
}
