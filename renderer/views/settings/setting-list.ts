/** Every setting with its words: one list, which the screen shows and the search looks through. */
import { choices, defaults, type Settings } from '../../../core/contract/settings.ts';

export const settingSections = [
  'General',
  'Appearance',
  'Compare',
  'Privacy',
  'Keyboard',
  'Advanced',
] as const;
export type SettingSection = (typeof settingSections)[number];

/** Columns are chosen where they are shown. */
export type SettingName = Exclude<keyof Settings, 'entryColumns'>;

interface Words {
  readonly section: SettingSection;
  readonly label: string;
  readonly words: string;
  /** Of a choice: what each is called. */
  readonly choices?: Readonly<Record<string, string>>;
}

const wordsOf: { readonly [N in SettingName]: Words } = {
  reviewer: {
    section: 'General',
    label: 'Your name',
    words: 'Stands beside your notes. It stays on this computer.',
  },
  isRailNarrow: {
    section: 'General',
    label: 'Narrow list of screens',
    words: 'Shows the icons at the left without their names.',
  },
  theme: {
    ...{ section: 'Appearance', label: 'Theme', words: 'System follows what this computer is set to.' },
    choices: { system: 'System', light: 'Light', dark: 'Dark' },
  },
  palette: {
    ...{
      section: 'Appearance',
      label: 'Colours of a comparison',
      words: 'Blue and orange stay apart for all who see colours otherwise; signs and words say the same.',
    },
    choices: { 'blue-orange': 'Blue and orange', 'green-red': 'Green and red' },
  },
  density: {
    ...{ section: 'Appearance', label: 'Rows', words: 'How close the rows of lists stand.' },
    choices: { compact: 'Compact', normal: 'Normal', roomy: 'Roomy' },
  },
  fontSize: {
    ...{ section: 'Appearance', label: 'Size of text', words: 'Everything else grows with it.' },
    choices: Object.fromEntries(
      choices.fontSize.map((size) => [size, size === defaults.fontSize ? `${size}, usual` : `${size}`]),
    ),
  },
  motion: {
    ...{
      section: 'Appearance',
      label: 'Motion',
      words: 'Short transitions. System follows what this computer is set to.',
    },
    choices: { system: 'System', on: 'On', off: 'Off' },
  },
  diffMode: {
    ...{
      section: 'Compare',
      label: 'Texts',
      words: 'How two versions of a text are first shown. Linear is a list of changes that reads well aloud.',
    },
    choices: { 'side-by-side': 'Side by side', unified: 'Unified', linear: 'Linear' },
  },
  contextLines: {
    ...{
      section: 'Compare',
      label: 'Lines around a change',
      words: 'Unchanged lines beyond these are folded.',
    },
    choices: Object.fromEntries(choices.contextLines.map((count) => [count, String(count)])),
  },
  wrapsLines: { section: 'Compare', label: 'Wrap long lines', words: 'Otherwise they run on to the right.' },
  keepsRecents: {
    section: 'Privacy',
    label: 'Remember what was opened',
    words: 'Keeps the list on Home. What is on it already stays until it is cleared.',
  },
};

export interface Setting extends Words {
  readonly name: SettingName;
}

export const settingList: readonly Setting[] = (Object.keys(wordsOf) as SettingName[]).map((name) => ({
  name,
  ...wordsOf[name],
}));

/** Whether all words of a query stand in a text, however they are cased. */
export function fits(query: string, ...texts: readonly string[]): boolean {
  const text = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function findSettings(query: string): readonly Setting[] {
  return settingList.filter(({ section, label, words, choices = {} }) =>
    fits(query, section, label, words, ...Object.values(choices)),
  );
}
