import { readFileSync } from 'node:fs'
import { router } from './router'

router.get('/invoices/:id', (request, response) => {
  const template = readFileSync('templates/invoice.html', 'utf8')
  response.send(template.replace('$id', request.params.id))
})
