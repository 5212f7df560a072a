/** The names of classes and functions, as a pickle spells them. */
import type { Machine } from './machine.ts';
import type { PickleGlobal } from './values.ts';

// Folders of downloaded models become modules, so there are hyphens, and digits in front.
const moduleRule = /^[\w-]+(\.[\w-]+)*$/;
const nameRule = /^[\p{L}\p{M}\p{N}_<>-]+(\.[\p{L}\p{M}\p{N}_<>-]+)*$/u;

/** Names that no module and no class has can still be imported by who is told how: they are evasions. */
export function nameGlobal(m: Machine, module: Buffer | string, name: Buffer | string): PickleGlobal {
  const moduleText = bounded(m, decode(m, module));
  const nameText = bounded(m, decode(m, name));
  const count = m.globalCount;
  const global = m.global(moduleText, nameText);
  const isNew = m.globalCount > count;
  if (isNew && !moduleRule.test(moduleText))
    m.evasion(`it names a module that can't be one: ${JSON.stringify(moduleText.slice(0, 80))}`);
  else if (isNew && !nameRule.test(nameText))
    m.evasion(`it names a class that can't be one: ${JSON.stringify(nameText.slice(0, 80))}`);
  return global;
}

/** One long text can be taken for the name of any number of modules. */
const longestName = 1000;

function bounded(m: Machine, name: string): string {
  if (name.length <= longestName) return name;
  m.evasion('a name in it has more than 1,000 characters');
  return name.slice(0, longestName);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(m: Machine, name: Buffer | string): string {
  if (typeof name === 'string') return name;
  try {
    return utf8.decode(name);
  } catch {
    m.evasion('a name in it is no UTF-8');
    return name.toString('latin1');
  }
}
