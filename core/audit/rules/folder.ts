/** A model as a folder, which TorchServe serves in place: it links to the folder and copies nothing. */
import type { Rule, RuleFamily } from '../rule.ts';

export const folderRules = {
  root: {
    code: 'TS_FOLDER_ROOT',
    severity: 'info',
    title: 'All lies in one folder inside the folder.',
    why: 'TorchServe then takes the inner folder for the model.',
    hint: 'nothing needs to be done; name the inner folder to be clear about it',
  },
  link: {
    code: 'FOLDER_LINK',
    severity: 'warning',
    title: 'An entry of the folder is a link to another one.',
    why: 'TorchServe follows it where the model lies in a folder; in an archive it would be an empty file.',
    hint: 'put a copy in the place of the link, or pack the folder, which does that',
  },
  type: {
    code: 'FOLDER_TYPE',
    severity: 'error',
    title: 'An entry of the folder is a device, a pipe or a socket.',
    why: 'Whoever reads it may wait for ever or read without end. It is never opened here.',
    hint: 'move it out of the folder',
  },
  unreadable: {
    code: 'FOLDER_UNREADABLE',
    severity: 'error',
    title: 'A part of the folder could not be looked at.',
    why: 'Nothing said here covers what it holds, and TorchServe may be able to read it.',
    hint: 'give this user permission to read it',
  },
} as const satisfies Record<string, Rule>;

export const folder: RuleFamily = { name: 'folder', rules: Object.values(folderRules) };
