import type { AdapterPostableMessage } from 'chat'
import type { ChatBody } from '../../functions/ports.ts'
import { planToken } from '../../functions/threads/chat-origin.ts'
import { shortened } from '../../functions/threads/plain-words.ts'
import type { ChatPlatform } from './define-platform.ts'

/** What we say, in the SDK's own form. */
export const sdkMessage = async (
  platform: Pick<ChatPlatform, 'mention' | 'isMentionPlain' | 'longest'> | undefined,
  { text, title, people = [], buttons = [], plan }: ChatBody,
): Promise<AdapterPostableMessage> => {
  if (title === undefined) {
    const called = people.map(platform?.mention ?? ((id) => `@${id}`)).join(' ')
    const whole = fitting(called ? `${called} ${text}` : text, platform?.longest)
    return called && platform?.isMentionPlain ? { raw: whole } : { markdown: whole }
  }
  const { Actions, Button, Card, CardText } = await import('chat')
  const value = plan ? planToken(plan.task, plan.planHash) : ''
  const actions = buttons.map((button) => Button({ id: `plan_${button}`, value, ...LOOKS[button] }))
  const shown = fitting(text, platform?.longest === undefined ? undefined : platform.longest - title.length - 1)
  const card = Card({ title, children: [CardText(shown), ...(actions.length > 0 && plan ? [Actions(actions)] : [])] })
  return { card, fallbackText: `${title}\n${shown}` }
}

/** No longer than the platform takes; the last paragraph stays, for we find our message by what stands there. */
const fitting = (text: string, longest = Number.POSITIVE_INFINITY): string => {
  if (text.length <= longest) return text
  const at = text.lastIndexOf('\n\n')
  const last = at < 0 || text.length - at > longest / 2 ? '' : text.slice(at)
  return `${shortened(text, longest - last.length)}${last}`
}

const LOOKS = {
  approve: { label: 'Approve', style: 'primary' },
  reject: { label: 'Reject', style: 'danger' },
} as const
