/** A node of a message as the platforms' adapters parse it (mdast), as far as it is read here. */
export interface MessageNode {
  readonly type: string
  readonly value?: string
  readonly url?: string
  readonly ordered?: boolean | null
  readonly start?: number | null
  readonly children?: readonly MessageNode[]
}

/** The message's text line by line, with the marks of its lists and of code, and without any other formatting. Pure. */
export const messageText = (root: MessageNode): string =>
  blocks(root)
    .join('\n')
    .replace(/[ \t]+$/gm, '')
    .trim()

const BLOCKS: ReadonlySet<string> = new Set(['root', 'paragraph', 'heading', 'list', 'listItem', 'blockquote', 'code', 'table', 'tableRow'])

const blocks = (node: MessageNode): string[] => {
  const children = node.children ?? []
  if (node.type === 'list') return children.flatMap((item, index) => marked(blocks(item), markOf(node, index)))
  if (node.type === 'code') return ['```', ...(node.value ?? '').split('\n'), '```']
  if (children.some(({ type }) => BLOCKS.has(type))) return children.flatMap(blocks)
  return inline(node).split('\n')
}

const markOf = ({ ordered, start }: MessageNode, index: number): string => (ordered ? `${(start ?? 1) + index}. ` : '- ')

const marked = ([first = '', ...rest]: readonly string[], mark: string): string[] => [`${mark}${first}`, ...rest.map((line) => `  ${line}`)]

const inline = (node: MessageNode): string => {
  if (node.type === 'break') return '\n'
  if (node.type === 'inlineCode') return `\`${node.value ?? ''}\``
  if (node.value !== undefined) return node.value
  const text = (node.children ?? []).map(inline).join('')
  return node.type === 'link' && node.url && node.url !== text && text !== '' ? `${text} (${node.url})` : text || (node.url ?? '')
}
