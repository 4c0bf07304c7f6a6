import { readFile } from 'node:fs/promises'

const text = await readFile('templates/invoice.html', 'utf8')
