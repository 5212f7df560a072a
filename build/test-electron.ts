/**
 * `npm run test:electron`: the journeys of test/ui/ in Electron itself, driven by Playwright; after `--` those files whose
 * names hold one of the given texts. Where there is no Electron, it says so.
 */
import { findElectron } from './electron-binary.ts';

const found = findElectron();
if (found.path === null) {
  console.log(`not run here: the journeys in Electron: ${found.why}`);
  console.log('They ran against serve: npm test -- ui. The shell ran on a stand-in: npm test -- electron');
} else {
  console.log(`The journeys of test/ui/ in ${found.path}`);
  process.env.MAR_STUDIO_TEST_HOST = 'electron';
  const names = process.argv.slice(2);
  process.argv.splice(2, names.length, ...(names.length > 0 ? names : ['']).map((name) => `test/ui/${name}`));
  await import('./test.ts');
}
