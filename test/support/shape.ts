import assert from 'node:assert/strict'

/** Some of an object's members, with a RegExp where a text need only match. Arrays are whole. */
export type Pattern<T> = T extends string
  ? T | RegExp
  : T extends readonly (infer Item)[]
    ? readonly Pattern<Item>[]
    : T extends object
      ? { readonly [K in keyof T]?: Pattern<T[K]> }
      : T

/** What of `actual` the pattern speaks of: equal to the pattern when it fits. */
const projected = (actual: unknown, pattern: unknown): unknown => {
  if (pattern instanceof RegExp) return typeof actual === 'string' && pattern.test(actual) ? pattern : actual
  if (typeof actual !== 'object' || actual === null || typeof pattern !== 'object' || pattern === null) return actual
  if (Array.isArray(actual))
    return Array.isArray(pattern) ? actual.map((item, index) => (index < pattern.length ? projected(item, pattern[index]) : item)) : actual
  const members = new Map(Object.entries(actual))
  return Object.fromEntries(Object.entries(pattern).map(([key, wanted]) => [key, projected(members.get(key), wanted)]))
}

/** Fails, with the difference, when `actual` has not the members the pattern names. */
export const assertShape = (actual: unknown, pattern: unknown): void => assert.deepEqual(projected(actual, pattern), pattern)
