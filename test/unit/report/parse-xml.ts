/** A strict reader of the XML that reports are written in: what it refuses, a CI system may refuse too. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** The characters that XML 1.0 allows. */
const allowed = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export function parseXml(xml: string): XmlElement {
  if (!allowed.test(xml)) throw new Error('a character that XML has not');
  const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(prolog)) throw new Error('no prolog');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open: XmlElement[] = [root];
  const tokens = /<(\/?)([a-z-]+)((?:\s+[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  tokens.lastIndex = prolog.length;
  while (tokens.lastIndex < xml.length) {
    const at = tokens.lastIndex;
    const [token, closing, name, attributes = '', empty, text] = tokens.exec(xml) ?? [];
    if (token === undefined) throw new Error(`no XML at ${at}: ${xml.slice(at, at + 60)}`);
    const parent = open.at(-1) as XmlElement;
    if (text !== undefined) parent.text += decode(text);
    else if (closing) {
      if (parent.name !== name) throw new Error(`${parent.name} is closed by ${name}`);
      open.pop();
    } else {
      const element = { name: name as string, attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || !only || others.length > 0) throw new Error('not one closed root element');
  return only;
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([a-zA-Z-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`the attribute ${name} stands twice`);
    attributes[name] = decode(value);
  }
  return attributes;
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));|&/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined || hex !== undefined) {
      const char = String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
      if (!allowed.test(char)) throw new Error(`${whole} stands for a character that XML has not`);
      return char;
    }
    const char = entities[name];
    if (char === undefined) throw new Error(`no such entity: ${whole}`);
    return char;
  });
}
