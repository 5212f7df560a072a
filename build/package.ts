/**
 * `npm run package`: the unpacked desktop application of this platform in release/, and beside it what a receiver
 * needs: an SBOM and the SHA-256 of every file. `npm run package -- --installers` makes the installers.
 * `--electron FOLDER` names an unpacked Electron where it can't be downloaded; so does ELECTRON_OVERRIDE_DIST_PATH.
 */
import { spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBundle } from './bundle.ts';
import { writeChecksums } from './checksums.ts';
import { makeSbom } from './sbom.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');

interface PackageOptions {
  /** An unpacked Electron; null lets electron-builder look in its cache, and download it. */
  readonly electron: string | null;
  readonly output: string;
  readonly installers: boolean;
  /** Another system's form than this one's: "linux", "mac" or "win". */
  readonly platform: string | null;
}

async function packageDesktop(options: PackageOptions): Promise<void> {
  const { electron, output, installers, platform } = options;
  await ensureBundle();
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  await runBuilder([
    ...(platform === null ? [] : [`--${platform}`]),
    '--publish=never',
    `--config.directories.output=${output}`,
    ...(electron === null ? [] : [`--config.electronDist=${electron}`]),
    ...(installers ? [] : ['--dir']),
  ]);
  await writeFile(join(output, 'sbom.cdx.json'), await makeSbom(root));
  await writeChecksums(output);
}

function runBuilder(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [builder, ...args], {
    cwd: root,
    // Its own check for a newer version of itself would be a request.
    env: { ...process.env, NO_UPDATE_NOTIFIER: '1' },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`electron-builder ended with exit code ${code}`));
    });
  });
}

const usage = `npm run package -- [--electron FOLDER] [--output FOLDER] [--installers] [--platform linux|mac|win]
docs/packaging.md tells the rest.`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        electron: { type: 'string' },
        output: { type: 'string', default: join(root, 'release') },
        installers: { type: 'boolean', default: false },
        platform: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    console.error(`error: ${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

const values = readArguments();
if (values.help) {
  console.log(usage);
  process.exit();
}
const electron = values.electron ?? process.env.ELECTRON_OVERRIDE_DIST_PATH;
try {
  await packageDesktop({
    electron: electron === undefined || electron === '' ? null : resolve(electron),
    output: resolve(values.output),
    installers: values.installers,
    platform: values.platform ?? null,
  });
  console.log(`${values.output} holds the application, sbom.cdx.json and SHA256SUMS.`);
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  if (!electron) {
    console.error(
      "hint: Electron's binary could not be had here; name one with --electron FOLDER or ELECTRON_OVERRIDE_DIST_PATH (docs/packaging.md)",
    );
  }
  process.exit(1);
}
