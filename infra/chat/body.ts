import type { AdapterPostableMessage } from 'chat'
import type { ChatBody } from '../../functions/ports.ts'
import { planToken } from '../../functions/threads/chat-origin.ts'
import type { ChatPlatform } from './define-platform.ts'

/** What we say, in the SDK's own form. */
export const sdkMessage = async (
  platform: Pick<ChatPlatform, 'mention' | 'isMentionPlain'> | undefined,
  { text, title, people = [], buttons = [], plan }: ChatBody,
): Promise<AdapterPostableMessage> => {
  if (title === undefined) {
    const called = people.map(platform?.mention ?? ((id) => `@${id}`)).join(' ')
    const whole = called ? `${called} ${text}` : text
    return called && platform?.isMentionPlain ? { raw: whole } : { markdown: whole }
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
