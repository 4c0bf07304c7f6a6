import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from '../../../../gateway/http/public-address.ts'
import { dataImage, imageOf } from '../../../../gateway/surfaces/proxy/image-bytes.ts'
import { fetchImage } from '../../../../gateway/surfaces/proxy/remote-image.ts'
import { pixel, pixelUrl } from '../../../support/proxy.ts'

test('the type of an image is what its bytes say', () => {
  assert.deepEqual(dataImage(pixelUrl.replace('image/png', 'image/jpeg')), { bytes: pixel, contentType: 'image/png' })
  const typeOf = (text: string) => imageOf(Buffer.from(text, 'latin1'))
  assert.equal((typeOf('\xff\xd8\xff\xe0') as { contentType: string }).contentType, 'image/jpeg')
  assert.equal((typeOf('GIF89a') as { contentType: string }).contentType, 'image/gif')
  assert.equal((typeOf('RIFF0000WEBPVP8 ') as { contentType: string }).contentType, 'image/webp')
  assert.match(String(typeOf('<svg/>')), /is not a PNG/)
})

test('a data: URL that holds no image is told in words', () => {
  assert.match(String(dataImage('data:image/png,abc')), /base64/)
  assert.match(String(dataImage('data:image/png;base64,%%%')), /not valid base64/)
  assert.match(String(dataImage('data:;base64,')), /is not a PNG/)
})

test('loopback, private and reserved addresses are not public, in whatever form', () => {
  const closed = '127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255'
  const closed6 = '::1 :: fc00::1 fe80::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 ff02::1'
  for (const address of `${closed} ${closed6} localhost`.split(' ')) assert.equal(isPublicAddress(address), false, address)
  for (const address of '8.8.8.8 1.1.1.1 2606:4700:4700::1111'.split(' ')) assert.equal(isPublicAddress(address), true, address)
})

test('no URL leads to this machine', async () => {
  const fetchIt = fetchImage()
  for (const url of ['http://127.0.0.1:1/', 'http://[::1]:1/', 'http://2130706433/', 'http://0x7f.1/', 'http://localhost:1/x.png'])
    assert.match(String(await fetchIt(url, 1000)), /never fetched/, url)
  assert.match(String(await fetchIt('file:///etc/passwd', 1000)), /is not an http/)
})
