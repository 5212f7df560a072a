/** What keeps an archive from being unpacked or carried over: its errors, found before a byte is written. */
import type { Archive } from './archive.ts';
import { archiveSubject } from './audit/archive-subject.ts';
import { auditSubject } from './audit/audit.ts';
import type { Subject } from './audit/rule.ts';
import { manifest } from './audit/rules/manifest.ts';
import { Problem } from './contract/errors.ts';
import type { Finding } from './contract/model.ts';
import { isNoModel } from './nested.ts';

/** Warnings elsewhere: there these names do not come out as they are, or fall together. */
const errorsOn: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  win32: ['NAME_WINDOWS', 'NAME_COLLISION_CASE'],
  darwin: ['NAME_COLLISION_CASE'],
};

/** Throws the first error of the container, the names or the manifest that a model has. */
export async function assertSound(archive: Archive, signal: AbortSignal | undefined): Promise<void> {
  refuse(archive.findings);
  if (isNoModel(archive)) return;
  await assertSoundManifest(await archiveSubject(archive, [], signal), signal);
}

export async function assertSoundManifest(subject: Subject, signal: AbortSignal | undefined): Promise<void> {
  refuse(await auditSubject(subject, { signal, families: [manifest] }));
}

function isError({ severity, code }: Finding): boolean {
  return severity === 'error' || (errorsOn[process.platform]?.includes(code) ?? false);
}

function refuse(findings: readonly Finding[]): void {
  const finding = findings.find(isError);
  if (finding !== undefined) throw Problem.refusing(finding);
}
