/** The JSON of CLI.md. */
import type { VerifyResult } from '../contract/verification.ts';

export function jsonReport({ path, ok, sha256, findings, ...more }: VerifyResult): string {
  return `${JSON.stringify({ schema: 'mar-studio.verify/1', path, ok, sha256, findings, ...more }, null, 2)}\n`;
}
