import sharp from 'sharp'

const segments = 3

/** Three PNGs of a picture's upper, middle and lower part at full resolution; a picture of fewer than three rows stays whole. Takes PNG, JPEG and WebP. */
export const sliceScreenshot = async (picture: Uint8Array): Promise<Uint8Array[]> => {
  const { width, height } = await sharp(picture).metadata()
  if (height < segments) return [await sharp(picture).png().toBuffer()]
  const edges = Array.from({ length: segments + 1 }, (_, index) => Math.round((height * index) / segments))
  const parts = edges.slice(0, -1).map((top, index) => ({ left: 0, top, width, height: (edges[index + 1] ?? height) - top }))
  return Promise.all(parts.map((part) => sharp(picture).extract(part).png().toBuffer()))
}
