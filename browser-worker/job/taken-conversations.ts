/** Conversations that this process knows to belong to a job: the lost turn of another one is in none of them. */
export interface TakenConversations {
  take(url: string, job: string): void
  /** The conversations of all jobs but this one. */
  ofOthers(job: string): string[]
}

/** Only the newest are looked through for a lost turn. */
const MOST = 200

export const takenConversations = (): TakenConversations => {
  const jobs = new Map<string, string>()
  return {
    take: (url, job) => {
      jobs.delete(url)
      jobs.set(url, job)
      const [oldest] = jobs.keys()
      if (jobs.size > MOST && oldest !== undefined) jobs.delete(oldest)
    },
    ofOthers: (job) => [...jobs].flatMap(([url, owner]) => (owner === job ? [] : [url])),
  }
}
