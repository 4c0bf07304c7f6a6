import { store } from './store'

export async function recordPayment(amount: number) {
  store.transaction(async (tx) => {
    await tx.insert('payments', { amount })
  })
  return { amount }
}
