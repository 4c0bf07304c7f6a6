/** What a person would not paste into a chat, by its name. */
const SECRET = [
  // Variables, and keys and certificates.
  /^\.env(?:[._-].+)?$|.\.env$|^env\.(?:prod|production|dev|development|stage|staging|local|live|test|ci)$|^\.envrc$/,
  /\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|tfstate|tfvars|tfvars\.json)$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|^(?:deploy|ssh|private|signing|master|api|access)[._-]?key(?:\.(?:txt|json|ya?ml))?$/,
  // Where tools keep logins.
  /^\.(?:npmrc|pypirc|netrc|git-credentials|htpasswd|pgpass|dockercfg|boto|s3cfg|vault[._-](?:pass(?:word)?|token))$|^_netrc$|^\.?my\.cnf$/,
  /^(?:credentials(?:\.\w+)?(?:\.enc)?|kube\.?config|wp-config\.php)$/,
  // What is named by what it holds.
  /^secrets?\.(?:ya?ml|json|toml|ini|txt)$|^(?:passwords?|passwd|tokens?|api[._-]?keys?)\.(?:txt|csv)$|^(?:oauth|access|auth|api)[._-]token(?:\.txt)?$/,
  /(?:^service[-_]account|^client_secret|^application_default_credentials|firebase-adminsdk).*\.json$|^(?:gcp|gcloud|google|firebase|aws)[._-]?(?:key|creds?|credentials)\.json$/,
]
const SECRET_PLACE = /(^|\/)(\.aws|\.ssh|\.gnupg|\.kube|\.docker)\//i
/** What somebody put at the end of a name to keep an older one. */
const KEPT = /(?:\.(?:bak|old|orig|save|backup|swp)|~|[._-]\d{1,8})+$/i
/** What shows how such a file looks. */
const SAMPLE = /\.(example|sample|template|dist|tpl)$/i

/** Whether a file holds keys, tokens or passwords by its name. Pure. */
export const isSecretFile = (file: string): boolean => {
  const name = file.slice(file.lastIndexOf('/') + 1)
  const kept = name.replace(KEPT, '').toLowerCase()
  return SECRET_PLACE.test(file) || (!SAMPLE.test(kept) && SECRET.some((pattern) => pattern.test(kept)))
}
