/** What becomes of a request at the door. */
export type Ruling = { kind: 'accept'; planHash?: string } | { kind: 'repeated' } | { kind: 'refuse'; faults: string[] }

export const refuse = (...faults: string[]): Ruling => ({ kind: 'refuse', faults })

/** The ruling with more that is wrong, so that all faults are told at once. */
export const withFaults = (ruling: Ruling, faults: readonly string[]): Ruling =>
  faults.length === 0 ? ruling : refuse(...(ruling.kind === 'refuse' ? ruling.faults : []), ...faults)
