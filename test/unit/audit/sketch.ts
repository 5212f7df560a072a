/** Models drawn in a few words, for rules to look at. */
import { planSubject } from '../../../core/audit/plan-subject.ts';
import type { Subject } from '../../../core/audit/rule.ts';
import type { ArchiveKind, Role } from '../../../core/contract/model.ts';
import { parseManifest } from '../../../core/mar/parse-manifest.ts';
import type { PlannedFile } from '../../../core/mar/plan.ts';
import { rolesBy } from '../../../core/mar/roles.ts';

export interface Sketch {
  readonly runtime?: string;
  readonly handler?: string;
  readonly modelFile?: string;
  readonly serializedFile?: string;
  readonly configFile?: string;
  readonly requirementsFile?: string;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** An archive that exists, with its manifest among the files, in place of a plan. */
  readonly archive?: { readonly fileName?: string; readonly kind?: ArchiveKind };
}

export function subjectOf(sketch: Sketch): Subject {
  const { runtime = 'python', files = {}, handler = 'handler.py', archive, ...named } = sketch;
  if (archive) return archiveOf(files, archive);
  const roles: Record<string, Role> = {
    [`${handler.split(':')[0]?.replace(/\.py$/, '')}.py`]: 'handler',
    [named.modelFile ?? '']: 'model',
    [named.serializedFile ?? '']: 'weights',
    [named.configFile ?? '']: 'config',
    [named.requirementsFile ?? '']: 'requirements',
  };
  const manifest = { runtime, model: { modelName: 'sketch', handler, ...named } };
  return planSubject(
    manifest,
    plannedFiles(files, (name) => roles[name] ?? 'extra'),
  );
}

function archiveOf(files: NonNullable<Sketch['files']>, archive: NonNullable<Sketch['archive']>): Subject {
  const { fileName = 'sketch.mar', kind = 'mar' } = archive;
  const text = files[kind === 'war' ? 'WAR-INF/MANIFEST.json' : 'MAR-INF/MANIFEST.json'];
  const parsed = text === undefined ? null : parseManifest(Buffer.from(text as string));
  const planned = plannedFiles(files, rolesBy(parsed?.manifest ?? null));
  return { ...planSubject(parsed?.manifest ?? {}, planned), archive: { fileName, kind, manifest: parsed } };
}

function plannedFiles(files: NonNullable<Sketch['files']>, roleOf: (name: string) => Role): PlannedFile[] {
  return Object.entries(files).map(([name, content]) => {
    const bytes = Buffer.from(content as string);
    const role = roleOf(name);
    const source = { kind: 'bytes', bytes } as const;
    return { name, role, size: bytes.length, modified: new Date(0), mode: 0o644, source };
  });
}

/** A rule, a model that breaks it, and one that comes close and doesn't. */
export interface RuleCase {
  readonly code: string;
  readonly because: string;
  readonly trigger: Sketch;
  readonly nearMiss: Sketch;
}

export const functionHandler = 'def handle(data, context):\n    return data\n';
export const baseHandler = `from ts.torch_handler.base_handler import BaseHandler


class Handler(BaseHandler):
    def preprocess(self, data):
        return data
`;
