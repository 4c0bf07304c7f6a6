import { store } from './store'

export async function recordPayment(amount: number) {
  await store.transaction(async (tx) => {
    await tx.insert('payments', { amount })
  })
  return { amount }
}
