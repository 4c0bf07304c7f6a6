import { z } from 'zod'

const Regex = z
  .string()
  .min(1)
  .refine(isRegex, { error: 'is not a regular expression' })
  .describe('A regular expression, matched without regard to case.')
const Css = z.string().min(1)
const Selectors = z.array(Css).default([]).describe('CSS selectors in order of preference.')
const Regexes = z.array(Regex).default([])
const Milliseconds = z.int().positive()

/** Everything that can be pointed at on a page. The first selector with a hit counts, except where "all of them" is said. */
const PageSelectors = z.strictObject({
  composer: z.array(Css).min(1).describe('The field the prompt is typed into: a textarea, an input or a contenteditable element.'),
  composerForm: Selectors.describe('What encloses the composer, its buttons and its attachment chips.'),
  send: Selectors.describe('The button that sends. None: the Enter key sends.'),
  stop: Selectors.describe('The button that is there only while an answer is being written.'),
  turn: Selectors.describe('One turn of the conversation, of either role. None: userTurn and assistantTurn are the turns.'),
  userTurn: z.array(Css).min(1).describe('Matches a turn of ours, or something inside it. All of them count.'),
  assistantTurn: z.array(Css).min(1).describe('Matches an answering turn, or something inside it. All of them count.'),
  userBody: Selectors.describe('The text of ours inside a user turn. None: the whole turn.'),
  answerBody: z.array(Css).min(1).describe("The rendered answer inside an assistant turn; the outermost hits are the answer's parts."),
  answerFrame: Selectors.describe(
    'Inside an answer: what the page adds to it, such as the bar over a code block. All of them are left out.',
  ),
  commentary: Selectors.describe('Containers of thinking text: nothing inside one is the answer, wherever it stands. All of them count.'),
  commentaryEnd: Selectors.describe('What stands behind texts on the way: an answer body before one is not the answer. All of them count.'),
  finishedBar: Selectors.describe(
    'What appears below a finished answer, such as its action buttons. None: completion is stop gone and text unchanged.',
  ),
  copy: Selectors.describe('The action of a turn that copies the answer as Markdown. None: Markdown is made from the HTML.'),
  thinking: Selectors.describe('Marks inside the current turn that the model is still at work. All of them count.'),
  thinkingLabel: Selectors.describe('Inside a thinking mark: the text that names what is being done.'),
  turnError: Selectors.describe('Error texts and retry buttons inside a turn, outside the answer body. All of them count.'),
  dialog: Selectors.describe('Dialogs over the page. All of them count.'),
  alert: Selectors.describe('Alerts, banners and toasts. All of them count.'),
  loggedIn: Selectors.describe('Shown only to somebody who is signed in.'),
  historyItem: Selectors.describe('Links to earlier conversations, newest first.'),
  newConversation: Selectors.describe(
    'A button that starts a new conversation, pressed after the home page has loaded. None: loading it is enough.',
  ),
  newConversationConfirm: Selectors.describe('The button that confirms the new conversation, where the page asks.'),
  chatMode: Selectors.describe('The radio or tab of plain chatting, where the page has other modes; it is chosen when it is not.'),
  modelButton: Selectors.describe('Opens the model menu; its text names the model in use.'),
  modelItem: Selectors.describe('The choices of the open model menu.'),
  effortButton: Selectors.describe('Opens the effort menu. None: the effort stands in the model menu.'),
  effortItem: Selectors.describe('The choices of effort in the open menu.'),
  effortSlider: Selectors.describe('An element with role=slider that sets the effort.'),
  fileInput: Selectors.describe('The input[type=file] that takes attachments.'),
  attachmentChip: Selectors.describe('One attached file, in the composer form.'),
  attachmentBusy: Selectors.describe('Marks in the composer form that an upload is still going on. All of them count.'),
  attachmentRemove: Selectors.describe('The button that takes an attached file away again.'),
})

const Signal = z.strictObject({
  hosts: z.array(z.string()).default([]).describe('Other hosts the page sends the browser to.'),
  paths: Regexes.describe("Urls, relative to home's folder (`auth/login`)."),
  titles: Regexes.describe('The title of the page.'),
  selectors: Selectors.describe('Something that is shown.'),
  texts: Regexes.describe('Texts of dialogs and alerts, and of the whole page where it holds little text and no composer.'),
})

const Dialog = z.strictObject({
  text: Regex.describe('Recognises the dialog by its text.'),
  dismiss: z.array(Css).default([]).describe('Selectors inside the dialog of the button that closes it.'),
  dismissText: Regex.optional().describe('Or the text on that button.'),
})

const Timing = z.strictObject({
  pollMs: Milliseconds.default(300).describe('Between two looks at an answer.'),
  readyMs: Milliseconds.default(30_000).describe('For the page to be usable after loading.'),
  insertMs: Milliseconds.default(60_000).describe('For the prompt to stand in the composer.'),
  attachMs: Milliseconds.default(45_000).describe('For attachments to be ready.'),
  attachBusyMs: Milliseconds.default(120_000).describe('For attachments that are seen to be loading, on top of attachMs.'),
  sendReadyMs: Milliseconds.default(20_000).describe('For the send button to be enabled, without attachments.'),
  listMs: Milliseconds.default(4_000).describe('For the list of earlier conversations to be drawn after loading.'),
  commitMs: Milliseconds.default(60_000).describe('For the sent prompt to be seen in the conversation.'),
  traceMs: Milliseconds.default(20_000).describe('For a lost turn to appear in the list of conversations.'),
  unchangedMs: Milliseconds.default(1_200).describe('An answer has stood still this long when it is complete.'),
  barGraceMs: Milliseconds.default(60_000).describe(
    'A still answer without its finished bar is taken as complete after this, as degraded.',
  ),
  markerGraceMs: Milliseconds.default(20_000).describe(
    'A still answer with its finished bar is taken although a thinking mark stays, after this.',
  ),
  emptyGraceMs: Milliseconds.default(10_000).describe('A finished answer without text may still get some for this long.'),
  weakChallengeMs: Milliseconds.default(12_000).describe('A weak sign of a challenge counts once it has stayed this long.'),
  copyMs: Milliseconds.default(2_000).describe('For the copy action to hand over its text.'),
})

const Words = z.array(z.string().min(1))

/** The defaults are German, French, Spanish and Japanese. */
const Times = z
  .strictObject({
    seconds: Words.default(['sekunden', 'sekunde', 'secondes', 'seconde', 'segundos', 'segundo', '秒']),
    minutes: Words.default(['minuten', 'minutos', 'minuto', '分']),
    hours: Words.default(['stunden', 'stunde', 'std', 'heures', 'heure', 'horas', 'hora', '時間']),
    days: Words.default(['tagen', 'tage', 'tag', 'jours', 'jour', 'días', 'día', '日']),
    one: Words.default(['einer', 'einem', 'une', 'un', 'una']).describe('Before a unit, for 1.'),
    oclock: Words.default(['uhr']).describe('Behind the hour of a clock.'),
    every: Words.default(['alle', 'pro', 'letzten', 'toutes les', 'par', 'cada', 'por']).describe('Before a span that says how often.'),
    again: Words.default(['wieder', 'erneut', 'ab', 'réessayez', 'vuelve', 'disponible']).describe(
      'Before the time from which on it may be tried again.',
    ),
  })
  .describe('Words around the times in texts.rateLimited, beside the English ones; months are known in the language of `locale`.')

const emptySignal = { hosts: [], paths: [], titles: [], selectors: [], texts: [] }

/** The description of one chat page: all that the browser worker knows of it. */
export const SitePackSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('The version of this format.'),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, { error: 'is not a name of small letters, digits and hyphens' }),
  title: z.string().min(1).describe('The name of the page for people.'),
  family: z.string().min(1).optional().describe('Whose model answers, in the words of agents: claude, codex. None: the name of the pack.'),
  locale: z
    .string()
    .default('en-US')
    .describe('The language the browser asks the page for. A page that speaks another one is told of, with what is made do with.'),
  urls: z.strictObject({
    home: z
      .url({ protocol: /^https?$/ })
      .describe('Where a new conversation starts; it can be overridden, and all paths below are relative to its folder.'),
    temporary: z.string().optional().describe('Path and query of a conversation that is not kept.'),
    conversation: Regex.optional().describe('Recognises the path of a conversation that can be opened again.'),
    transient: Regex.optional().describe('Recognises paths that look so but are not stable yet.'),
    session: z
      .string()
      .optional()
      .describe(
        'Path that answers otherwise once somebody is signed in, asked every 10 s to 1 min while the lane waits for that. None: home.',
      ),
  }),
  selectors: PageSelectors,
  turns: z
    .strictObject({
      idAttributes: z
        .union([z.array(z.string()), z.strictObject({ user: z.array(z.string()).default([]), assistant: z.array(z.string()).default([]) })])
        .default([])
        .describe('Attributes, on a turn or inside it, that name it for good; by role where they differ. None: its position.'),
      modelAttributes: z.array(z.string()).default([]).describe('Attributes, on a turn or inside it, that name the model that answered.'),
    })
    .prefault({}),
  composer: z
    .strictObject({
      input: z
        .enum(['insertText', 'fill'])
        .default('insertText')
        .describe('How text is put in: as typed by an input method, or by setting the value.'),
    })
    .prefault({}),
  copying: z
    .strictObject({
      click: z
        .enum(['script', 'trusted'])
        .default('script')
        .describe("How the copy action is pressed: from within the page, or by the mouse, where the page asks for a person's click."),
      hover: z.boolean().default(false).describe('The mouse is moved over the answer first, where its actions come only then.'),
    })
    .prefault({}),
  texts: z
    .strictObject({
      rateLimited: Regexes.describe('In dialogs, alerts and error nodes of the current turn: too many requests.'),
      tooLong: Regexes.describe('There: the message is too long.'),
      attachmentRefused: Regexes.describe('There: a file is too large, of a wrong kind, or one too many.'),
      failed: Regexes.describe('There: the answer failed.'),
      conversationMissing: Regexes.describe('There: the conversation cannot be opened.'),
      thinkingDone: Regexes.describe('A thinking label that says it is over.'),
      thinkingIgnored: Regexes.describe('A thinking label that is only decoration.'),
      itemUnavailable: Regexes.describe('In a menu entry: it cannot be chosen now.'),
    })
    .prefault({}),
  signals: z
    .strictObject({
      login: Signal.default(emptySignal).describe('A person must sign in.'),
      challenge: Signal.default(emptySignal).describe('A person must pass a check.'),
      challengeWeak: Signal.default(emptySignal).describe('Maybe a check: counts only without a composer, and once it has stayed.'),
      blocked: Signal.default(emptySignal).describe('The account is held; a person must look.'),
      failed: Signal.default(emptySignal).describe('The page itself is out of order.'),
    })
    .prefault({}),
  dialogs: z.array(Dialog).default([]).describe('Dialogs that may be closed once they were read.'),
  model: z
    .strictObject({
      aliases: z.record(z.string(), z.string()).default({}).describe('Wanted name to the text or test id of its menu entry.'),
      lesser: z
        .array(z.string())
        .default([])
        .describe('Words that tell a lesser model where they stand in the name shown and not in the wanted one.'),
      effortLevels: z.array(z.string()).default([]).describe('Names of the positions of the effort slider, lowest first.'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      maxPromptCharacters: z.int().positive().default(50_000).describe('A longer prompt goes as an attached file.'),
      maxFiles: z.int().nonnegative().default(10),
      historyItems: z.int().nonnegative().default(5).describe('How many of the newest conversations are looked through for a lost turn.'),
    })
    .prefault({}),
  blocked: z
    .strictObject({
      hosts: z.array(z.string()).default([]).describe('Hosts of advertising and telemetry; `*.` stands for any name before.'),
      urls: z.array(z.string()).default([]).describe('Addresses of telemetry, `*` stands for anything.'),
    })
    .prefault({}),
  times: Times.prefault({}),
  timing: Timing.prefault({}),
})

export type SitePack = z.output<typeof SitePackSchema>
export type SiteSignal = z.output<typeof Signal>

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'iu')
    return true
  } catch {
    return false
  }
}
