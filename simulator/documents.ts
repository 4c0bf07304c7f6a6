import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Door, doorOf } from './door.ts'
import type { Reached } from './facts.ts'
import { type Call, RequestError, sessionCookieOf } from './messages.ts'
import type { State } from './state.ts'

/** The files of `page/`, and which of them a browser gets. */

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webm': 'video/webm',
}

/** What loads besides the page, to see what a driver lets through. The font and the film are empty: only their requests count. */
const counted: Readonly<Record<string, { kind: keyof Reached; file?: string }>> = {
  '/assets/stand-in.woff2': { kind: 'font' },
  '/assets/welcome.webm': { kind: 'media' },
  '/assets/emblem.svg': { kind: 'image', file: 'emblem.svg' },
  '/ads/banner.svg': { kind: 'ad', file: 'banner.svg' },
  '/telemetry/collect': { kind: 'telemetry' },
}

const countOf = ({ reached }: State, kind: keyof Reached): Pick<State, 'reached'> => ({
  reached: { ...reached, [kind]: reached[kind] + 1 },
})

export const isAsset = ({ pathname }: URL): boolean => pathname.startsWith('/assets/') || pathname in counted

export const sendAsset = async (call: Call): Promise<void> => {
  const { pathname } = call.url
  const known = counted[pathname]
  if (known) call.world.change((state) => countOf(state, known.kind))
  if (known && !known.file) return sendBytes(call, Buffer.alloc(0), pathname, 204)
  const name = known?.file ?? pathname.slice('/assets/'.length)
  if (!/^[\w-]+\.(js|css|svg)$/.test(name)) throw new RequestError(404, `there is no ${pathname}`)
  await sendFile(call, name)
}

const isPage = ({ pathname }: URL): boolean => pathname === '/' || /^\/c\/[\w-]+$/.test(pathname)
const pages: Readonly<Record<Exclude<Door, 'login'>, string>> = { open: 'chat.html', challenge: 'challenge.html', blocked: 'blocked.html' }

/** The chat page, or what stands in its way: a challenge, the word that the account is blocked, the way to the login. */
export const sendDocument = async (call: Call): Promise<void> => {
  const { url, request, world } = call
  world.change((state) => countOf(state, 'document'))
  const door = doorOf(world.state, sessionCookieOf(request), Date.now())
  if (door === 'challenge' || door === 'blocked') return sendFile(call, pages[door], door === 'challenge' ? 403 : 200)
  if (url.pathname === '/auth/login') return door === 'login' ? sendFile(call, 'login.html') : redirect(call, '/')
  if (door === 'login') return redirect(call, '/auth/login')
  if (url.pathname.startsWith('/c/WEB:')) return redirect(call, '/')
  if (!isPage(url)) throw new RequestError(404, `the stand-in has no page ${url.pathname}`)
  await sendFile(call, pages.open)
}

const redirect = ({ response }: Call, location: string): void => {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end()
}

const sendFile = async (call: Call, name: string, status = 200): Promise<void> => sendBytes(call, await readPageFile(name), name, status)

const readPageFile = async (name: string): Promise<Buffer> => {
  try {
    return await readFile(join(import.meta.dirname, 'page', name))
  } catch (cause) {
    throw new RequestError(404, `the stand-in has no file ${name}: ${cause}`)
  }
}

const sendBytes = ({ response }: Call, bytes: Buffer, name: string, status = 200): void => {
  const type = types[extname(name)] ?? 'text/plain'
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'access-control-allow-origin': '*' })
  response.end(bytes)
}
