/** How a new archive is written and where: what packing and rewriting ask alike, and what each choice means in words. */
import type { ArchiveFormat, Compression, PackInput } from '../../core/contract/model.ts';

export interface OutputForm {
  readonly exportPath: string;
  readonly archiveFormat: ArchiveFormat;
  readonly compression: Compression;
  /** Null leaves it to the engine. */
  readonly level: number | null;
  readonly reproducible: boolean;
  readonly force: boolean;
}

export const emptyOutput: OutputForm = {
  exportPath: '',
  archiveFormat: 'default',
  compression: 'auto',
  level: null,
  reproducible: false,
  force: false,
};

interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly words: string;
}

export const formatChoices: readonly Choice<ArchiveFormat>[] = [
  {
    value: 'default',
    label: '.mar (ZIP)',
    words: 'What TorchServe expects. Choose this unless something asks for another.',
  },
  {
    value: 'zip-store',
    label: '.mar, nothing compressed',
    words: 'Loads with the least work; as large as its files.',
  },
  {
    value: 'tgz',
    label: '.tar.gz',
    words: 'One compressed stream. TorchServe unpacks all of it before it loads the model.',
  },
  {
    value: 'no-archive',
    label: 'A folder',
    words: 'The same files, unpacked, as TorchServe takes them from a model store.',
  },
];

export const compressionChoices: readonly Choice<Compression>[] = [
  {
    value: 'auto',
    label: 'Where it pays',
    words: 'A sample of each large file decides; weights seldom shrink, texts do.',
  },
  {
    value: 'deflate',
    label: 'Whatever shrinks',
    words: 'Each file is deflated, if it is smaller for it by ever so little.',
  },
  { value: 'store', label: 'Nothing', words: 'Files are stored as they are: fast to write, fast to load.' },
];

/** Where nothing is compressed, neither a compression nor a level makes sense. */
export const hasCompression = ({ archiveFormat }: OutputForm) =>
  archiveFormat === 'default' || archiveFormat === 'tgz';

export const hasLevel = (form: OutputForm) => hasCompression(form) && form.compression !== 'store';

type OutputInput = Pick<
  PackInput,
  'exportPath' | 'archiveFormat' | 'compression' | 'level' | 'reproducible' | 'force'
>;

/** Only what differs from the defaults: a command line and a recipe say no more than is needed. */
export function outputInput(form: OutputForm): OutputInput {
  const { exportPath, archiveFormat, compression, level, reproducible, force } = form;
  return {
    ...(exportPath.trim() === '' ? {} : { exportPath: exportPath.trim() }),
    ...(archiveFormat === 'default' ? {} : { archiveFormat }),
    ...(hasCompression(form) && compression !== 'auto' ? { compression } : {}),
    ...(hasLevel(form) && level !== null ? { level } : {}),
    ...(reproducible ? { reproducible } : {}),
    ...(force ? { force } : {}),
  };
}

export function outputForm(input: OutputInput): OutputForm {
  const { exportPath, archiveFormat, compression, level, reproducible, force } = input;
  return {
    exportPath: exportPath ?? '',
    archiveFormat: archiveFormat ?? 'default',
    compression: compression ?? 'auto',
    level: level ?? null,
    reproducible: reproducible ?? false,
    force: force ?? false,
  };
}

/** As the command line takes them. */
export function outputWords(input: OutputInput): string[] {
  const { exportPath, archiveFormat, compression, level, reproducible, force } = input;
  return [
    ...option('--export-path', exportPath),
    ...option('--archive-format', archiveFormat),
    ...option('--compression', compression),
    ...option('--level', level === undefined ? undefined : String(level)),
    ...(reproducible ? ['--reproducible'] : []),
    ...(force ? ['--force'] : []),
  ];
}

/** A value that begins with a dash would be taken for an option of its own. */
export function option(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('-') && value !== '-' ? [`${name}=${value}`] : [name, value];
}
