/** Numbers and names as text: one voice for the terminal, the interface and the reports. */

const binaryUnits = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  // 1023.95 would be printed as "1024.0", so the next unit starts a little early.
  while (Math.abs(value) >= 1023.95 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(1)} ${binaryUnits[unit]}`;
}

export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** A part of a whole, which is never called nothing while it is something, nor all of it while it is not. */
export function shareWords(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  if (share < 0.001) return '< 0.1 %';
  if (share > 0.999) return '> 99.9 %';
  return `${(100 * share).toFixed(1)} %`;
}

// Controls, bidi marks, zero-width and other invisible characters: shown as tags so that no name can
// move a terminal's cursor, hide its ending or pass for another.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

/** A name from disk or archive, safe to print: invisible and control characters become `\u{..}`. */
export function showName(name: string): string {
  return name.replace(invisible, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** CRC-32 as eight lower-case hex digits. */
export function formatCrc32(crc: number): string {
  return (crc >>> 0).toString(16).padStart(8, '0');
}
