import type { html } from 'hono/html'

/** A piece of a page. What is put into the template `html` is escaped, pieces of this kind aside. */
export type Html = ReturnType<typeof html>
