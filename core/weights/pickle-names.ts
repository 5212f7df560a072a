/** A modest look at a pickle: the classes it names. A full reading is the scanner's work, not this one's. */

/** What the names speak for: tensors and containers alone, or also classes that only a module would need. */
export type PickledContent = 'tensors' | 'classes';

const tensorModules =
  /^(collections|builtins|__builtin__|_codecs|copyreg|copy_reg|torch|torch\._utils|torch\._tensor|torch\.storage|torch\.serialization|torch\.nn\.parameter|numpy(\..*)?)$/;

/** Null where no name is found; the pickle may be of a protocol that writes names another way. */
export function pickledContent(start: Buffer): PickledContent | null {
  // torch.save writes protocol 2, where a class is the opcode "c", a module, a newline, a name and a newline.
  // The lengths are bounded, or a long run of the letter "c" would be read to its end from each of its letters.
  const global = /c([A-Za-z_][\w.]{0,200})\n([A-Za-z_][\w.]{0,200})\n/g;
  const globals = [...start.toString('latin1').matchAll(global)];
  if (globals.length === 0) return null;
  return globals.every(([, module = '']) => tensorModules.test(module)) ? 'tensors' : 'classes';
}
