/**
 * One process to a data folder. The lock is SQLite's own, on a small database beside the real one: the operating
 * system drops it when the process ends, however it ends, so a kill -9 never leaves a sandbox locked.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openConnection } from './database.ts';
import { StoreLockedError } from './errors.ts';

/** Takes the lock or throws StoreLockedError. Call the answer to give it back. */
export function lockDataDir(dataDir: string): () => void {
  const pidFile = path.join(dataDir, 'sandpost.pid');
  const db = openConnection(path.join(dataDir, 'sandpost.lock'), { readonly: false });
  try {
    db.pragma('busy_timeout = 0');
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new StoreLockedError(
      `${dataDir} is in use by another Sandpost (process ${holder(pidFile)}). Stop that one (\`sandpost stop\`), or ` +
        'choose another data folder with --data-dir.',
      { cause: error },
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
