/** A secret in a text: where it stands, `end` not included, and what it is, in words that do not give it away. */
export interface Found {
  start: number
  end: number
  kind: string
  value: string
}
