import { endianness } from 'node:os'

/** How the kernel names a machine and numbers its calls, by Node's names. */
const machines: Readonly<Record<string, { name: number; keys: readonly [number, number, number]; sharedMemory: number }>> = {
  x64: { name: 0xc000003e, keys: [248, 249, 250], sharedMemory: 29 },
  arm64: { name: 0xc00000b7, keys: [217, 218, 219], sharedMemory: 194 },
}

/** A segment of System V's shared memory that nobody has in his address space is counted nowhere: 4096 small ones are bearable. */
export const largestSegment = 64 * 1024

/** Codes of the kernel's filter machine. */
const [load, and, ifEqual, ifGreater, answer] = [0x20, 0x54, 0x15, 0x25, 0x06]
/** Where in what it looks at. */
const [call, machine, secondLow, secondHigh] = [0, 4, 24, 28]
const [allowed, refused] = [0x7fff0000, 0x00050001]

/**
 * A filter of the kernel's, in the bytes that bubblewrap takes: `add_key`, `request_key` and `keyctl` are refused, for keyrings know no
 * sandbox and hold what the person's session was given; so is a segment of shared memory larger than `largestSegment`. Null for a
 * machine whose calls we do not know, where the library has no filter either. Pure.
 */
export function refusedCalls(arch: string): Buffer | null {
  const known = machines[arch]
  if (known === undefined || endianness() !== 'LE') return null
  const [add, request, control] = known.keys
  // Code, steps to skip when it holds, when not, value. The last two are the answers.
  const steps: [code: number, held: number, not: number, value: number][] = [
    [load, 0, 0, machine],
    [ifEqual, 0, 10, known.name],
    [load, 0, 0, call],
    [and, 0, 0, 0xbfffffff], // the bit of x32, whose numbers are the same
    [ifEqual, 8, 0, add],
    [ifEqual, 7, 0, request],
    [ifEqual, 6, 0, control],
    [ifEqual, 0, 4, known.sharedMemory],
    [load, 0, 0, secondHigh],
    [ifEqual, 0, 3, 0],
    [load, 0, 0, secondLow],
    [ifGreater, 1, 0, largestSegment],
    [answer, 0, 0, allowed],
    [answer, 0, 0, refused],
  ]
  const bytes = Buffer.alloc(8 * steps.length)
  for (const [n, [code, held, not, value]] of steps.entries()) {
    bytes.writeUInt16LE(code, 8 * n)
    bytes.writeUInt8(held, 8 * n + 2)
    bytes.writeUInt8(not, 8 * n + 3)
    bytes.writeUInt32LE(value, 8 * n + 4)
  }
  return bytes
}
