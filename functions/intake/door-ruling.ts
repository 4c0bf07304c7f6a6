/** What becomes of a request at the door. */
export type Verdict = { kind: 'accept'; planHash?: string } | { kind: 'repeated' } | { kind: 'refuse'; faults: string[] }

export const refuse = (...faults: string[]): Verdict => ({ kind: 'refuse', faults })
