/** Bytes as they come from the engine, and as every view of them writes one. */

export const decodeBase64 = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

export const hexOf = (byte: number): string => byte.toString(16).padStart(2, '0');

/** What is no sign of ASCII has a dot. */
export const charOf = (byte: number): string =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
