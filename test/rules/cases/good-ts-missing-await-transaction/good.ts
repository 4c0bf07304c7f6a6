async function pay(db: Db) {
  await db.transaction(async (t) => t.insert(row))
}
