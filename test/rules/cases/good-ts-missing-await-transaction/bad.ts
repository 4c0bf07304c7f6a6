async function pay(db: Db) {
  db.transaction(async (t) => t.insert(row))
}
