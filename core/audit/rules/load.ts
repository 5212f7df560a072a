/** Registering the archive: will TorchServe take it by its name, and can what it serves be reached. */
import { showName } from '../../contract/format.ts';
import type { Rule, RuleFamily } from '../rule.ts';
import { servedAs } from '../served-as.ts';

const fileName: Rule = {
  code: 'LOAD_FILE_NAME',
  severity: 'error',
  title: "The archive's own name holds two dots in a row.",
  why: 'TorchServe refuses every name with ".." in it: "Relative path is not allowed in url".',
  hint: 'rename the file',
};
const modelName: Rule = {
  code: 'LOAD_MODEL_NAME',
  severity: 'warning',
  title: 'The name of the model is one that torch-model-archiver would refuse.',
  why: 'The name becomes a part of an address: one with a "/" can be reached by no request, and others only when they are encoded.',
  hint: 'begin with a letter or a digit, then use letters, digits, "_", "-" and "."',
};
const notScanned: Rule = {
  code: 'LOAD_NOT_SCANNED',
  severity: 'info',
  title: 'TorchServe does not load the archive by itself.',
  why: 'With --models all it takes folders and files that end in .mar, .model or .tar.gz, and passes over hidden ones.',
  hint: 'nothing needs doing where the archive is named on the command line or registered by a request',
};
const workflow: Rule = {
  code: 'LOAD_WORKFLOW_RETIRED',
  severity: 'info',
  title: 'The archive is a workflow, which TorchServe after 0.12.0 registers no more.',
  why: 'Its sources of 2025 answer every new workflow with 400; TorchServe 0.12.0 still takes them.',
  hint: 'serve it on TorchServe 0.12.0 or earlier, or move the steps into one handler',
};

/** As torch-model-archiver has it. */
const archiverName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

export const load: RuleFamily = {
  name: 'load',
  rules: [fileName, modelName, notScanned, workflow],
  check(subject, report) {
    const { archive } = subject;
    if (!archive) return;
    const shown = showName(archive.fileName);
    if (archive.fileName.includes('..')) {
      const said = `TorchServe says "Relative path is not allowed in url: ${shown}"`;
      report(fileName, null, `the archive is called ${shown}: ${said}`);
    }
    if (archive.kind === 'war') {
      report(
        workflow,
        null,
        `${shown} is a workflow archive, which TorchServe after 0.12.0 refuses to register`,
      );
      return;
    }
    // A ZIP file with another ending has been told so already, and so has a tar that ends in .mar.
    const isOtherTar = archive.kind === 'tgz' && !/\.(mar|model|tar\.gz)$/.test(archive.fileName);
    if (archive.fileName.startsWith('.') || isOtherTar) {
      report(notScanned, null, `--models all passes over ${shown}`);
    }
    const { name } = servedAs(subject.manifest, archive.fileName);
    if (!archiverName.test(name)) {
      const reach = name.includes('/') ? 'no request can reach it' : 'requests must encode it';
      report(modelName, null, `the model is called ${showName(JSON.stringify(name))}: ${reach}`);
    }
  },
};
