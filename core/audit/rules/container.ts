/** What is wrong with an archive of any form: what it holds, and what it is called. */
import type { Rule, RuleFamily } from '../rule.ts';

export const containerRules = {
  empty: {
    code: 'MAR_EMPTY',
    severity: 'error',
    title: 'The archive holds no files.',
    why: 'TorchServe unpacks nothing and reports that the model has no manifest.',
    hint: 'pack the model again',
  },
  link: {
    code: 'LINK_FORBIDDEN',
    severity: 'error',
    title: 'An entry is a link or a device, not a file.',
    why: 'TorchServe makes no links: it writes a file that holds the target as text, or nothing at all.',
    hint: 'pack the file that the link points to, or write the archive anew without it: mar-studio repack --remove ENTRY',
  },
  fileIsFolder: {
    code: 'NAME_FILE_DIR_CONFLICT',
    severity: 'error',
    title: 'A name is a file and a folder at once.',
    why: 'Unpacking fails at the second of the two, in TorchServe too.',
    hint: 'rename one of them',
  },
  extension: {
    code: 'TS_EXTENSION',
    severity: 'warning',
    title: 'The name of the file does not fit the archive.',
    why: 'TorchServe unzips files whose names end in exactly ".mar", and takes every other file for a tar.gz.',
    hint: 'rename the file',
  },
} as const satisfies Record<string, Rule>;

export const container: RuleFamily = { name: 'container', rules: Object.values(containerRules) };
