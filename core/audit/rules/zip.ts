/**
 * The container of a .mar: do the two lists inside a ZIP file, the local headers that TorchServe follows and
 * the directory that every other tool reads, tell the same, and will TorchServe's reader take it.
 */
import type { Rule, RuleFamily } from '../rule.ts';

const repack = 'write it anew: mar-studio repack ARCHIVE --export-path FOLDER';
const distrust = 'pack the model again from its sources; do not serve this archive';
const damaged = 'get the archive again: it was damaged on its way, or when it was written';

const error = (code: string, title: string, why: string, hint: string): Rule => ({
  code,
  severity: 'error',
  title,
  why,
  hint,
});

export const zipRules = {
  prefix: error(
    'ZIP_PREFIX',
    'Bytes stand before the first entry.',
    'TorchServe reads from the first byte, meets no entry there, and loads no files at all.',
    repack,
  ),
  trailingData: error(
    'ZIP_TRAILING_DATA',
    'Bytes follow the end of the archive.',
    'Tools disagree on where such an archive ends; some refuse it.',
    repack,
  ),
  multipleEnds: error(
    'ZIP_MULTIPLE_EOCD',
    'The file holds more than one end of an archive.',
    'Each tool picks another one, and so lists other files than TorchServe loads.',
    distrust,
  ),
  gap: error(
    'ZIP_GAP',
    'Bytes between the entries belong to none of them.',
    'TorchServe stops there without a word: the files that follow are missing from the model.',
    repack,
  ),
  unlisted: error(
    'ZIP_UNLISTED_ENTRY',
    'An entry is missing from the directory.',
    'Tools that list or scan the archive do not see it, and TorchServe loads it.',
    distrust,
  ),
  dangling: error(
    'ZIP_DANGLING_ENTRY',
    'The directory lists an entry that is not there.',
    'TorchServe never sees it; other tools fail when they read it.',
    distrust,
  ),
  mismatch: error(
    'ZIP_VIEW_MISMATCH',
    'The directory and the entry itself tell different things.',
    'TorchServe believes the entry, other tools the directory: they load different files.',
    distrust,
  ),
  duplicate: error(
    'ZIP_DUPLICATE_NAME',
    'Two entries have the same name.',
    'TorchServe keeps the last one in the file; other tools may keep the first.',
    'remove one of them',
  ),
  overlap: error(
    'ZIP_OVERLAP',
    'Two parts of the archive share the same bytes.',
    'Only archives made to deceive or to fill a disk look like this.',
    distrust,
  ),
  directory: error(
    'ZIP_DIRECTORY',
    'The directory is damaged, or not where the end record says.',
    'Tools repair this each in their own way, and list different files.',
    damaged,
  ),
  count: error(
    'ZIP_COUNT_MISMATCH',
    'The end record counts other entries than the directory holds.',
    'Some tools list only as many entries as are counted.',
    distrust,
  ),
  zip64End: error(
    'ZIP_ZIP64_EOCD',
    'The Zip64 end record is missing, misplaced or contradicts the plain one.',
    'Tools pick one of the two, and may list different files.',
    repack,
  ),
  zip64Extra: error(
    'ZIP_ZIP64_EXTRA',
    'The 64-bit sizes of an entry are missing, incomplete or there twice.',
    "TorchServe's reader takes them only in one form, and fails or goes astray on the others.",
    repack,
  ),
  extra: error(
    'ZIP_EXTRA',
    'The extra field of an entry is malformed.',
    'Some readers crash on it or refuse the archive.',
    repack,
  ),
  unicodePath: error(
    'ZIP_UNICODE_PATH',
    'An entry carries a second, different name.',
    'TorchServe and Python take the first name; unzip, 7-Zip and others take the second.',
    distrust,
  ),
  encrypted: error(
    'ZIP_ENCRYPTED',
    'An entry is encrypted.',
    'TorchServe can not read it and gives up on the archive.',
    'pack the model again without a password',
  ),
  method: error(
    'ZIP_METHOD',
    'An entry is compressed by a method that TorchServe does not know.',
    'TorchServe reads only stored and deflated entries and gives up on the archive.',
    'pack the model again with deflate, or uncompressed',
  ),
  folderData: error(
    'ZIP_DIR_WITH_DATA',
    'A folder has content.',
    'TorchServe makes an empty folder and drops the content; other tools may write a file.',
    distrust,
  ),
  storedDescriptor: error(
    'TS_STORED_DESCRIPTOR',
    'A stored entry keeps its size behind its content.',
    'TorchServe can not read that ("only DEFLATED entries can have EXT descriptor") and loads nothing.',
    repack,
  ),
  zip64Descriptor: error(
    'TS_ZIP64_DESCRIPTOR',
    'The sizes behind an entry have another width than TorchServe expects.',
    'On JDK 17 it fails with "invalid entry size" and loads nothing.',
    repack,
  ),
  descriptorMismatch: error(
    'ZIP_DESCRIPTOR_MISMATCH',
    'The sizes or the checksum behind an entry differ from the directory.',
    'TorchServe compares them with what it read, and gives up on the archive.',
    damaged,
  ),
  descriptor: {
    code: 'ZIP_DESCRIPTOR',
    severity: 'warning',
    title: 'Entries keep their sizes behind their content.',
    why: 'TorchServe can read that, yet where an entry ends is known only after it was inflated.',
    hint: repack,
  },
  descriptorUnsigned: {
    code: 'ZIP_DESCRIPTOR_UNSIGNED',
    severity: 'warning',
    title: 'The sizes behind an entry have no signature.',
    why: 'TorchServe can read that; some tools that repair archives can not.',
    hint: repack,
  },
  crc: error(
    'ZIP_CRC',
    'The content of an entry does not fit its checksum.',
    'TorchServe gives up on the archive when it comes to this entry.',
    damaged,
  ),
  size: error(
    'ZIP_SIZE',
    'The content of an entry has another size than it declares.',
    'TorchServe gives up on the archive, or loads other bytes than other tools.',
    damaged,
  ),
  deflate: error(
    'ZIP_DEFLATE',
    'The compressed content of an entry is broken.',
    'TorchServe gives up on the archive when it comes to this entry.',
    damaged,
  ),
  trailingCompressed: error(
    'ZIP_TRAILING_COMPRESSED',
    'Bytes follow the compressed content within an entry.',
    'TorchServe goes on right behind the content and fails there; something may be hidden in these bytes.',
    distrust,
  ),
} as const satisfies Record<string, Rule>;

export const zip: RuleFamily = { name: 'zip', rules: Object.values(zipRules) };
