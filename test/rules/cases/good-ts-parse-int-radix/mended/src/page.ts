export function pageOf(query: URLSearchParams): number {
  return Math.max(1, parseInt(query.get('page') ?? '1', 10))
}
