/** model-config.yaml for a window: every key with what the file says, what TorchServe goes by, and why. */
import { constants, open, stat } from 'node:fs/promises';
import { decodeText } from '../audit/entry-content.ts';
import type { ConfigRead } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { formatBytes } from '../contract/format.ts';
import type { Runtime } from '../contract/model.ts';
import { inputProblem } from '../fs/system-error.ts';
import { maxConfigBytes } from '../mar/config-yaml.ts';
import { configValues } from '../mar/model-config.ts';
import { assertRegular } from '../mar/sources.ts';

const role = 'config file';

export async function readConfigFile(path: string, runtime: Runtime): Promise<ConfigRead> {
  const text = decodeText(await readSmall(path));
  if (text === null) return onlyNotice('CONFIG_INVALID', 'the file is not UTF-8');
  const { values, findings } = configValues(text, runtime);
  return { values, notices: findings.map(({ code, line, message }) => ({ code, line, message })) };
}

async function readSmall(path: string): Promise<Buffer> {
  const translate = (error: unknown) => Promise.reject(inputProblem(error, path, role));
  // Opening a device can do things to it, and a named pipe would make us wait for its writer.
  assertRegular(await stat(path).catch(translate), path, role);
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(translate);
  try {
    const seen = await file.stat();
    assertRegular(seen, path, role);
    if (seen.size > maxConfigBytes) {
      const detail = `${path} has ${formatBytes(seen.size)}, far more than a config needs`;
      throw Problem.of('USAGE', { detail, suggestion: 'choose the model-config.yaml' });
    }
    const bytes = Buffer.alloc(seen.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function onlyNotice(code: string, message: string): ConfigRead {
  return { values: [], notices: [{ code, line: 1, message }] };
}
