/** The container of a tar.gz: would TorchServe's reader find in it what other readers find. */
import type { Rule, RuleFamily } from '../rule.ts';

export const tarRules = {
  root: {
    code: 'TS_TAR_ROOT',
    severity: 'error',
    title: 'The files do not lie in one folder at the root of the archive.',
    why: 'TorchServe cuts everything up to the first "/" off every name: the manifest is lost, or files fall together and the last one wins.',
    hint: 'write it anew, with one root folder: mar-studio repack ARCHIVE --export-path FOLDER',
  },
  type: {
    code: 'TAR_TYPE',
    severity: 'error',
    title: 'An entry is a device, a pipe or something else that is no file.',
    why: 'TorchServe writes a regular file in its place, which is empty for devices and pipes.',
    hint: 'pack the model again without it',
  },
  plain: {
    code: 'TS_TAR_PLAIN',
    severity: 'warning',
    title: 'The tar is not compressed.',
    why: 'TorchServe takes every file but a .mar for a tar.gz, and fails with "Input is not in the .gz format".',
    hint: 'compress it with gzip, or write it anew: mar-studio repack ARCHIVE --export-path FOLDER',
  },
  charset: {
    code: 'TAR_NAME_CHARSET',
    severity: 'warning',
    title: 'A name beyond ASCII is not written in pax.',
    why: 'TorchServe reads such a name by the locale of its machine, and gives up on the archive where that is not UTF-8.',
    hint: 'write the archive with tar --format=pax, or anew: mar-studio repack ARCHIVE --export-path FOLDER',
  },
  noEnd: {
    code: 'TAR_NO_END',
    severity: 'warning',
    title: 'The tar has no end mark.',
    why: 'TorchServe reads it all the same; entries that were cut off behind the last one would not be missed.',
    hint: 'compare it with the original, or pack the model again',
  },
} as const satisfies Record<string, Rule>;

export const tar: RuleFamily = { name: 'tar', rules: Object.values(tarRules) };
