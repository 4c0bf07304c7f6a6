export async function load(key: string): Promise<string | null> {
  try {
    return await (await fetch(`/store/${key}`)).text()
  } catch {}
  return null
}
