/** What has no place in an archive that goes to other people: secrets, and what a working folder leaves lying about. */
import { showName } from '../../contract/format.ts';
import { decodeText, readStart } from '../entry-content.ts';
import type { Report, Rule, RuleFamily, SubjectEntry } from '../rule.ts';

const leaveOut = 'leave it out of --extra-files';
const readByAll = 'Whoever gets the archive can read it, and TorchServe never does.';

const envFile: Rule = {
  code: 'SECRET_ENV_FILE',
  severity: 'warning',
  title: 'The archive holds an environment file.',
  why: `Such files hold passwords and tokens. ${readByAll}`,
  hint: leaveOut,
};
const privateKey: Rule = {
  code: 'SECRET_PRIVATE_KEY',
  severity: 'error',
  title: 'The archive holds a private key.',
  why: 'Whoever gets the archive can act in the name of its owner.',
  hint: `${leaveOut}, and replace the key if the archive has been given to anyone`,
};
const token: Rule = {
  code: 'SECRET_TOKEN',
  severity: 'error',
  title: 'The archive holds a token that opens an account.',
  why: 'Whoever gets the archive can use it.',
  hint: 'take the token out, read it from the environment instead, and revoke it if the archive has been given to anyone',
};
const git: Rule = {
  code: 'LITTER_GIT',
  severity: 'warning',
  title: 'The archive holds a Git repository.',
  why: 'It carries every older version of every file, whatever was once in it.',
  hint: leaveOut,
};
const cache: Rule = {
  code: 'LITTER_CACHE',
  severity: 'info',
  title: 'The archive holds files that tools leave behind.',
  why: 'They make the archive larger and different from one machine to the next, and nothing reads them.',
  hint: leaveOut,
};
const nested: Rule = {
  code: 'LITTER_ARCHIVE',
  severity: 'warning',
  title: 'The archive holds another model archive.',
  why: 'Mostly an older one that was packed by oversight; TorchServe does not open it.',
  hint: leaveOut,
};

export const secrets: RuleFamily = {
  name: 'secrets',
  rules: [envFile, privateKey, token, git, cache, nested],
  check(subject, report) {
    reportOnce(
      git,
      subject.entries.filter(({ name }) => /(^|\/)\.git(\/|$)/.test(name)),
      'of a Git repository',
      report,
    );
    reportOnce(
      cache,
      subject.entries.filter(({ name }) => cacheNames.test(name)),
      'that tools leave behind',
      report,
    );
  },
  async checkEntry(entry, report) {
    const shown = showName(entry.name);
    const base = entry.name.slice(entry.name.lastIndexOf('/') + 1);
    if (/\.(mar|war)$/i.test(base))
      report(nested, entry.name, `${shown} is another model archive inside this one`);
    if (isEnvFile(base))
      report(envFile, entry.name, `${shown} is an environment file, which holds secrets as a rule`);
    await checkContent(entry, base, report);
  },
};

const cacheNames =
  /(^|\/)(__pycache__|__MACOSX|\.ipynb_checkpoints|\.pytest_cache|\.mypy_cache)\/|\.py[co]$|(^|\/)(\.DS_Store|Thumbs\.db)$/;

/** One finding for a whole folder of them, on the first. */
function reportOnce(rule: Rule, entries: readonly SubjectEntry[], what: string, report: Report): void {
  const [first] = entries;
  if (!first) return;
  const count = entries.length === 1 ? 'a file' : `the first of ${entries.length} files`;
  report(rule, first.name, `${showName(first.name)} is ${count} ${what}`);
}

function isEnvFile(base: string): boolean {
  return /^\.env(\.|$)/.test(base) && !/\.(example|sample|template|dist|defaults)$/.test(base);
}

const startBytes = 64 * 1024;
/** A large file is data; text that people write secrets into is small. */
const largestText = 8 * 1024 * 1024;

const keyNames = /^id_(rsa|dsa|ecdsa|ed25519)$/;
// One header line each turn and no way to read a line twice, or a hostile text would keep us for ever.
const keyHead =
  /-----BEGIN ((?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY)-----\s*(?:[A-Za-z-]+: [^\n]*\n\s*){0,20}[A-Za-z0-9+/=\s]{40}/;

async function checkContent(entry: SubjectEntry, base: string, report: Report): Promise<void> {
  if (entry.size === 0 || entry.size > largestText) return;
  const start = await readStart(entry, startBytes);
  if (start.includes(0)) return;
  // The cut may fall inside a character, and secrets are ASCII.
  const text = decodeText(start) ?? start.toString('latin1');
  const shown = showName(entry.name);
  const key = keyHead.exec(text);
  if (key) report(privateKey, entry.name, `${shown} holds a private key (${key[1]})`);
  else if (keyNames.test(base)) report(privateKey, entry.name, `${shown} is named like a private key`);
  for (const { kind, pattern } of tokens) {
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const line = text.slice(0, text.indexOf(found)).split('\n').length;
    report(token, entry.name, `${shown}:${line} holds ${kind}: ${found.slice(0, 4)}…${found.slice(-2)}`);
  }
}

/** Exact shapes that their makers publish; nothing here guesses by randomness. */
const tokens: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE)[A-Z2-7]{16}\b/ },
  { kind: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b/ },
  { kind: 'a Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{34,}\b/ },
  { kind: 'a Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{20,}/ },
  { kind: 'a Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/ },
];
