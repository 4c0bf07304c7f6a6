/** What a page says after a form; the address carries the key only, so nobody's link can put words on our page. */
const notices: Readonly<Record<string, string>> = {
  created: 'The task is created.',
  repeated: 'This task was created before; here it is.',
  approve: 'The plan is approved.',
  reject: 'The plan is rejected.',
  question: 'Your wishes are sent; the plan is made again.',
  cancel: 'The task is cancelled.',
  retry: 'The task is opened again.',
  prioritise: 'The priority is changed.',
  pin: 'The lesson is pinned.',
  forget: 'The lesson stands in no prompt any more.',
  pending: 'It is stored and will be decided in a moment.',
  paused: 'The function is paused.',
  resumed: 'The function goes on.',
  redriven: 'The message is sent to its function once more.',
}

/** The sentence for a key; undefined for one that is not ours. */
export const noticeOf = (key: string | undefined): string | undefined =>
  key !== undefined && Object.hasOwn(notices, key) ? notices[key] : undefined
