/** The configuration of a new sandbox, written by the first command that needs one. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Context } from './context.ts';

/** Writes nothing where there is a main.cf. */
export async function writeFirstFiles({ folders }: Context): Promise<void> {
  if (existsSync(path.join(folders.configDir, 'main.cf'))) return;
  const { writeDefaultConfig } = await import('../config/defaults.ts');
  writeDefaultConfig(folders.configDir, { loginUser: userInfo().username });
}
