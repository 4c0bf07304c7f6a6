import type { AdapterPostableMessage } from 'chat'
import type { ChatBody } from '../../functions/ports.ts'
import { planToken } from '../../functions/threads/chat-origin.ts'

/** What we say, in the SDK's own form. */
export const sdkMessage = async (
  platform: string,
  { text, title, people = [], buttons = [], plan }: ChatBody,
): Promise<AdapterPostableMessage> => {
  if (title === undefined) {
    const called = mentions(platform, people)
    const whole = called ? `${called} ${text}` : text
    // Slack and Discord read a mention in plain text only for sure.
    return called && (platform === 'slack' || platform === 'discord') ? { raw: whole } : { markdown: whole }
  }
  const { Actions, Button, Card, CardText } = await import('chat')
  const value = plan ? planToken(plan.task, plan.planHash) : ''
  const actions = buttons.map((button) => Button({ id: `plan_${button}`, value, ...LOOKS[button] }))
  const card = Card({ title, children: [CardText(text), ...(actions.length > 0 && plan ? [Actions(actions)] : [])] })
  return { card, fallbackText: `${title}\n${text}` }
}

const LOOKS = {
  approve: { label: 'Approve', style: 'primary' },
  reject: { label: 'Reject', style: 'danger' },
} as const

const mentions = (platform: string, people: readonly string[]): string => people.map((id) => mention(platform, id)).join(' ')

const mention = (platform: string, id: string): string => {
  if (platform === 'slack' || platform === 'discord') return `<@${id}>`
  if (platform === 'telegram') return `[${id}](tg://user?id=${id})`
  return `@${id}`
}
