export async function load(key: string): Promise<string | null> {
  const answer = await fetch(`/store/${key}`)
  return answer.ok ? answer.text() : null
}
