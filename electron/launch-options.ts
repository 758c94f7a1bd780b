/** What the app was started with: the same folders and flags as `sandpost serve`. */
import { parseArgs } from 'node:util';
import { defaultFolders } from '../core/util/paths.ts';

export interface LaunchOptions {
  readonly configDir: string;
  readonly dataDir: string;
  readonly http: string | undefined;
  /** Where the window's state is kept, when not in the platform's usual place. */
  readonly userData: string | undefined;
  /** Start in the background (start at login). */
  readonly isHidden: boolean;
}

export function launchOptions(argv: readonly string[], env: NodeJS.ProcessEnv): LaunchOptions {
  const { values } = parseArgs({
    args: argv.slice(1),
    options: {
      'config-dir': { type: 'string' },
      'data-dir': { type: 'string' },
      http: { type: 'string' },
      'user-data': { type: 'string' },
      hidden: { type: 'boolean' },
    },
    strict: false,
    allowPositionals: true,
  });
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const folders = defaultFolders({ configDir: text('config-dir'), dataDir: text('data-dir'), env });
  return {
    ...folders,
    http: text('http'),
    userData: text('user-data'),
    isHidden: values.hidden === true,
  };
}
