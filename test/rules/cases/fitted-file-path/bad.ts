import { readFileSync } from 'node:fs'

const text = readFileSync('templates/invoice.html', 'utf8')
