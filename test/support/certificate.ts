import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { findOnPath } from '../../infra/setup/cache.mjs'

/** For `skip`: the reason where none can be made, else false. */
export const unlessCertificates = findOnPath('openssl', process.env) === null && 'openssl makes the certificate'

/** Makes one for localhost and 127.0.0.1 that only who is shown it trusts. @returns paths of its files in the folder */
export function makeCertificate(folder: string, name: string): { key: string; cert: string } {
  const [key, cert] = [path.join(folder, `${name}-key.pem`), path.join(folder, `${name}-cert.pem`)]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...curve, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key, cert }
}
