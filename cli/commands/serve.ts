/** `mar-studio serve`: the application in a browser on this computer, until it is stopped. */
import { once } from 'node:events';
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { showName } from '../../core/contract/format.ts';
import { inputProblem } from '../../core/fs/system-error.ts';
import { stateFolder } from '../../core/service/state-folder.ts';
import { commonOptions, joinWords, type OptionGroup, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import type { LaunchPage } from '../launch-page.ts';
import type { Terminal } from '../terminal.ts';

const groups = [
  {
    title: 'What is served',
    options: [
      {
        name: 'root',
        value: 'DIR',
        repeats: true,
        summary: 'what the application may reach (default: this folder)',
      },
      { name: 'port', value: 'N', summary: 'listen there on 127.0.0.1 (default: a free port)' },
      { name: 'open', summary: 'show it in the browser at once' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];

export const serve: Command = {
  example: '  mar-studio serve model-1.0.mar model-1.1.mar --root ~/models',
  operands: '[ARCHIVE…]',
  groups,

  async run(args, terminal, signal) {
    const port = portOf(args.text('port'));
    const archives = await findArchives(args.operands);
    const roots = await findRoots(args.list('root') ?? ['.']);
    const { Host } = await import('../../server/host.ts');
    let page: LaunchPage | null = null;
    const { rendererFolder, samplesFolder } = await import('../../server/built-files.ts');
    const host = await Host.start({
      grants: [...roots, ...archives.map(({ file }) => file)],
      port,
      rendererFolder,
      engine: { stateFolder: stateFolder(), samplesFolder: samplesFolder() },
      log: args.has('debug') ? (text) => terminal.note(text) : undefined,
      onWindow: () => void page?.remove(),
    });
    try {
      const url = host.urlOpening(archives.map(({ path }) => path));
      if (terminal.json) terminal.printJson({ schema: 'mar-studio.serve/1', url, port: host.port, roots });
      else terminal.print(announcement(url, roots, archives.length));
      if (args.has('open')) page = await openPage(url, () => host.openWindows > 0, terminal);
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await host.close();
      await page?.remove();
    }
    // It was to run until it is stopped, and did.
    return 0;
  },
};

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw usage(
      `--port takes a number up to 65535, not ${JSON.stringify(text)}`,
      'leave it out for a free port',
    );
  }
  return port;
}

interface Named {
  readonly path: string;
  /** What has to be granted: of an archive inside an archive, the outer one. */
  readonly file: string;
}

async function findArchives(operands: readonly string[]): Promise<readonly Named[]> {
  if (operands.length > 2) {
    throw usage(
      `serve opens one archive or compares two, and ${operands.length} were named`,
      'choose the others in the application: --root DIR lets it reach their folder',
    );
  }
  return Promise.all(
    operands.map(async (operand) => ({ path: resolve(operand), file: await fileOf(operand) })),
  );
}

async function fileOf(operand: string): Promise<string> {
  const path = resolve(operand);
  const inner = path.indexOf('!');
  const places = inner === -1 ? [path] : [path, path.slice(0, inner)];
  for (const place of places) {
    if ((await stat(place).catch(() => null)) !== null) return place;
  }
  await stat(path).catch((error) => {
    throw inputProblem(error, operand, 'archive');
  });
  return path;
}

async function findRoots(given: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    given.map(async (root) => {
      const found = await stat(root).catch((error) => {
        throw inputProblem(error, root, 'root');
      });
      if (!found.isDirectory()) {
        throw usage(
          `--root takes a folder, and ${JSON.stringify(root)} is none`,
          'name the folder that holds it',
        );
      }
      return realpath(root);
    }),
  );
}

function announcement(url: string, roots: readonly string[], archives: number): string {
  const reached = roots.map((root) => showName(root));
  if (archives > 0) reached.push(archives === 1 ? 'the archive named' : 'the archives named');
  reached.push('what is dropped into it');
  return [
    'MAR Studio runs on this computer only, at',
    '',
    `  ${url}`,
    '',
    `It can reach ${joinWords(reached, 'and')}. Ctrl-C ends it.`,
    '',
  ].join('\n');
}

/** A browser that starts takes its time; one in a sandbox may never see the page. */
const patienceMs = 20_000;

async function openPage(url: string, isOpen: () => boolean, terminal: Terminal): Promise<LaunchPage | null> {
  const { openBrowser, snapOfBrowser } = await import('../open-browser.ts');
  const { folderReadableBy, writeLaunchPage } = await import('../launch-page.ts');
  const page = await writeLaunchPage(url, folderReadableBy(await snapOfBrowser()));
  if (!(await openBrowser(page.path))) {
    await page.remove();
    terminal.note('There is no browser to open here: use the address.\n');
    return null;
  }
  setTimeout(() => {
    if (!isOpen())
      terminal.note('No window has come up yet. Where the browser shows none, use the address.\n');
  }, patienceMs).unref();
  return page;
}
