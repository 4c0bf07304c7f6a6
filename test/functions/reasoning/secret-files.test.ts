import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecretFile } from '../../../functions/reasoning/secret-files.ts'

test('what holds keys, tokens or passwords by its name is left out, also one that was kept as an older one', () => {
  const secret = `.env .env.local prod.env .env-prod .env_production env.prod .envrc config/master.key id_rsa id_rsa.bak id_ed25519_2 deploy_key
    server.pem.old AuthKey_ABC.p8 .npmrc .my.cnf .boto .s3cfg .vault-token .aws/config credentials.json config/credentials.yml.enc
    passwords.txt token.txt secret.txt oauth_token gcp-key.json shop-firebase-adminsdk-1.json application_default_credentials.json
    service-account.json wp-config.php prod.auto.tfvars.json kube.config .ENV`
  for (const file of secret.split(/\s+/)) assert.ok(isSecretFile(file), file)
})

test('what shows how such a file looks, and what only speaks of them, is not', () => {
  const open = `.env.example secrets.env.sample .env.example.bak src/env.ts src/env.d.ts env.yaml src/token.ts tokens.json design/tokens.css
    passwords.test.js locales/en/auth.json key.ts public_key.ts monkey.txt keyboard.md environment.prod.ts my_passwords_test.py`
  for (const file of open.split(/\s+/)) assert.ok(!isSecretFile(file), file)
})
