import { chromium } from 'playwright-core'
const url = process.argv[2] ?? ''
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false, args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] })
const paths: Record<string, string> = { list: '/', new: '/new', gate: '/task/task-chat-1763712000000-gate00001', done: '/task/task-chat-1763711000000-done00001', coding: '/task/task-chat-1763711500000-code00001', escalated: '/task/task-chat-1763711800000-esc000001', diff: '/task/task-chat-1763711000000-done00001/diff', logs: '/task/task-chat-1763711000000-done00001/logs', system: '/system', statistics: '/statistics', login: '/login' }
const only = process.argv[3]?.split(',')
for (const [kind, options] of Object.entries({ light: { viewport: { width: 1200, height: 850 }, colorScheme: 'light' }, dark: { viewport: { width: 1200, height: 850 }, colorScheme: 'dark' }, phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, colorScheme: 'light' } } as const)) {
  const context = await browser.newContext(options)
  for (const [name, path] of Object.entries(paths)) {
    if (only && !only.includes(name)) continue
    const page = await context.newPage()
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(kind, name, m.text()))
    page.on('pageerror', (e) => console.log(kind, name, 'PAGEERROR', e.message))
    await page.goto(url + path)
    await page.waitForTimeout(name === 'coding' ? 2500 : 500)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 0) console.log(kind, name, 'scrolls sideways by', wide)
    await page.screenshot({ path: `/tmp/shots/${name}-${kind}.png`, fullPage: kind !== 'dark' })
    await page.close()
  }
  await context.close()
}
await browser.close()
