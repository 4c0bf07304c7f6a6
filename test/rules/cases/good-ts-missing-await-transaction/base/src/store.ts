export const store = { async transaction(run: (tx: any) => Promise<void>) { await run({}) } }
