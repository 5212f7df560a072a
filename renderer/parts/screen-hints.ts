/**
 * What to do, in the words of a window. Findings and problems are worded once, for the command line, whose options and
 * commands nobody has here: where a hint names one, the window says what stands in its place.
 */
import type { ProblemData } from '../../core/contract/api.ts';
import { needsView } from '../../core/contract/mending.ts';

type Hinted = Pick<ProblemData, 'code' | 'hint' | 'path'>;

const anew = 'Write it anew: "New version" does, and changes nothing else.';
const rename = 'Rename the file, or give it another name in the archive.';
const leaveOut = 'Leave it out when you pack.';
const packAgain = 'Pack the model again with that field.';
const addLabels = 'Add index_to_name.json to the extra files, such as {"0": "cat", "1": "dog"}.';

/** In the place of any hint of these. */
const always: Readonly<Record<string, string>> = {
  INPUT_MISSING: 'Check the path, or choose the file.',
  CREATE_COLLISION: 'Give one of them another name in the archive, or leave one out.',
  CREATE_LINK: 'Copy what it points to into the folder, or add that file by itself.',
  PATH_NOT_GRANTED: 'Choose it with the button, which opens it to this window.',
  CANCELLED: 'Start it again to begin anew.',
};

/** In the place of hints that name what only the command line has. */
const instead: Readonly<Record<string, string>> = {
  ...{ MANIFEST_MISSING: 'Pack the model again, which writes the manifest.' },
  ...{ MANIFEST_FIELD: packAgain, MANIFEST_NO_HANDLER: 'Pack the model again with a handler.' },
  MANIFEST_DANGLING: 'Pack the model again with that file, or clear the field in "New version".',
  LOAD_WEIGHTS_SUFFIX: 'Give the file with the class of the model, or export the model to TorchScript (.pt).',
  LOAD_STATE_DICT_ONLY:
    "Give the file with the model's class, or save with torch.jit.save(torch.jit.script(model), …).",
  LOAD_WEIGHTS_MISSING: 'Name the weights, or the file with the class of the model.',
  LOAD_VOCAB_MISSING: 'Save the vocabulary as source_vocab.pt and add it to the extra files.',
  ...{ LOAD_LABELS_MISSING: addLabels, LOAD_LABELS_NUMERIC: addLabels },
  LOAD_HANDLER_CONFIG: 'Add a config file with these keys.',
  ...{ NAME_EMPTY: rename, NAME_CONTROL_CHAR: rename, NAME_TOO_LONG: rename, NAME_WINDOWS: rename },
  ...{ NAME_DECEPTIVE: rename, LIMIT_DEPTH: rename, PATH_BACKSLASH: rename, PATH_ABSOLUTE: rename },
  ...{ PATH_TRAVERSAL: rename, PATH_NOT_NORMAL: rename },
  ...{ SECRET_ENV_FILE: leaveOut, LITTER_GIT: leaveOut, LITTER_CACHE: leaveOut, LITTER_ARCHIVE: leaveOut },
  SECRET_PRIVATE_KEY:
    'Leave it out when you pack, and replace the key if the archive has been given to anyone.',
  LINK_FORBIDDEN: 'Pack the file that the link points to, or leave this entry out in "New version".',
  ...{ ZIP_PREFIX: anew, ZIP_TRAILING_DATA: anew, ZIP_GAP: anew, ZIP_ZIP64_EOCD: anew, ZIP_EXTRA: anew },
  ...{ ZIP_ZIP64_EXTRA: anew, ZIP_DESCRIPTOR: anew, ZIP_DESCRIPTOR_UNSIGNED: anew },
  ...{ TS_STORED_DESCRIPTOR: anew, TS_ZIP64_DESCRIPTOR: anew, TS_TAR_ROOT: anew },
  ...{ TS_TAR_PLAIN: anew, TAR_NAME_CHARSET: anew },
  TAR_SPARSE: 'Pack the model again, with a tar that stores files whole.',
  ...{ ENTRY_MISSING: 'The list of entries shows what there is.', ENTRY_TYPE: 'Name a file of the archive.' },
  OUTPUT_EXISTS: 'Allow it to be replaced, or choose another folder.',
  OUTPUT_NOT_RECIPE: 'Save it under another name.',
  OUTPUT_NOT_STREAMABLE: 'Write it to a file.',
  RECIPE_INVALID: 'Mend that line; a recipe that is saved here shows how one is written.',
  RECIPE_NOT_SAVED: 'Use the archive as it is, and save the recipe alone.',
  POLICY_INVALID: 'Mend that line, or choose another policy.',
  SOURCE_DATE_EPOCH: 'Set it to seconds since 1970, or unset it, then start MAR Studio again.',
  WEIGHTS_UNKNOWN: 'The other tabs show its bytes, and what the archive says of it.',
  TENSOR_MISSING: 'The list of tensors shows what there is.',
  VIEW_UNKNOWN: 'Choose what the directory lists.',
};

const ofCommandLine = /(?<![\w-])--[a-z]|\bmar-studio [a-z]|\$\(/;

export function hintOf({ code, hint, path }: Hinted): string {
  if (Object.hasOwn(always, code)) return always[code] ?? '';
  if (!ofCommandLine.test(hint)) return hint;
  if (hint.includes('--view') && needsView({ code, path })) {
    return 'Choose whose reading counts, or leave that entry out.';
  }
  if (/--(?:set|replace|add|remove)\b/.test(hint) && !Object.hasOwn(instead, code)) {
    return 'Replace that entry, leave it out, or set the field of the manifest otherwise.';
  }
  return Object.hasOwn(instead, code) ? (instead[code] ?? '') : inWindow(hint);
}

/** Words that nobody has worded for windows: without the parts that name what only the command line has. */
export function inWindow(words: string): string {
  if (!ofCommandLine.test(words)) return words;
  return words
    .split(/; |, or |, /)
    .filter((part) => !ofCommandLine.test(part))
    .join('; ');
}
