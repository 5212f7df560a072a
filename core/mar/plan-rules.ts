/** What planning itself has to say, beside what the audit finds in the plan. */
import type { Rule } from '../audit/rule.ts';

export const noMatch: Rule = {
  code: 'EXTRA_FILE_NO_MATCH',
  severity: 'warning',
  title: 'A pattern among the extra files matches nothing.',
  why: 'The archive is packed without it, as torch-model-archiver does; the model may miss a file at load time.',
  hint: 'check it for a slip; names that begin with "." only match a pattern that does too',
};

export const folderLeftOut: Rule = {
  code: 'FOLDER_LEFT_OUT',
  severity: 'info',
  title: 'A hidden folder in an extra folder is left out.',
  why: 'torch-model-archiver leaves it out too, without a word.',
  hint: "to pack it all the same, give it a place: --extra-files 'SOURCE=>NAME'",
};

export const outputExists: Rule = {
  code: 'OUTPUT_EXISTS',
  severity: 'info',
  title: 'A dry run found something under the name of the archive.',
  why: 'Packing refuses to replace it unless told to.',
  hint: 'add --force to replace it, or choose another --export-path',
};

export const epochBefore1980: Rule = {
  code: 'SOURCE_DATE_EPOCH',
  severity: 'info',
  title: 'SOURCE_DATE_EPOCH lies before 1980.',
  why: 'A ZIP holds no earlier year, so 1980 is taken.',
  hint: 'set it to seconds since 1970, such as $(git log -1 --format=%ct), or unset it',
};

export const planRules: readonly Rule[] = [noMatch, folderLeftOut, outputExists, epochBefore1980];
