import type { FailureClass } from '../domain/catalogue/shared.ts'

/** A failure of the outside world in words. `class` tells who must act: see each service for its classes. */
export interface Failure {
  class: FailureClass
  /** What happened, where, what to do, in one or two sentences a person can act on. */
  reason: string
  /** Of a model that refused: when it takes questions again (ISO 8601), as far as it says. */
  until?: string
}
