import { readFile } from 'node:fs/promises'

app.get('/terms', async (req, res) => {
  res.send(await readFile('terms.md', 'utf8'))
})
