/** .ico and .icns: directories of images, and the images may be PNG files as they are. */

/** By its side in pixels, the PNG. */
export type Images = ReadonlyMap<number, Buffer>;

/** What the directory of an .ico has room for; 256 is written as 0. */
const icoSizes = [16, 24, 32, 48, 64, 128, 256];

export function packIco(images: Images): Buffer {
  const chosen = icoSizes.map((size) => ({ size, png: imageOf(images, size) }));
  const head = Buffer.alloc(6 + 16 * chosen.length);
  head.writeUInt16LE(1, 2); // An icon, not a cursor.
  head.writeUInt16LE(chosen.length, 4);
  let at = head.length;
  for (const [index, { size, png }] of chosen.entries()) {
    const entry = 6 + 16 * index;
    head.writeUInt8(size % 256, entry); // Width.
    head.writeUInt8(size % 256, entry + 1); // Height.
    head.writeUInt16LE(1, entry + 4); // Planes.
    head.writeUInt16LE(32, entry + 6); // Bits for a pixel.
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  }
  return Buffer.concat([head, ...chosen.map(({ png }) => png)]);
}

/** Apple's names for sizes; some stand for half of it at twice the density. */
const icnsTypes: readonly (readonly [type: string, size: number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
];

export function packIcns(images: Images): Buffer {
  const parts = icnsTypes.map(([type, size]) => block(type, imageOf(images, size)));
  return block('icns', Buffer.concat(parts));
}

function block(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}

function imageOf(images: Images, size: number): Buffer {
  const png = images.get(size);
  if (png === undefined) throw new Error(`there is no image of ${size} pixels`);
  return png;
}
