import type { Mode } from './mode.ts'

/** Texts on screen and aria-labels by language. data-testids are the same in all of them. */

const english = {
  placeholder: 'Ask anything',
  send: 'Send prompt',
  stop: 'Stop streaming',
  dictate: 'Dictate button',
  voice: 'Start voice mode',
  addFiles: 'Add files and more',
  removeFile: 'Remove file',
  copy: 'Copy',
  good: 'Good response',
  bad: 'Bad response',
  retry: 'Retry',
  answerNow: 'Answer now',
  thoughtFor: 'Thought for {s}s',
  thinking: ['Thinking', 'Reading the question', 'Weighing what speaks for it', 'Checking the answer'],
  youSaid: 'You said:',
  answerSaid: 'ChatGPT stand-in said:',
  newChat: 'New chat',
  history: 'Chats',
  profile: 'Open profile menu',
  model: 'Model selector, current model is {model}',
  effort: 'Thinking effort',
  temporary: 'Temporary chat: not in the history, gone at a reload.',
  welcome: 'What is on your mind?',
  somethingWrong: 'Something went wrong.',
  tooManyTitle: 'Too many requests',
  tooManyText: "You're making requests too quickly. Please wait a little before you try again.",
  gotIt: 'Got it',
  tooLong: 'The message you submitted was too long, please submit something shorter.',
  fileTooLarge: 'File too large: {name}',
  uploadFailed: 'Upload failed: {name}',
  noConversation: 'Unable to load conversation',
  networkError: 'Network error: the page cannot reach its server.',
  marketing: 'Something new is here',
  marketingText: 'A dialog that is in the way until somebody dismisses it.',
  notNow: 'Not now',
}

export type Labels = typeof english

const german: Partial<Labels> = {
  placeholder: 'Stelle irgendeine Frage',
  send: 'Prompt senden',
  stop: 'Streaming anhalten',
  dictate: 'Diktieren',
  voice: 'Sprachmodus starten',
  addFiles: 'Dateien und mehr hinzufügen',
  removeFile: 'Datei entfernen',
  copy: 'Kopieren',
  good: 'Gute Antwort',
  bad: 'Schlechte Antwort',
  retry: 'Erneut versuchen',
  answerNow: 'Jetzt antworten',
  thoughtFor: '{s} s lang nachgedacht',
  thinking: ['Nachdenken', 'Die Frage wird gelesen', 'Die Antwort wird geprüft'],
  youSaid: 'Du hast gesagt:',
  newChat: 'Neuer Chat',
  model: 'Modellauswahl, aktuelles Modell ist {model}',
  welcome: 'Was hast du vor?',
  somethingWrong: 'Etwas ist schiefgegangen.',
  tooManyTitle: 'Zu viele Anfragen',
  tooManyText: 'Du stellst zu schnell Anfragen. Bitte warte ein wenig.',
  gotIt: 'Verstanden',
  tooLong: 'Deine Nachricht war zu lang, bitte sende eine kürzere.',
}

const french: Partial<Labels> = {
  placeholder: 'Posez une question',
  send: 'Envoyer le prompt',
  stop: 'Arrêter la diffusion',
  dictate: 'Dicter',
  addFiles: 'Ajouter des fichiers et plus',
  removeFile: 'Supprimer le fichier',
  copy: 'Copier',
  retry: 'Réessayer',
  answerNow: 'Répondre maintenant',
  thoughtFor: 'Réflexion durant {s} s',
  thinking: ['Réflexion', 'Lecture de la question', 'Vérification de la réponse'],
  newChat: 'Nouveau chat',
  model: 'Sélecteur de modèle, le modèle actuel est {model}',
  somethingWrong: "Une erreur s'est produite.",
  tooManyTitle: 'Trop de requêtes',
  tooManyText: 'Vous envoyez des requêtes trop rapidement.',
  gotIt: 'Compris',
}

const japanese: Partial<Labels> = {
  placeholder: '質問してみましょう',
  send: 'プロンプトを送信する',
  stop: 'ストリーミングの停止',
  addFiles: 'ファイルなどを追加',
  removeFile: 'ファイルを削除',
  copy: 'コピー',
  retry: '再試行',
  answerNow: '今すぐ回答',
  thoughtFor: '{s}秒間思考しました',
  thinking: ['思考中', '質問を読んでいます', '回答を確認しています'],
  newChat: '新しいチャット',
  somethingWrong: '問題が発生しました。',
  tooManyTitle: 'リクエストが多すぎます',
  gotIt: '了解',
}

const languages: Readonly<Record<Mode['locale'], Partial<Labels>>> = { en: english, de: german, fr: french, ja: japanese }

/** What a language does not have is English, as on the real page now and then. */
export const labelsOf = (locale: Mode['locale']): Labels => ({ ...english, ...languages[locale] })
