/** The head's manifest with everything that says how tests are run as at the base. */
export interface Merged {
  readonly text: string
  /** Whether the head says otherwise how tests are run. */
  readonly isOther: boolean
  /** Whether other packages are asked for: then lock files follow the head. */
  readonly areDependenciesOther: boolean
}
