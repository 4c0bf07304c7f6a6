import { readFile } from 'node:fs/promises'
import { router } from './router'

router.get('/invoices/:id', async (request, response) => {
  const template = await readFile('templates/invoice.html', 'utf8')
  response.send(template.replace('$id', request.params.id))
})
