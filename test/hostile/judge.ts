/** Holds what we say of an archive against what Java wrote when it unpacked it. */
import type { JavaView } from '../support/java-views.ts';
import { errorsOf, type Opened, type OpenedFile } from './opened.ts';

/**
 * Every way in which an opened archive was told wrongly; empty when all is well.
 *
 * What TorchServe would have must be what Java has: where Java fails, we say so on opening, or find the
 * reason when the bodies are read. And what is listed without any error must be what Java writes.
 */
export function contradictions(opened: Opened, java: JavaView): string[] {
  const said: string[] = [];
  if (java.error !== null) {
    const isKnown = opened.served.error !== null || opened.bodies.length > 0;
    if (!isKnown && !isInFolder(opened, java.error)) {
      said.push(`Java fails (${java.error}), and we say that it loads`);
    }
  } else if (opened.served.error !== null) {
    said.push(`Java loads it, and we say that it fails (${opened.served.error})`);
  } else {
    said.push(...differences('served', opened.served.files, java));
  }
  if (errorsOf(opened).length === 0) {
    if (java.error !== null) said.push(`no error is reported, and Java fails (${java.error})`);
    else said.push(...differences('listed', lastOfEachName(opened), java));
  }
  return said;
}

/**
 * Java inflates what a folder holds before it drops it, and may fail at that. We report that a folder holds
 * data, which is an error by itself, and never look at the data.
 */
function isInFolder(opened: Opened, javaError: string): boolean {
  const isAtContent = /invalid entry|invalid (?:stored|block|code|distance|literal|bit)|unexpected EOF/;
  return isAtContent.test(javaError) && opened.findings.some(({ code }) => code === 'ZIP_DIR_WITH_DATA');
}

/** By the names that TorchServe gives them: of a tar's names the first folder is cut off. */
function lastOfEachName({ container, listed }: Opened): OpenedFile[] {
  const inTar = container !== 'zip';
  const named = listed.map((file) => ({
    ...file,
    name: inTar ? file.name.slice(file.name.indexOf('/') + 1) : file.name,
  }));
  return [...new Map(named.map((file) => [file.name, file])).values()];
}

function differences(view: string, ours: readonly OpenedFile[], java: JavaView): string[] {
  const said: string[] = [];
  const left = new Map(java.files);
  for (const { name, size, sha256 } of ours) {
    const written = left.get(name);
    left.delete(name);
    const shown = JSON.stringify(name);
    if (!written) said.push(`${shown} is ${view}, and Java does not write it`);
    else if (written.size !== size)
      said.push(`${shown} is ${view} with ${size} bytes, Java writes ${written.size}`);
    else if (sha256 !== null && sha256 !== written.sha256)
      said.push(`${shown} is ${view} with other bytes than Java writes`);
  }
  for (const name of left.keys()) said.push(`Java writes ${JSON.stringify(name)}, which is not ${view}`);
  return said;
}
