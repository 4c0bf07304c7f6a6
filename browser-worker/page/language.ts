import type { SitePack } from '../sites/site-pack.ts'

const primary = (language: string): string => language.toLowerCase().split(/[-_]/)[0] ?? ''

/** What is made do with on a page in another language than its pack's; undefined on one that is not, or that names none. */
export const languageFallback = ({ name, locale }: Pick<SitePack, 'name' | 'locale'>, language: string): string | undefined =>
  primary(language) === '' || primary(language) === primary(locale)
    ? undefined
    : `the page is in "${language.slice(0, 20)}", and the pack ${name} is for ${locale}: its texts are looked for as they are in the pack, ` +
      `times by English words, those of its "times" and the months of ${locale}`
