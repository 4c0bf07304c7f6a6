import type { Share } from '../../bus/shares.ts'

export const MB = 1024 * 1024

/** What each connection, and all together, may have undecided in a line of the door where anybody may publish; there are 256 connections at a time at most. */
export const share: Share = { each: { count: 1000, bytes: 8 * MB }, all: { count: 10_000, bytes: 64 * MB }, few: 8, senders: 256 }
