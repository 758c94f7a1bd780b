/** The configuration of a new sandbox, written by the first command that needs one. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Context } from './context.ts';

/** Does nothing where there is a main.cf. */
export async function writeFirstFiles(context: Context): Promise<void> {
  if (existsSync(path.join(context.folders.configDir, 'main.cf'))) return;
  // Opening a sandbox writes them, and compiles the first alias table.
  const connection = await context.connect();
  await connection.close();
}
