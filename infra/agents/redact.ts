/** Replaces the values of variables that are secret by their name, wherever they appear in a text. */
export function createRedaction(variables: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.entries(variables)
    .filter(([name, value]) => /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i.test(name) && value.length >= 6)
    .map(([, value]) => value)
    .sort((a, b) => b.length - a.length)
  return (text) => secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[secret]'), text)
}
