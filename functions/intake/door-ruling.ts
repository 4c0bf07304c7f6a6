/** What becomes of a request at the door. */
export type Ruling = { kind: 'accept'; planHash?: string } | { kind: 'repeated' } | { kind: 'refuse'; faults: string[] }

export const refuse = (...faults: string[]): Ruling => ({ kind: 'refuse', faults })
