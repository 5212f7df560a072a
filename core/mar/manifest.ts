/** The manifest as torch-model-archiver 0.12 writes it, byte for byte, but for the archiver's own name. */
import { clockOf, type Zone } from '../clock.ts';
import type { Manifest, Runtime } from '../contract/model.ts';
import { version as studioVersion } from '../version.ts';

export const manifestName = 'MAR-INF/MANIFEST.json';

/** What the manifest says. File names are those inside the archive; what is empty is left out. */
export interface ManifestFields {
  readonly createdOn: string;
  readonly runtime: Runtime;
  readonly modelName: string;
  readonly handler: string;
  readonly version: string;
  readonly serializedFile?: string | undefined;
  readonly modelFile?: string | undefined;
  readonly requirementsFile?: string | undefined;
  readonly configFile?: string | undefined;
  /** Leaves out what changes with every release of ours: the archiver is named without its version. */
  readonly reproducible?: boolean;
}

/** The order of the fields is the reference's, and so part of the bytes. */
export function buildManifest(fields: ManifestFields): Manifest {
  return {
    createdOn: fields.createdOn,
    runtime: fields.runtime,
    model: {
      modelName: fields.modelName,
      ...(fields.serializedFile ? { serializedFile: fields.serializedFile } : {}),
      handler: fields.handler,
      ...(fields.modelFile ? { modelFile: fields.modelFile } : {}),
      ...(fields.version ? { modelVersion: fields.version } : {}),
      ...(fields.requirementsFile ? { requirementsFile: fields.requirementsFile } : {}),
      ...(fields.configFile ? { configFile: fields.configFile } : {}),
    },
    archiverVersion: fields.reproducible ? 'mar-studio' : `mar-studio ${studioVersion}`,
  };
}

/** As Python's json.dumps(manifest, indent=2): two spaces, ASCII only, no newline at the end. */
export function serializeManifest(manifest: Manifest): Buffer {
  const text = JSON.stringify(manifest, null, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(text, 'ascii');
}

/** `DD/MM/YYYY HH:MM:SS`; the format has no place for a zone, so a reproducible archive says it in UTC. */
export function formatCreatedOn(time: Date, zone: Zone): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const [year, month, day, hours, minutes, seconds] = clockOf(time, zone);
  return `${two(day)}/${two(month + 1)}/${year} ${two(hours)}:${two(minutes)}:${two(seconds)}`;
}
