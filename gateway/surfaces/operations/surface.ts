import { createRoute, z } from '@hono/zod-openapi'
import type { AnyOperation } from '../../define-operation.ts'
import { operationsFor } from '../../http/caller.ts'
import type { Surface } from '../../http/gateway-app.ts'
import { errors, inAddress, json } from '../../http/route-parts.ts'
import { callOf, type Declared, declared } from '../../operations.ts'
import { freelySaid, spellingOf } from '../../spelling.ts'

/** A route for every operation that says its place in HTTP: it takes the operation's fields, and answers what the operation answers. */
export const operationSurface =
  (all: Declared = declared): Surface =>
  (app, around) => {
    for (const [name, operation] of Object.entries(all)) {
      if (!operation.http) continue
      const { route, bare, input, told } = routeOf(operation, operation.http)
      app.openapi(route, async (context) => {
        // Which of the parts there are its own description says.
        const valid = (part: 'query' | 'json' | 'param') => context.req.valid(part as never) as object | undefined
        const said = { ...bare, ...valid('query'), ...valid('json'), ...valid('param') }
        return context.json(told(await callOf(operationsFor(context, around), name)(input(said))), 200)
      })
    }
  }

type HttpPart = NonNullable<AnyOperation['http']>

/** How it is described and read; `bare` is what a request without a body says. */
const routeOf = (operation: AnyOperation, { method, path, operationId, tag, description, shown }: HttpPart) => {
  const { shape, input } = spellingOf(operation)
  const places = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  const [inPath, others] = [
    Object.entries(shape).filter(([name]) => places.has(name)),
    Object.entries(shape).filter(([name]) => !places.has(name)),
  ]
  const hasBody = method === 'post' && others.length > 0
  const body = freelySaid(z.strictObject(Object.fromEntries(others)))
  const bare = hasBody ? body.safeParse({}) : undefined
  const route = createRoute({
    ...{ method, path, operationId, tags: [tag], summary: operation.summary.replace(/\.$/, '') },
    request: {
      params: addressed('path', inPath),
      query: addressed('query', hasBody ? [] : others),
      ...(bare ? { body: { required: !bare.success, ...json(body) } } : {}),
    },
    responses: {
      200: { description, ...json(shown?.schema ?? operation.answer) },
      ...errors(
        ...(inPath.length + others.length > 0 ? [400 as const] : []),
        ...(inPath.length > 0 ? [404 as const, 409 as const] : []),
        ...(hasBody ? [413 as const, 415 as const] : []),
      ),
    },
  })
  // Only what `shown` says of its own answer comes here.
  return { route, bare: bare?.data, input, told: (answer: object) => (shown ? shown.of(answer as never) : answer) }
}

const addressed = (place: 'path' | 'query', fields: readonly (readonly [string, z.ZodType])[]) =>
  z.strictObject(Object.fromEntries(fields.map(([name, field]) => [name, inAddress(name, place, field)])))
