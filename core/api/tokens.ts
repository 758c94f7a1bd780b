/** The two tokens of the HTTP door: one a start for our own page, one that stays for scripts. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tokens } from './http-guard.ts';

const API_TOKEN_FILE = 'api-token';

const create = () => randomBytes(32).toString('base64url');

/** Reads the API token, or makes it, readable for its owner only. */
function apiToken(dataDir: string): string {
  const file = path.join(dataDir, API_TOKEN_FILE);
  try {
    const found = readFileSync(file, 'utf8').trim();
    if (found !== '') {
      chmodSync(file, 0o600);
      return found;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const token = create();
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}

export function createTokens(dataDir: string): Tokens {
  return { page: create(), api: apiToken(dataDir) };
}
