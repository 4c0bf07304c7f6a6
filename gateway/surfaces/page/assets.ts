import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RequestFault } from '../../../bus/define-service.ts'
import type { GatewayApp } from '../../http/gateway-app.ts'

const own = (name: string): URL => new URL(`./assets/${name}`, import.meta.url)
const library = (name: string): URL => new URL(import.meta.resolve(name))

/** Everything that is given out: nothing is looked for by a name that came from outside. */
const files: Readonly<Record<string, URL>> = {
  'base.css': own('base.css'),
  'pieces.css': own('pieces.css'),
  'tasks.css': own('tasks.css'),
  'task.css': own('task.css'),
  'system.css': own('system.css'),
  'narrow.css': own('narrow.css'),
  'page.js': own('page.js'),
  'live.js': own('live.js'),
  'output.js': own('output.js'),
  'kept-plan.js': own('kept-plan.js'),
  'keys.js': own('keys.js'),
  'plots.js': own('plots.js'),
  'icon.svg': own('icon.svg'),
  'idiomorph.js': library('idiomorph/dist/idiomorph.esm.js'),
  'uplot.js': library('uplot/dist/uPlot.esm.js'),
  'uplot.css': library('uplot/dist/uPlot.min.css'),
}
/** How the page's modules find the libraries by their names. The only script in the page itself: its hash is in the policy. */
export const IMPORT_MAP = JSON.stringify({ imports: { idiomorph: '/assets/idiomorph.js', uplot: '/assets/uplot.js' } })

const types: Readonly<Record<string, string>> = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }

/** `GET /assets/*`: style sheets and modules of the page, ours and the libraries' as they are in node_modules. */
export const assetRoutes = (app: GatewayApp): void => {
  const read = reader()
  app.get('/assets/:name', (context) => {
    const name = context.req.param('name')
    if (!Object.hasOwn(files, name)) throw new RequestFault(404, ['there is no such asset'])
    const { body, etag } = read(name)
    const headers = { etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' }
    if (context.req.header('if-none-match') === etag) return context.body(null, 304, headers)
    return context.body(body, 200, { ...headers, 'content-type': `${types[name.split('.').at(-1) ?? '']}; charset=utf-8` })
  })
}

interface Asset {
  readonly body: string
  readonly etag: string
}

/** Reads each file once. */
const reader = (): ((name: string) => Asset) => {
  const known = new Map<string, Asset>()
  return (name) => {
    const found = known.get(name) ?? load(name)
    known.set(name, found)
    return found
  }
}

const load = (name: string): Asset => {
  const url = files[name]
  if (!url) throw new Error(`"${name}" is no asset`)
  const body = readFileSync(fileURLToPath(url), 'utf8')
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}
