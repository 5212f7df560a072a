/** The desktop application starts here. */
import { startApplication } from './application.ts';

startApplication({
  argv: process.argv,
  workingFolder: process.cwd(),
  platform: process.platform,
  desktop: process.env.XDG_CURRENT_DESKTOP ?? '',
}).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
