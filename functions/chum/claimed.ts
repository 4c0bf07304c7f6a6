import { visible } from '../../domain/words/plain.ts'

/** Other people's words, so that nothing in them passes for a part of the prompt. Pure. */
export const claimed = (text: string): string => visible(text).replaceAll('<', '&lt;')
