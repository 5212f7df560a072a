/** requirements.txt: what pip would do with it on the server, where often no network is. */
import { showName } from '../../contract/format.ts';
import { parseRequirements, type RequirementLine } from '../../python/requirements.ts';
import { decodeText, readWhole } from '../entry-content.ts';
import type { Rule, RuleFamily, Subject } from '../rule.ts';
import { namedEntry } from '../served-model.ts';

const invalid: Rule = {
  code: 'REQ_INVALID',
  severity: 'error',
  title: 'A line of the requirements file is not one that pip reads.',
  why: 'pip stops at it and installs nothing, and the model fails to load where the server installs requirements.',
  hint: 'write one requirement a line, such as pillow==11.3.0',
};
const remoteCode: Rule = {
  code: 'REQ_REMOTE_CODE',
  severity: 'warning',
  title: 'A line of the requirements file fetches code from a place of its own.',
  why: 'pip runs what that place sends at the moment the model is loaded, which may be another thing every day.',
  hint: 'pin a released version, or ship a wheel in the archive and name its file',
};
const unpinned: Rule = {
  code: 'REQ_UNPINNED',
  severity: 'info',
  title: 'A requirement is not pinned to one version.',
  why: 'Every registration may install another version than the one that was tested.',
  hint: 'pin it with ==',
};
const network: Rule = {
  code: 'REQ_NEEDS_NETWORK',
  severity: 'warning',
  title: 'Installing the requirements needs a package index.',
  why: 'TorchServe calls pip while it loads the model, if install_py_dep_per_model is on; without a network that fails.',
  hint: 'ship wheels in the archive and name their files, or install the packages on the server',
};
const confusion: Rule = {
  code: 'REQ_NAME_CONFUSION',
  severity: 'warning',
  title: 'A requirement names a package that is hardly the one meant.',
  why: 'The name to import is not always the name to install; pip takes the name as it stands.',
  hint: 'name the package that is meant',
};

/** Names to import, or habits, that stand for something else in the package index. */
const meant: Readonly<Record<string, string>> = {
  ts: 'torchserve',
  sklearn: 'scikit-learn',
  cv2: 'opencv-python',
  pil: 'pillow',
  yaml: 'pyyaml',
  pytorch: 'torch',
  bs4: 'beautifulsoup4',
  dateutil: 'python-dateutil',
  skimage: 'scikit-image',
  crypto: 'pycryptodome',
  dotenv: 'python-dotenv',
  onnx_runtime: 'onnxruntime',
  faiss: 'faiss-cpu',
  huggingface: 'huggingface-hub',
  'tensorflow-hub-gpu': 'tensorflow-hub',
  'sentence-transformer': 'sentence-transformers',
  transformer: 'transformers',
};

const maxRequirementsBytes = 1024 * 1024;

export const requirements: RuleFamily = {
  name: 'requirements',
  rules: [invalid, remoteCode, unpinned, network, confusion],
  async check(subject, report) {
    const entry = namedEntry(subject, 'requirementsFile');
    if (!entry) return;
    const shown = showName(entry.name);
    const text = decodeText(await readWhole(entry, maxRequirementsBytes));
    if (text === null) {
      report(invalid, entry.name, `${shown} is not UTF-8`, 'save the file as UTF-8');
      return;
    }
    const lines = parseRequirements(text);
    for (const line of lines) {
      const where = `${shown}:${line.line}`;
      const what = showName(shorten(line.text));
      if (line.kind === 'invalid') report(invalid, entry.name, `${where}: pip can't read ${what}`);
      if (line.remote !== null) report(remoteCode, entry.name, `${where}: ${what} ${line.remote}`);
      if (line.kind !== 'named') continue;
      const other = meant[line.name];
      if (other !== undefined) {
        report(
          confusion,
          entry.name,
          `${where}: ${what} is not the package ${other}`,
          `did you mean ${other}?`,
        );
      } else if (!line.pinned) {
        report(unpinned, entry.name, `${where}: ${what} is not pinned to one version`);
      }
    }
    const fetched = lines.filter((line) => needsNetwork(line, subject)).length;
    if (fetched > 0) {
      const all = lines.filter(({ kind }) => kind !== 'option').length;
      const count =
        fetched < all
          ? `${fetched} of its ${all} requirements are not`
          : all === 1
            ? 'its only requirement is not'
            : `none of its ${all} requirements is`;
      report(
        network,
        entry.name,
        `${shown} needs a package index when the model is loaded: ${count} in the archive`,
      );
    }
  },
};

function needsNetwork(line: RequirementLine, subject: Subject): boolean {
  if (line.kind === 'named' || line.kind === 'url') return true;
  return line.kind === 'file' && !subject.find(line.name);
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
