import { z } from 'zod'
import { chatPlatforms } from '../chat/load-platforms.ts'

const sections = Object.fromEntries([...chatPlatforms].map(([name, { settings }]) => [name, settings.optional()]))

/** `[gateway.chat]`: the chat platforms that are switched on. */
export const ChatSchema = z
  .strictObject(sections)
  .describe('people on these platforms ask for tasks, follow and decide on them; each section switches one on: POST /chat/<platform>')
