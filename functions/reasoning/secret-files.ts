/** What a person would not paste into a chat, by its name. */
const SECRET =
  /^(\.env(\..+)?|.+\.env|\.envrc|.*\.(pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ppk|tfstate|tfvars)(\.backup)?|id_(rsa|dsa|ecdsa|ed25519)(_sk)?|\.npmrc|\.pypirc|\.netrc|_netrc|\.git-credentials|\.htpasswd|\.pgpass|\.dockercfg|credentials(\.\w+)?|kubeconfig|secrets?\.(ya?ml|json|toml|ini)|service[-_]account.*\.json|client_secret.*\.json)$/i
const SECRET_PLACE = /(^|\/)(\.aws|\.ssh|\.gnupg|\.kube|\.docker)\//i
/** What shows how such a file looks. */
const SAMPLE = /\.(example|sample|template|dist|tpl)$/i

/** Whether a file holds keys, tokens or passwords by its name. Pure. */
export const isSecretFile = (file: string): boolean => {
  const name = file.slice(file.lastIndexOf('/') + 1)
  return SECRET_PLACE.test(file) || (SECRET.test(name) && !SAMPLE.test(name))
}
