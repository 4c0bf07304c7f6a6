import { readFileSync } from 'node:fs'

app.get('/terms', (req, res) => {
  const text = readFileSync('terms.md', 'utf8')
  res.send(text)
})
