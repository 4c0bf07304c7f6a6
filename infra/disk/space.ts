/** What a file system has, in bytes. */
export interface Space {
  /** What somebody without special rights may still take. */
  readonly free: number
  readonly total: number
  /** Why nothing can be written there, however much is free. */
  readonly unwritable?: string | undefined
}

const megabyte = 1024 * 1024

/** Below so many bytes nothing new is taken: the wanted megabytes, and on a small disk no more than a tenth of it. Pure. */
export const lowMark = ({ total }: Pick<Space, 'total'>, lowMb: number): number => Math.min(lowMb * megabyte, Math.floor(total / 10))

/** Whether nothing can be written, or there is too little; once there was, a quarter more than the mark must be free, so that it does not change to and fro. Pure. */
export const isShort = (space: Space, lowMb: number, wasShort: boolean): boolean =>
  space.unwritable !== undefined || space.free < lowMark(space, lowMb) * (wasShort ? 1.25 : 1)

/** So little that a server may have failed to write. Pure. */
export const isFull = ({ free }: Space): boolean => free < megabyte

/** Why nothing new is taken, for people. Pure. */
export const shortageText = (place: string, space: Space, lowMb: number): string =>
  space.unwritable === undefined
    ? roomText(place, space, lowMb)
    : `the disk of ${place} cannot be written: ${space.unwritable}; no new work is taken until it can be, and then by itself`

const roomText = (place: string, space: Space, lowMb: number): string =>
  `the disk of ${place} is ${isFull(space) ? 'full' : 'nearly full'}: ${inMegabytes(space.free)} of ${inMegabytes(space.total)} are free, ` +
  `less than ${inMegabytes(lowMark(space, lowMb))} ([disk] low_mb); no new work is taken until there is room, and then by itself`

const inMegabytes = (bytes: number): string => `${(bytes / megabyte).toFixed(bytes < 10 * megabyte ? 1 : 0)} MB`
